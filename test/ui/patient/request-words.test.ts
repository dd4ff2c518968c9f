import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { m } from '#ui/paraglide/messages.js';
import { stopLabel, stopText } from '#ui/patient/request-words.ts';

const at = 1 as Millis;

describe('a stop of the road', () => {
  test('that was stored at a kiosk does not say that it was stored here', () => {
    const stop = { kind: 'queued', state: 'done', at } as const;
    expect(stopLabel(stop, {})).toBe(m.phase_queued());
    expect(stopLabel(stop, { pickedUp: true })).toBe(m.phase_queued_kiosk());
    // At the kiosk itself it lies there for as long as it has not left.
    expect(stopLabel({ ...stop, state: 'now' }, { pickedUp: true })).toBe(m.phase_queued());
  });

  test('of custody is told as what is, then as what was', () => {
    expect(stopText({ kind: 'custody', state: 'now', at })).toBe(m.phase_custody_text());
    expect(stopText({ kind: 'custody', state: 'done', at })).toBe(m.phase_custody_done());
  });

  test.each(['queued', 'sent', 'delivered'] as const)('%s says more only while it lasts', (kind) => {
    expect(stopText({ kind, state: 'now', at })).toBeDefined();
    expect(stopText({ kind, state: 'done', at })).toBeUndefined();
  });
});
