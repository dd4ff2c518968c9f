/** Anybody can send anything, and much of it: nothing of it makes a table grow beyond its bound, or stops the rest. */
import { expect, test } from 'vitest';
import { encodeAsk } from '#core/radio/air/ask.ts';
import { encodeKeys } from '#core/radio/air/keys.ts';
import { createObjectSource } from '#core/radio/object-pieces.ts';
import { createStation, SELF } from '#test/engine/air/air-station.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

const bytesOf = (seed: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (seed * 31 + at * 7 + (seed >> 8)) % 256);
const overfull = (station: ReturnType<typeof createStation>): readonly string[] =>
  station.engine.views
    .tables()
    .filter(({ entries, bound }) => entries > bound)
    .map(({ name }) => name);
const entriesOf = (station: ReturnType<typeof createStation>, table: string): number =>
  station.engine.views.tables().find(({ name }) => name === table)?.entries ?? Number.NaN;

test('a thousand stations', () => {
  const station = createStation();
  for (let from = 10; from < 1_010; from++) station.hearBeacon(from, [SELF], [], (from % 100) as never);
  station.wait(20_000);
  expect(overfull(station)).toEqual([]);
  expect(entriesOf(station, 'stations on the air')).toBe(64);
  expect(station.lastBeacon()?.hears).toHaveLength(15);
  expect(station.lastBeacon()?.regions.length).toBeLessThanOrEqual(30);
});

test('keys of nobody, and asks for nothing', () => {
  const station = createStation();
  for (let n = 0; n < 5_000; n += 7)
    station.hear('keys', encodeKeys(Array.from({ length: 7 }, (_, at) => bytesOf(n + at, 32))));
  for (let n = 0; n < 500; n++)
    station.hear('ask', encodeAsk({ what: 'keys', prefixes: [n.toString(16).padStart(8, '0')] }));
  expect(overfull(station)).toEqual([]);
  expect(station.sent('keys')).toEqual([]);
});

test('pieces of objects that never become whole', () => {
  const station = createStation();
  for (let n = 0; n < 300; n++) station.hear('piece', createObjectSource(bytesOf(n, 3_000)).piece(n % 13));
  expect(overfull(station)).toEqual([]);
  expect(entriesOf(station, 'objects in pieces from the air')).toBeLessThanOrEqual(64);
});

test('announcements whose keys never come make room for those whose key does', () => {
  const station = createStation();
  for (let n = 0; n < 700; n++) {
    const practice = createSigner(n % 200);
    station.hearRecords([practice.announce(station.now(), { offer: Math.floor(n / 200) as never })]);
  }
  expect(entriesOf(station, 'parked from the air')).toBe(512);
  const last = createSigner(201);
  station.hearRecords([last.announce(station.now())]);
  station.hear('keys', encodeKeys([last.publicKey]));
  expect(station.offer(last.address)).toBeDefined();
  // What nobody can judge does not stay.
  station.wait(31 * 60_000);
  station.hearRecords([createSigner(202).announce(station.now())]);
  expect(entriesOf(station, 'parked from the air')).toBe(1);
});
