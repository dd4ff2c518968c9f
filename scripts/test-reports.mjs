// What the reports of the test runners say: how many tests passed and failed, and which failed with which words.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ROOT } from './source-hash.mjs';

/** @typedef {{ test: string, why: string }} Failure */
/** @typedef {{ passed: number, failed: number, failures: Failure[] }} Outcome */
/** @typedef {{ fullName: string, status: string, failureMessages: string[] }} Assertion */
/** @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} TestFile */
/** @typedef {{ results: { errors: { message?: string }[] }[] }} PageTest */
/** @typedef {{ title: string, file: string, ok: boolean, tests: PageTest[] }} Spec */
/** @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite */

const WHY_LINES = 8;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with ESC
const COLOURS = /\u001b\[[\d;]*m/g;
/** The first lines: of a property they name its seed and its counterexample. @param {string} words */
const shorten = (words) => words.replace(COLOURS, '').trim().split('\n').slice(0, WHY_LINES).join('\n');

/** A file that fails to load has no tests to count, and is one failure. @param {string} path @returns {Outcome} */
export const readVitest = (path) => {
  /** @type {{ numPassedTests: number, testResults: TestFile[] }} */
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) =>
    assertionResults.length === 0 && status === 'failed'
      ? [{ test: relative(ROOT, name), why: shorten(message) }]
      : assertionResults
          .filter((one) => one.status === 'failed')
          .map((one) => ({
            test: `${relative(ROOT, name)} › ${one.fullName}`,
            why: shorten(one.failureMessages.join('\n')),
          })),
  );
  return { passed: report.numPassedTests, failed: failures.length, failures };
};

/** @param {Suite} suite @returns {Spec[]} */
const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)];

/** @param {string} path @returns {Outcome} */
export const readPlaywright = (path) => {
  /** @type {Suite & { stats: { expected: number, unexpected: number, flaky: number }, errors: { message?: string }[] }} */
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const failures = specsOf(report)
    .filter(({ ok }) => !ok)
    .map(({ file, title, tests }) => {
      const said = tests.flatMap(({ results }) =>
        results.flatMap(({ errors }) => errors.map(({ message }) => message)),
      );
      return { test: `${file} › ${title}`, why: shorten(said.join('\n')) };
    });
  const loose = report.errors.map(({ message = '' }) => ({ test: 'outside of every test', why: shorten(message) }));
  const { expected, unexpected, flaky } = report.stats;
  return { passed: expected, failed: unexpected + flaky + report.errors.length, failures: [...failures, ...loose] };
};
