/** A station runs for months: boards come and go, clocks are set, practices leave, and somebody means it ill. */
import { describe, expect, test } from 'vitest';
import type { Counter, Millis, Region, StationId } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { decodeAsk, encodeAsk, prefixOf } from '#core/radio/air/ask.ts';
import { encodeBeacon } from '#core/radio/air/beacon.ts';
import { encodeKeys } from '#core/radio/air/keys.ts';
import { createObjectSource } from '#core/radio/object-pieces.ts';
import { digestOf } from '#engine/air/region-digest.ts';
import { createStation, MUNICH, SELF } from '#test/engine/air/air-station.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const one = createSigner(1);
const other = createSigner(2);
type Station = ReturnType<typeof createStation>;

const hearIdentity = (station: Station, raw: Uint8Array): void => {
  const source = createObjectSource(raw);
  for (let index = 0; index < source.sourcePieces; index++) station.hear('piece', source.piece(index));
};
const entriesOf = (station: Station, table: string): number =>
  station.engine.views.tables().find(({ name }) => name === table)?.entries ?? Number.NaN;
const asksOf = (station: Station, what: string) =>
  station.sent('ask').filter(({ body }) => {
    const ask = decodeAsk(body);
    return ask.ok && ask.value.what === what;
  });

describe('while the board is gone', () => {
  test('what comes goes on the air afterwards, and what it replaced does not', () => {
    const station = createStation();
    station.hear('keys', encodeKeys([one.publicKey, other.publicKey]));
    const old = one.announce(station.now());
    station.hearRecords([old]);
    station.wait(10 * MINUTE);
    station.close();
    const replaced = one.announce(station.now(), { counter: 2 as Counter });
    const added = other.announce(station.now());
    station.bring(replaced);
    station.bring(added);
    station.open();
    station.forget();
    station.hearBeacon(3, [SELF]);
    station.wait(MINUTE);
    expect(station.sentRecords().map(toHex).toSorted()).toEqual([replaced, added].map(toHex).toSorted());
  });
});

describe('a practice that has left', () => {
  test('is forgotten with its last announcement: nobody is asked who it was', () => {
    const station = createStation();
    station.hear('keys', encodeKeys([one.publicKey]));
    station.hearRecords([one.announce(station.now())]);
    station.hearBeacon(2, [SELF]);
    station.wait(10 * MINUTE);
    expect(entriesOf(station, 'issuers for the air')).toBe(1);
    expect(asksOf(station, 'identities').length).toBeGreaterThan(0);
    station.wait(9 * DAY);
    station.forget();
    station.hearBeacon(2, [SELF]);
    station.wait(30 * MINUTE);
    expect(entriesOf(station, 'issuers for the air')).toBe(0);
    expect(asksOf(station, 'identities')).toEqual([]);
  });
  test('but not while it has another one', () => {
    const station = createStation();
    station.hear('keys', encodeKeys([one.publicKey]));
    station.hearRecords([one.announce(station.now()), one.announce(station.now(), { offer: 1 as never })]);
    station.hearRecords([one.withdraw(station.now(), 2)]);
    expect(entriesOf(station, 'issuers for the air')).toBe(1);
  });
});

test('what was announced anew after it was withdrawn goes to a neighbour that has all but this', () => {
  const station = createStation();
  const third = createSigner(3);
  station.hear('keys', encodeKeys([one.publicKey, other.publicKey, third.publicKey]));
  station.hearRecords([one, other].map((practice) => practice.announce(station.now())));
  station.hearRecords([third.announce(station.now())]);
  station.hearBeacon(2, [SELF]);
  station.wait(20 * MINUTE);
  const anew = one.announce(station.now(), { counter: 3 as Counter });
  const changed = other.announce(station.now(), { counter: 2 as Counter });
  for (const raw of [one.withdraw(station.now(), 2), anew, changed]) {
    station.hearRecords([raw]);
    station.wait(5_000);
  }
  station.wait(5 * MINUTE);
  station.forget();
  const had = [other, third].map(({ address }) => station.offer(address)?.id.slice(0, 16) ?? '');
  station.hearBeacon(2, [SELF], had);
  station.wait(20_000);
  expect(station.sentRecords().map(toHex)).toEqual([toHex(anew)]);
});

describe('after a restart', () => {
  /** It had the announcement and the key of a practice, and no more. */
  const restarted = () => {
    const before = createStation();
    before.hear('keys', encodeKeys([one.publicKey]));
    before.hearRecords([one.announce(before.now())]);
    const station = createStation({ disk: before.disk(), begins: (before.now() + MINUTE) as Millis });
    expect(station.offer(one.address)).toBeDefined();
    return station;
  };
  test('a key that it does not have any more is asked for, and passed on again', () => {
    const station = restarted();
    expect(station.engine.views.air()?.lacking.keys).toBe(1);
    station.hearBeacon(2, [SELF]);
    station.wait(5 * MINUTE);
    expect(asksOf(station, 'keys').length).toBeGreaterThan(0);
    station.hear('keys', encodeKeys([one.publicKey]));
    expect(station.engine.views.air()?.lacking).toEqual({ keys: 0, identities: 1 });
    station.wait(MINUTE);
    station.hear('ask', encodeAsk({ what: 'keys', prefixes: [prefixOf(one.address)] }), 3);
    station.wait(MINUTE);
    expect(station.sent('keys')).toHaveLength(1);
  });
  test('an identity record brings the key, too', () => {
    const station = restarted();
    hearIdentity(station, one.identity(station.now(), { profile: PROFILE }));
    expect(station.engine.views.air()?.lacking).toEqual({ keys: 0, identities: 0 });
    station.hear('ask', encodeAsk({ what: 'keys', prefixes: [prefixOf(one.address)] }), 3);
    station.wait(MINUTE);
    expect(station.sent('keys')).toHaveLength(1);
  });
  test('an identity record still takes away what it forbids', () => {
    const station = restarted();
    hearIdentity(station, one.identity(station.now(), { capabilities: CAPABILITY.RELAY }));
    expect(station.offer(one.address)).toBeUndefined();
  });
});

describe('when the clock is set back', () => {
  test.each([MINUTE, DAY])('by %d ms: what somebody lacks still goes within a minute', (back) => {
    const station = createStation();
    station.hear('keys', encodeKeys([one.publicKey]));
    station.hearRecords([one.announce(station.now())]);
    station.wait(10 * MINUTE);
    station.hearBeacon(3, [SELF, 2]);
    station.wait(MINUTE);
    station.turnBack(back);
    station.wait(40_000);
    station.forget();
    station.hearBeacon(4, [SELF, 2]);
    station.wait(MINUTE);
    expect(station.sentRecords()).toHaveLength(1);
  });
  test('by a day: what it lacks is still asked for, and who is gone still forgotten', () => {
    const station = createStation();
    station.hear('keys', encodeKeys([one.publicKey]));
    station.hearRecords([one.announce(station.now())]);
    station.hearBeacon(2, [SELF]);
    station.hear('piece', createObjectSource(new Uint8Array(500)).piece(0), 3);
    station.hear('ask', encodeAsk({ what: 'identities', prefixes: ['00000000'] }), 3);
    station.turnBack(DAY);
    station.wait(10 * MINUTE);
    expect(asksOf(station, 'identities').length).toBeGreaterThan(0);
    station.wait(31 * MINUTE);
    expect(station.engine.views.air()?.neighbours).toEqual([]);
  });
});

test('an announcement of nobody is forgotten after half an hour also where the clock was set back meanwhile', () => {
  const station = createStation();
  station.hearRecords([one.announce((station.now() - 2 * DAY) as Millis)]);
  expect(station.engine.views.air()?.regions[0]?.announcements).toBe(1);
  station.turnBack(DAY);
  station.wait(29 * MINUTE);
  expect(station.engine.views.air()?.regions[0]?.announcements).toBe(1);
  station.wait(2 * MINUTE);
  expect(station.engine.views.air()?.regions[0]?.announcements).toBe(0);
});

describe('what somebody made up', () => {
  test('beacons of who hears nobody do not make it spend the airtime that is left', () => {
    const station = createStation();
    station.wait(MINUTE, 0.1);
    station.forget();
    for (let n = 0; n < 60; n++) {
      station.hearBeacon(100 + n, []);
      station.wait(10_000, 0.1);
    }
    expect(station.sent('beacon').length).toBeGreaterThan(3);
    expect(station.sent('beacon').length).toBeLessThan(11);
  });
  test('a copy with a false signature does not count as heard: what is lacked still goes', () => {
    const station = createStation();
    station.hear('keys', encodeKeys([one.publicKey]));
    const raw = one.announce(station.now());
    station.hearRecords([raw]);
    station.wait(10 * MINUTE);
    station.hearBeacon(3, [SELF, 9]);
    station.hearRecords([raw.with(raw.length - 1, (raw.at(-1) ?? 0) ^ 1)], 9);
    station.wait(MINUTE);
    expect(station.sentRecords().map(toHex)).toEqual([toHex(raw)]);
  });
  test('announcements of nobody are forgotten after half an hour, also when nothing else comes', () => {
    const station = createStation();
    station.hearRecords([one.announce(station.now())]);
    station.hearBeacon(2, [SELF]);
    station.wait(10 * MINUTE);
    expect(station.lastBeacon()?.regions[0]?.count).toBe(1);
    station.wait(40 * MINUTE);
    expect(station.engine.views.air()?.lacking.keys).toBe(0);
    expect(station.lastBeacon()?.regions[0]?.count).toBe(0);
    expect(entriesOf(station, 'parked from the air')).toBe(0);
  });
});

test('an identity record that is refused for now is collected again when it comes again', () => {
  const station = createStation();
  const raw = one.identity((station.now() + 10 * MINUTE) as Millis, { profile: PROFILE });
  hearIdentity(station, raw);
  expect(station.refused()).toEqual(['from-the-future']);
  station.wait(9 * MINUTE);
  hearIdentity(station, raw);
  expect(station.engine.views.identity(one.address)).toBeDefined();
});

test('an identity record that nobody asks for is repeated ever more seldom', () => {
  const station = createStation();
  station.hear('keys', encodeKeys([one.publicKey]));
  station.hearRecords([one.announce(station.now())]);
  const raw = one.identity(station.now(), { profile: { ...PROFILE, impressum: 'x'.repeat(400) } });
  hearIdentity(station, raw);
  station.wait(7 * DAY - MINUTE);
  const pieces = createObjectSource(raw).sourcePieces;
  expect(pieces).toBeGreaterThan(1);
  const rounds = station.sent('piece').length / pieces;
  expect(rounds).toBeGreaterThanOrEqual(2);
  expect(rounds).toBeLessThanOrEqual(3);
});

describe('the regions of others', () => {
  const SAXONY = 10 as Region;
  const says = (
    station: Station,
    from: number,
    { way, isOwn }: { readonly way: number | undefined; readonly isOwn: boolean },
  ) => {
    const digest = { region: SAXONY, isOwn, count: 0, digest: digestOf([]) };
    const via = way === undefined || way === 0 ? undefined : (99 as StationId);
    station.hear('beacon', encodeBeacon({ way, via, hears: [SELF], regions: [digest] }), from);
  };
  const serves = (station: Station): boolean =>
    station.engine.views.air()?.regions.some(({ region }) => region === SAXONY) ?? false;

  test('are served for who listens there', () => {
    const station = createStation();
    says(station, 2, { way: undefined, isOwn: true });
    expect(serves(station)).toBe(true);
    station.wait(10 * MINUTE);
    expect(station.lastBeacon()?.regions.map(({ region, isOwn }) => [region, isOwn])).toEqual([
      [MUNICH, true],
      [SAXONY, false],
    ]);
  });
  test('are its own in its beacon once it listens there itself', () => {
    const station = createStation();
    station.hearBeacon(2, [SELF], [], SAXONY);
    station.wait(MINUTE);
    const isOwn = () => station.lastBeacon()?.regions.find(({ region }) => region === SAXONY)?.isOwn;
    expect(isOwn()).toBe(false);
    station.handle({ kind: 'air-opened', station: SELF, regions: [SAXONY] });
    station.wait(MINUTE);
    expect(isOwn()).toBe(true);
  });
  test('and for who is further from the internet and serves them itself', () => {
    const station = createStation();
    says(station, 2, { way: 0, isOwn: false });
    expect(serves(station)).toBe(false);
    says(station, 3, { way: 2, isOwn: false });
    expect(serves(station)).toBe(true);
  });
  test('but not for who serves them for us: nobody would ever stop', () => {
    const station = createStation();
    says(station, 2, { way: undefined, isOwn: true });
    for (let minute = 0; minute < 60; minute += 10) {
      says(station, 3, { way: undefined, isOwn: false });
      station.wait(10 * MINUTE);
    }
    says(station, 3, { way: undefined, isOwn: false });
    expect(serves(station)).toBe(false);
  });
});
