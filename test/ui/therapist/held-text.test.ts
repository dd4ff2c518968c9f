/** What the bar over an undo says of a slot. */
import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { Held, OwnSlot } from '#host/rpc/api.ts';
import { heldText } from '#ui/therapist/held-text.ts';

const START = Date.parse('2026-11-24T10:00:00+01:00') as Millis;
const held = (kind: Held['kind']): Held => ({ id: 'a', kind, from: START, at: START });
const slot = (change: Partial<OwnSlot>): OwnSlot => ({
  start: START,
  state: 'free',
  requests: 0,
  confirmedFor: undefined,
  held: held('withdraw-slot'),
  ...change,
});

test('a withdrawal names the time, and whoever else it concerns', () => {
  expect(heldText(slot({}), 'de')).toMatch(/10:00\sUhr wird gleich zurückgezogen\.$/);
  expect(heldText(slot({ requests: 2 }), 'de')).toMatch(/zurückgezogen\. .*2/);
});

test('who was confirmed is told; who came back from a backup is not, and that is said', () => {
  const off = { state: 'confirmed', confirmedFor: 'Linde', held: held('call-off') } as const;
  expect(heldText(slot(off), 'de')).toContain('Die Absage an Linde geht gleich hinaus.');
  expect(heldText(slot({ ...off, restored: true }), 'de')).toContain('Die App sagt es Linde nicht');
});
