// `npm run verify`: every check and every test, each even when an earlier one failed, and then what it came to. A test
// counts as one, and so does each check.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from './source-hash.mjs';

const REPORTS = join(ROOT, '.cache/reports');
/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {{ name: string, script: string, args?: string[], env?: Record<string, string>, count?: () => Count, explain?: () => void }} Stage */

/** @param {string} name */
const readReport = (name) => JSON.parse(readFileSync(join(REPORTS, name), 'utf8'));

/** A file that fails to load has no tests to count, and is one failure. @param {string} name @returns {Count} */
const countVitest = (name) => {
  const report = readReport(name);
  const unloaded = report.testResults.filter(
    /** @param {{ status: string, assertionResults: unknown[] }} file */
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded };
};

/** @param {string} name @returns {Count} */
const countPlaywright = (name) => {
  const { stats, errors } = readReport(name);
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
};

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
  { name: 'unit tests', script: 'unit', args: vitestReport('unit'), count: () => countVitest('unit.json') },
  {
    name: 'contracts in Chromium',
    script: 'contracts',
    args: vitestReport('contracts'),
    count: () => countVitest('contracts.json'),
  },
  { name: 'build', script: 'build' },
  { name: 'size budget', script: 'size' },
  { name: 'reproducible build', script: 'reproduce' },
  {
    name: 'end to end',
    script: 'e2e',
    args: ['--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: join(REPORTS, 'e2e.json') },
    count: () => countPlaywright('e2e.json'),
    explain: showPages,
  },
  { name: 'Firefox', script: 'firefox' },
];

/** What the stage's report says; without one, or with a failure that it does not show, one failure more. @param {Stage} stage @param {boolean} ok */
const countStage = (stage, ok) => {
  const bare = ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (stage.count === undefined) return bare;
  try {
    const counted = stage.count();
    return ok || counted.failed > 0 ? counted : { ...counted, failed: 1 };
  } catch {
    return { passed: 0, failed: 1 };
  }
};

/** @param {Stage} stage @returns {Count & { name: string }} */
const runStage = (stage) => {
  console.log(`\n── ${stage.name}`);
  const { status } = spawnSync('npm', ['run', '--silent', stage.script, '--', ...(stage.args ?? [])], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...stage.env },
  });
  if (status !== 0) stage.explain?.();
  return { name: stage.name, ...countStage(stage, status === 0) };
};

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const results = STAGES.map(runStage);
console.log('\n── summary');
for (const { name, passed, failed } of results) {
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed, ${failed} failed`);
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
