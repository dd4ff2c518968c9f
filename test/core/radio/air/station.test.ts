/** Whom a station hears and how well, from what its frames count. */
import { expect, test } from 'vitest';
import type { Millis, StationId } from '#core/brand.ts';
import { encodeAirFrame } from '#core/radio/air/frame.ts';
import { type AirStation, createAirStation, NEIGHBOUR_LIFE } from '#core/radio/air/station.ts';

const at = (ms: number): Millis => ms as Millis;
const heard = (data: Uint8Array, rssiDbm = -90) => ({ data, rssiDbm, snrDb: 7 });
const EMPTY = new Uint8Array();
const next = (station: AirStation): Uint8Array => station.stamp(station.wrap('check', EMPTY));

test('puts its name and a count on what it sends', () => {
  const station = createAirStation(() => Uint8Array.of(0xa1, 0xb2));
  const [urgent, other] = [station.wrap('ask', EMPTY), station.wrap('check', EMPTY)];
  // Counted as they are sent, and what waits stays as it is.
  expect(station.stamp(other)).toEqual(Uint8Array.of(0x50, 0xa1, 0xb2, 0x00));
  expect(station.stamp(urgent)).toEqual(Uint8Array.of(0x54, 0xa1, 0xb2, 0x10));
  const counts = Array.from({ length: 16 }, () => station.stamp(other)[3]);
  expect(counts[0]).toBe(0x20);
  expect(counts[14]).toBe(0x00);
  expect(other[3]).toBe(0);
  expect(station.id).toBe(0xa1b2);
});

test('knows who was heard how well, the newest first, and how much of it was lost', () => {
  const station = createAirStation(() => Uint8Array.of(0, 1));
  const [one, other] = [2, 3].map((low) => createAirStation(() => Uint8Array.of(0, low)));
  for (let n = 0; n < 20; n++) {
    const data = one === undefined ? EMPTY : next(one);
    // Every fifth is lost.
    if (n % 5 !== 4) station.hear(heard(data, -100 + n), at(n * 1_000));
  }
  station.hear(heard(other === undefined ? EMPTY : next(other)), at(30_000));
  const [newest, first] = station.neighbours(at(30_000));
  expect(newest).toMatchObject({ station: 3, frames: 1, loss: undefined });
  // The last that was lost shows only with the next that comes.
  expect(first).toMatchObject({ station: 2, frames: 16, heardAt: 18_000, rssiDbm: -82, snrDb: 7 });
  expect(first?.loss).toBeCloseTo(3 / 18);
  expect(station.neighbours(at(30_001 + NEIGHBOUR_LIFE))).toEqual([]);
});

test('a long silence is no loss, and what is not ours makes no neighbour', () => {
  const station = createAirStation(() => Uint8Array.of(0, 1));
  const other = createAirStation(() => Uint8Array.of(0, 2));
  for (let n = 0; n < 10; n++) station.hear(heard(next(other)), at(n));
  for (let n = 0; n < 5; n++) next(other);
  station.hear(heard(next(other)), at(900_000));
  expect(station.neighbours(at(900_000))[0]?.loss).toBeUndefined();
  expect(station.hear(heard(Uint8Array.of(1, 2, 3, 4)), at(900_000))).toEqual({ ok: false, code: 'unknown-kind' });
  expect(station.neighbours(at(900_000))).toHaveLength(1);
});

test('takes another name when somebody has the same, and knows at most 64 others', () => {
  const names = [7, 7, 8];
  const station = createAirStation(() => Uint8Array.of(0, names.shift() ?? 9));
  const frame = (id: number) =>
    heard(encodeAirFrame({ kind: 'check', station: id as StationId, count: 0, body: EMPTY }));
  station.hear(frame(7), at(0));
  expect(station.id).toBe(8);
  for (let id = 100; id < 200; id++) station.hear(frame(id), at(id));
  expect(station.neighbours(at(300))).toHaveLength(64);
});
