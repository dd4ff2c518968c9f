import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { fromUtf8, toUtf8 } from '#core/bytes/utf8.ts';
import { asOrigin, decodePeerEntry, encodePeerEntry, type PeerEntry } from '#engine/peers/peer-entry.ts';
import { MAX_OBSERVERS, OBSERVER_CAP } from '#engine/peers/reputation.ts';
import { UNMEASURED, withLoss, withTrip } from '#engine/peers/round-trips.ts';

const address = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;
const trips = (): PeerEntry['roundTrips'] => {
  const measured = [30, 50].reduce((roundTrips, trip) => withTrip(roundTrips, trip as Millis), UNMEASURED);
  return withLoss(measured, true);
};
const FULL: PeerEntry = {
  address: address(7),
  capabilities: 0x0301,
  region: 80,
  origin: 'https://relay.example:8443',
  level: 2,
  load: 255,
  subnet: '192.0.2',
  firstSeen: 1_700_000_000_000 as Millis,
  lastSeen: 1_700_000_100_000 as Millis,
  roundTrips: trips(),
  reputation: { own: -0.25, heard: new Map([[address(1), -0.15]]), at: 1_700_000_050_000 as Millis },
};
const EMPTY: PeerEntry = {
  ...FULL,
  region: undefined,
  origin: undefined,
  subnet: undefined,
  roundTrips: UNMEASURED,
  reputation: { own: 0, heard: new Map(), at: FULL.firstSeen },
};
/** What outlives a restart. */
const plain = ({ roundTrips, ...entry }: PeerEntry) => ({ ...entry, roundTrips: { ...roundTrips, window: [] } });
const decoded = (bytes: Uint8Array): PeerEntry => {
  const result = decodePeerEntry(bytes);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const changed = (change: Record<string, unknown>): Uint8Array =>
  toUtf8(JSON.stringify({ ...JSON.parse(fromUtf8(encodePeerEntry(FULL)) ?? ''), ...change }));

test.each([
  ['full', FULL],
  ['with nothing that may be missing', EMPTY],
])('an entry comes back as it was: %s', (_name, entry) => {
  expect(plain(decoded(encodePeerEntry(entry)))).toEqual(plain(entry));
});

test('an entry is small', () => {
  const heard = new Map(Array.from({ length: MAX_OBSERVERS }, (_, who) => [address(who), -1 / 7] as const));
  const most = { ...FULL, reputation: { ...FULL.reputation, heard } };
  expect(encodePeerEntry(EMPTY).length).toBeLessThan(400);
  expect(encodePeerEntry(most).length).toBeLessThan(1_600);
});

describe('a damaged record is refused', () => {
  test.each<[string, Record<string, unknown>]>([
    ['address', { address: 'ab' }],
    ['address in capitals', { address: 'A'.repeat(32) }],
    ['capabilities', { capabilities: 0x1_0000 }],
    ['region', { region: 100 }],
    ['region that is no whole number', { region: 8.5 }],
    ['origin with a path', { origin: 'https://relay.example/x' }],
    ['origin that is none', { origin: 'javascript:alert(1)' }],
    ['long origin', { origin: `https://${'a'.repeat(300)}` }],
    ['level', { level: -1 }],
    ['load', { load: 256 }],
    ['long subnet', { subnet: 'x'.repeat(65) }],
    ['times', { lastSeen: null }],
    ['a round trip below nothing', { smoothed: -1 }],
    ['loss', { lossRate: 1.1 }],
    ['own balance', { own: 0.3 }],
    ['own balance below', { own: -0.6 }],
    ['an observer above its cap', { heard: [[address(1), 2 * OBSERVER_CAP]] }],
    ['too many observers', { heard: Array.from({ length: MAX_OBSERVERS + 1 }, (_, who) => [address(who), 0.1]) }],
  ])('%s', (_name, change) => {
    expect(decodePeerEntry(changed(change))).toEqual({ ok: false, code: 'malformed' });
  });

  test('any bytes are a record or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodePeerEntry(bytes)).toEqual({ ok: false, code: 'malformed' });
      }),
    );
    const record = encodePeerEntry(FULL);
    fc.assert(
      fc.property(fc.nat(record.length - 1), fc.nat(255), (position, byte) => {
        const bytes = record.slice();
        bytes[position] = byte;
        const result = decodePeerEntry(bytes);
        expect(result.ok || result.code === 'malformed').toBe(true);
      }),
    );
  });
});

test.each([
  ['https://relay.example', true],
  ['http://127.0.0.1:8080', true],
  ['https://[2001:db8::1]:443', true],
  ['node 5/7', false],
  ['192.0.2.1', false],
  ['https://user@relay.example', false],
  ['https://relay.example/connect', false],
  ['https://', false],
  ['wss://relay.example', false],
])('%s can be dialled: %s', (text, can) => {
  expect(asOrigin(text)).toBe(can ? text : undefined);
});
