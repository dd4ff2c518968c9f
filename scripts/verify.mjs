// `npm run verify`: every check and every test, each even when an earlier one failed, and then what it came to. A test
// counts as one, and so does each check.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './source-hash.mjs';
import { readPlaywright, readVitest } from './test-reports.mjs';

const REPORTS = join(ROOT, '.cache/reports');
/** @import { Outcome } from './test-reports.mjs' */
/** @typedef {{ name: string, script: string, args?: string[], env?: Record<string, string>, read?: () => Outcome, explain?: () => void }} Stage */

/** @param {string} project @returns {string[]} */
const vitestReport = (project) => [
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=.cache/reports/${project}.json`,
];

const PAGES = join(ROOT, '.cache/e2e-results');
const PAGE_LINES = 70;
/** Prints what stood on the page when an end-to-end test failed: where nobody can look, the log has to show it. */
const showPages = () => {
  if (!existsSync(PAGES)) return;
  for (const folder of readdirSync(PAGES)) {
    const file = join(PAGES, folder, 'error-context.md');
    if (!existsSync(file)) continue;
    const [, page = ''] = readFileSync(file, 'utf8').split('```yaml');
    console.log(`\n── the page of ${folder}`);
    console.log(page.split('\n').slice(1, PAGE_LINES).join('\n'));
  }
};

/** @type {Stage[]} */
const STAGES = [
  { name: 'format and lint', script: 'lint' },
  { name: 'types', script: 'types' },
  { name: 'layers and cycles', script: 'layers' },
  { name: 'unused code', script: 'unused' },
  { name: 'licences', script: 'licences' },
  {
    name: 'unit tests',
    script: 'unit',
    args: vitestReport('unit'),
    read: () => readVitest(join(REPORTS, 'unit.json')),
  },
  {
    name: 'contracts in Chromium',
    script: 'contracts',
    args: vitestReport('contracts'),
    read: () => readVitest(join(REPORTS, 'contracts.json')),
  },
  { name: 'build', script: 'build' },
  { name: 'size budget', script: 'size' },
  { name: 'reproducible build', script: 'reproduce' },
  {
    name: 'end to end',
    script: 'e2e',
    args: ['--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: join(REPORTS, 'e2e.json') },
    read: () => readPlaywright(join(REPORTS, 'e2e.json')),
    explain: showPages,
  },
  { name: 'Firefox', script: 'firefox' },
];

/** What the stage's report says; without one, or with a failure that it does not show, one failure more. @param {Stage} stage @param {boolean} ok @returns {Outcome} */
const readStage = (stage, ok) => {
  const bare = { passed: ok ? 1 : 0, failed: ok ? 0 : 1, failures: [] };
  if (stage.read === undefined) return bare;
  try {
    const outcome = stage.read();
    return ok || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
  } catch {
    return { passed: 0, failed: 1, failures: [] };
  }
};

/** @param {Stage} stage @returns {Outcome & { name: string }} */
const runStage = (stage) => {
  console.log(`\n── ${stage.name}`);
  const { status } = spawnSync('npm', ['run', '--silent', stage.script, '--', ...(stage.args ?? [])], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...stage.env },
  });
  if (status !== 0) stage.explain?.();
  return { name: stage.name, ...readStage(stage, status === 0) };
};

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const results = STAGES.map(runStage);
console.log('\n── summary');
for (const { name, passed, failed, failures } of results) {
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed, ${failed} failed`);
  // Where only the end of a log is kept, it has to say what failed.
  for (const { test, why } of failures) console.log(`       ${test}\n         ${why.replaceAll('\n', '\n         ')}`);
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
