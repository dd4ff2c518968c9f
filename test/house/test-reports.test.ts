import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../../scripts/source-hash.mjs';
import { readPlaywright, readVitest } from '../../scripts/test-reports.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (report: unknown): string => {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(report));
  return path;
};
const assertion = (fullName: string, status: string, failureMessages: string[] = []) => ({
  fullName,
  status,
  failureMessages,
});

test('a failed test is named with the first lines of what it said, and a file that does not load is one failure', () => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  const path = write({
    numPassedTests: 1,
    testResults: [
      {
        name: join(ROOT, 'test/a.test.ts'),
        status: 'failed',
        message: '',
        assertionResults: [
          assertion('adds', 'passed'),
          assertion('never loses', 'failed', [`\u001b[31m${lines.join('\n')}\u001b[39m`]),
        ],
      },
      { name: join(ROOT, 'test/b.test.ts'), status: 'failed', message: 'no such module', assertionResults: [] },
    ],
  });
  expect(readVitest(path)).toEqual({
    passed: 1,
    failed: 2,
    failures: [
      { test: 'test/a.test.ts › never loses', why: lines.slice(0, 8).join('\n') },
      { test: 'test/b.test.ts', why: 'no such module' },
    ],
  });
});

test('an end-to-end test that failed is found in nested groups; a mistake outside of every test counts', () => {
  const failed = {
    title: 'asks',
    file: 'ask.spec.ts',
    ok: false,
    tests: [{ results: [{ errors: [{ message: 'late' }] }] }],
  };
  const path = write({
    stats: { expected: 3, unexpected: 1, flaky: 0 },
    errors: [{ message: 'no browser' }],
    suites: [{ specs: [{ ...failed, ok: true }], suites: [{ specs: [failed] }] }],
  });
  expect(readPlaywright(path)).toEqual({
    passed: 3,
    failed: 2,
    failures: [
      { test: 'ask.spec.ts › asks', why: 'late' },
      { test: 'outside of every test', why: 'no browser' },
    ],
  });
});
