import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { isOpen, linkIn, trackStops } from '#ui/patient/delivery-track.ts';

const at = (minute: number): Millis => minute as Millis;

describe('the road of a request', () => {
  test('just saved: nothing else is filled', () => {
    expect(trackStops({ phase: 'queued', times: { queued: at(1) } })).toEqual([
      { kind: 'queued', state: 'now', at: 1 },
      { kind: 'sent', state: 'todo' },
      { kind: 'delivered', state: 'todo' },
      { kind: 'answer', state: 'todo' },
    ]);
  });

  test('custody is drawn only once it is true', () => {
    const sent = trackStops({ phase: 'sent', times: { queued: at(1), sent: at(2) } });
    expect(sent.map((stop) => stop.kind)).not.toContain('custody');
    const kept = trackStops({ phase: 'custody', times: { queued: at(1), sent: at(2), custody: at(3) } });
    expect(kept).toContainEqual({ kind: 'custody', state: 'now', at: 3 });
  });

  test('a stop that was passed over is left out, not invented', () => {
    const stops = trackStops({ phase: 'delivered', times: { queued: at(1), delivered: at(4) } });
    expect(stops.map((stop) => stop.kind)).toEqual(['queued', 'delivered', 'answer']);
  });

  test.each(['confirmed', 'rejected', 'cancelled', 'expired', 'refused'] as const)('%s ends it', (phase) => {
    const stops = trackStops({ phase, times: { queued: at(1), sent: at(2), [phase]: at(9) } });
    expect(stops.at(-1)).toEqual({ kind: 'end', phase, at: 9 });
    expect(stops.some((stop) => stop.kind !== 'end' && stop.state !== 'done')).toBe(false);
    expect(isOpen(phase)).toBe(false);
  });

  test('a confirmed appointment that was cancelled shows that it had been confirmed', () => {
    const stops = trackStops({ phase: 'cancelled', times: { queued: at(1), confirmed: at(5), cancelled: at(9) } });
    expect(stops.slice(1)).toEqual([
      { kind: 'confirmed', state: 'done', at: 5 },
      { kind: 'end', phase: 'cancelled', at: 9 },
    ]);
  });

  test('an end whose time is unknown has none', () => {
    expect(trackStops({ phase: 'expired', times: { queued: at(1) } }).at(-1)).toEqual({
      kind: 'end',
      phase: 'expired',
      at: undefined,
    });
  });
});

describe('a link in a note', () => {
  test('is found without the full stop behind it', () => {
    expect(linkIn('Bitte hier: https://video.example/raum-7.')).toBe('https://video.example/raum-7');
  });

  test.each(['2. Stock, Klingel Aydın', 'javascript:alert(1)', 'http://video.example', 'https://'])(
    'none in: %s',
    (note) => {
      expect(linkIn(note)).toBeUndefined();
    },
  );
});
