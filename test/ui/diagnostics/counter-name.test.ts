import { expect, test } from 'vitest';
import { KIND } from '#core/wire/kinds.ts';
import { COUNTED_KINDS, readCounter } from '#ui/diagnostics/counter-name.ts';

test.each([
  ['bytes sent', { kind: 'plain', name: 'bytes sent' }],
  ['frames dropped backpressure', { kind: 'plain', name: 'frames dropped backpressure' }],
  ['frames beacon', { kind: 'frames', of: 'beacon' }],
  ['duplicate announce', { kind: 'duplicate', of: 'announce' }],
  ['refused superseded', { kind: 'refused', code: 'superseded' }],
  ['refused by peer 11', { kind: 'refused-by-peer', code: 'superseded' }],
  ['refused by peer 250', { kind: 'other' }],
  ['refused of a newer program', { kind: 'other' }],
  ['refused toString', { kind: 'other' }],
  ['frames', { kind: 'other' }],
  ['frames query', { kind: 'other' }],
  ['frames constructor', { kind: 'other' }],
  ['something new', { kind: 'other' }],
])('%s', (name, counter) => {
  expect(readCounter(name)).toEqual(counter);
});

test('the kinds that have words are kinds of the protocol', () => {
  expect(Object.keys(KIND)).toEqual(expect.arrayContaining([...COUNTED_KINDS]));
});
