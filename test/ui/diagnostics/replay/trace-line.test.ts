import { expect, test } from 'vitest';
import { MAX_LINE_LENGTH, parseTraceLine } from '#ui/diagnostics/replay/trace-line.ts';

const GOOD = { at: 12.5, kind: 'frame', from: 1, to: 2, what: 'beacon' };

test('an event is read, and fields of a newer simulator are left alone', () => {
  const read = { at: 12.5, kind: 4, from: 1, to: 2, what: 'beacon' };
  expect(parseTraceLine(JSON.stringify(GOOD))).toEqual(read);
  expect(parseTraceLine(JSON.stringify({ ...GOOD, bytes: 98 }))).toEqual(read);
  expect(parseTraceLine(`  ${JSON.stringify(GOOD)}\r`)).toEqual(read);
});

test.each([
  ['', 'not-json'],
  ['{"at":1', 'not-json'],
  ['null', 'not-an-event'],
  ['17', 'not-an-event'],
  ['[]', 'not-an-event'],
  ['{}', 'not-an-event'],
  [JSON.stringify({ ...GOOD, at: -1 }), 'not-an-event'],
  [JSON.stringify({ ...GOOD, at: '12' }), 'not-an-event'],
  [JSON.stringify({ ...GOOD, at: null }), 'not-an-event'],
  [JSON.stringify({ ...GOOD, at: 1e13 }), 'not-an-event'],
  ['{"at":1e999,"kind":"up","from":1,"to":1,"what":""}', 'not-an-event'],
  [JSON.stringify({ ...GOOD, from: 1.5 }), 'not-an-event'],
  [JSON.stringify({ ...GOOD, to: -1 }), 'not-an-event'],
  [JSON.stringify({ ...GOOD, to: 2 ** 32 }), 'not-an-event'],
  [JSON.stringify({ ...GOOD, what: 7 }), 'not-an-event'],
  [JSON.stringify({ ...GOOD, what: 'x'.repeat(41) }), 'not-an-event'],
  [JSON.stringify({ ...GOOD, kind: 'explode' }), 'unknown-kind'],
  [JSON.stringify({ ...GOOD, kind: 4 }), 'unknown-kind'],
  [JSON.stringify({ ...GOOD, kind: '__proto__' }), 'unknown-kind'],
  [' '.repeat(MAX_LINE_LENGTH + 1), 'too-long'],
])('%s is %s', (line, fault) => {
  expect(parseTraceLine(line)).toBe(fault);
});
