// `npm run test:slow`: a million cases for each decoder, far more for each property. Takes hours.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const env = { ...process.env, FUZZ_RUNS: process.env.FUZZ_RUNS ?? '1000000' };
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', '--project', 'unit', 'test/fuzz', 'test/engine', '--testTimeout=0'],
  {
    stdio: 'inherit',
    env,
  },
);
process.exitCode = status ?? 1;
