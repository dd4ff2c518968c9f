// `npm run --silent sim -- NAME [--json] [--seed N] [--small] [--trace FILE]`: plays one scenario; with --json, stdout gets one
// JSON object and nothing else. `--list` prints the names, one a line.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { withBuilt } from '../scripts/load-built.mjs';
import { ROOT } from '../scripts/source-hash.mjs';

const DEFAULT_SEED = 1;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    small: { type: 'boolean', default: false },
    seed: { type: 'string', default: `${DEFAULT_SEED}` },
    trace: { type: 'string' },
  },
});

process.chdir(ROOT);
await withBuilt('sim/main', async (sim) => {
  const [name] = positionals;
  const seed = Number(values.seed);
  if (values.list) {
    for (const scenario of sim.SCENARIOS) console.log(scenario.name);
    return;
  }
  const scenario = sim.SCENARIOS.find((/** @type {{ name: string }} */ one) => one.name === name);
  if (scenario === undefined || !Number.isSafeInteger(seed) || seed < 0) {
    console.error('npm run --silent sim -- NAME [--json] [--seed N] [--small] [--trace FILE], or --list');
    for (const { name: known, about } of sim.SCENARIOS) console.error(`  ${known.padEnd(26)}${about}`);
    process.exitCode = 2;
    return;
  }
  const began = performance.now();
  const options = { seed, size: values.small ? 'small' : 'full' };
  const played =
    values.trace === undefined
      ? await sim.play(scenario, options)
      : await sim.playTraced(scenario, options, values.trace);
  const { maxRSS, userCPUTime } = process.resourceUsage();
  const cost = {
    wallSeconds: Math.round(performance.now() - began) / 1_000,
    processorSeconds: Math.round(userCPUTime / 1_000) / 1_000,
    peakMegabytes: Math.round(maxRSS / 1_024),
  };
  console.log(values.json ? sim.toJson(played, cost) : sim.toTable(played, cost));
  process.exitCode = played.ok ? 0 : 1;
});
