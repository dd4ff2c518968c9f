/** The same signed bytes from several neighbours at once are checked once; whatever differs is checked for itself. */
import { expect, test } from 'vitest';
import type { JobId } from '#engine/event.ts';
import { createHarness, ofKind } from '#test/engine/step-harness.ts';

const KEY = new Uint8Array(32).fill(1);
const MESSAGE = Uint8Array.of(1, 2, 3);
const SIGNATURE = new Uint8Array(64).fill(7);

const setUp = () => {
  const { context, step } = createHarness();
  const verdicts: string[] = [];
  const check = (name: string, key = KEY, message = MESSAGE, signature = SIGNATURE): void =>
    context.crypto.verify(key, message, signature, (holds) => verdicts.push(`${name} ${holds}`));
  const jobs = (action: () => void): JobId[] => ofKind(step(action), 'run-crypto').map(({ job }) => job);
  const done = (job: JobId | undefined, value: boolean): void =>
    void step(() => job !== undefined && context.cryptoDone(job, { op: 'verify', value }));
  return { context, check, jobs, done, verdicts, step };
};

test('one check answers everybody who waits for it', () => {
  const { check, jobs, done, verdicts } = setUp();
  const asked = jobs(() => {
    for (const name of ['a', 'b', 'c']) check(name);
  });
  expect(asked).toHaveLength(1);
  done(asked[0], true);
  expect(verdicts).toEqual(['a true', 'b true', 'c true']);
  expect(jobs(() => check('d'))).toHaveLength(1);
});

test('the same signature over something else, or by somebody else, has a verdict of its own', () => {
  const { check, jobs, done, verdicts } = setUp();
  const asked = jobs(() => {
    check('forged', KEY, Uint8Array.of(9));
    check('true');
    check('other key', new Uint8Array(32).fill(2));
  });
  expect(asked).toHaveLength(3);
  done(asked[1], true);
  done(asked[0], false);
  done(asked[2], false);
  expect(verdicts).toEqual(['true true', 'forged false', 'other key false']);
});

test('a check that could not be made answers no to all of them', () => {
  const { context, check, jobs, step, verdicts } = setUp();
  const [job] = jobs(() => {
    for (const name of ['a', 'b']) check(name);
  });
  step(() => job !== undefined && context.cryptoDone(job, { op: 'failed' }));
  expect(verdicts).toEqual(['a false', 'b false']);
});

test('so many wait for one check and no more', () => {
  const { check, jobs } = setUp();
  expect(jobs(() => Array.from({ length: 65 }, (_, n) => check(`${n}`)))).toHaveLength(2);
});
