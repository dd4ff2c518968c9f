/** What is sent, in which order, and what is not. */
import { describe, expect, test } from 'vitest';
import type { Counter, NodeAddress, OfferId, StationId } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { encodeAsk, prefixOf } from '#core/radio/air/ask.ts';
import { encodeBeacon } from '#core/radio/air/beacon.ts';
import { decodeKeys, encodeKeys } from '#core/radio/air/keys.ts';
import { decodeRecords } from '#core/radio/air/records.ts';
import { createObjectSource } from '#core/radio/object-pieces.ts';
import { createStation, MUNICH, SELF } from '#test/engine/air/air-station.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

const MINUTE = 60_000;
const practices = Array.from({ length: 4 }, (_, at) => createSigner(at + 1));

/** A station that has the announcements, keys and identity records of some practices, all heard from station 2. */
const stocked = (count = practices.length) => {
  const station = createStation();
  const some = practices.slice(0, count);
  station.hear('keys', encodeKeys(some.map(({ publicKey }) => publicKey)));
  station.hearRecords(some.slice(0, 2).map((practice) => practice.announce(station.now())));
  station.hearRecords(some.slice(2).map((practice) => practice.announce(station.now())));
  for (const practice of some) {
    const source = createObjectSource(practice.identity(station.now(), { profile: PROFILE }));
    for (let index = 0; index < source.sourcePieces; index++) station.hear('piece', source.piece(index));
  }
  station.wait(MINUTE);
  station.forget();
  return station;
};
/** As it was signed. */
const rawOf = (
  station: ReturnType<typeof createStation>,
  { address }: { readonly address: NodeAddress },
): Uint8Array => {
  const raw = station.offer(address)?.raw;
  if (raw === undefined) throw new Error('it has that');
  return raw;
};
/** Ids of the practices' announcements, as digests are made of. */
const heldBy = (station: ReturnType<typeof createStation>): readonly string[] =>
  practices.map(({ address }) => station.offer(address)?.id.slice(0, 16) ?? '');
const kindsOf = (station: ReturnType<typeof createStation>) =>
  station.sent().flatMap(({ air }) => (air === 'beacon' || air === 'ask' ? [] : [air]));

describe('what is lacked', () => {
  test('goes two announcements a frame, then the keys in one, then identity records', () => {
    const station = stocked();
    station.hear(
      'ask',
      encodeAsk({ what: 'identities', prefixes: practices.map(({ address }) => prefixOf(address)) }),
      3,
    );
    station.hearBeacon(3, [SELF]);
    station.wait(2 * MINUTE);
    const kinds = kindsOf(station);
    expect(kinds.filter((kind) => kind === 'records')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'keys')).toHaveLength(1);
    expect(kinds.indexOf('keys')).toBeGreaterThan(kinds.lastIndexOf('records'));
    expect(kinds.indexOf('piece')).toBeGreaterThanOrEqual(0);
    for (const { body } of station.sent('records')) {
      const records = decodeRecords(body);
      expect(records.ok && records.value).toHaveLength(2);
    }
  });
  test('goes alone: what nobody lacks does not ride along', () => {
    const station = stocked();
    const one = practices[0];
    if (one === undefined) throw new Error('there is one');
    station.hear('ask', encodeAsk({ what: 'keys', prefixes: [prefixOf(one.address)] }), 3);
    station.wait(MINUTE);
    const [frame] = station.sent('keys');
    const keys = frame === undefined ? undefined : decodeKeys(frame.body);
    expect(keys?.ok && keys.value.map(toHex)).toEqual([toHex(one.publicKey)]);
  });
  test('is not sent to who asked before it came', () => {
    const station = stocked(1);
    const keys = practices.slice(0, 1).map(({ publicKey }) => publicKey);
    const prefixes = practices.slice(0, 1).map(({ address }) => prefixOf(address));
    station.hear('keys', encodeKeys(keys));
    station.wait(1_000);
    station.hear('ask', encodeAsk({ what: 'keys', prefixes }), 3);
    station.wait(MINUTE);
    expect(station.sent('keys')).toEqual([]);
  });
  test('is not sent when somebody else sends it first', () => {
    const station = stocked(2);
    station.hearBeacon(3, [SELF, 2]);
    station.hearRecords(practices.slice(0, 2).map((practice) => rawOf(station, practice)));
    station.wait(MINUTE);
    expect(station.sentRecords()).toEqual([]);
  });
  test('is not sent again to who may have heard it just now', () => {
    const station = stocked(2);
    station.hearBeacon(3, [SELF, 2]);
    station.wait(15_000);
    expect(station.sentRecords()).toHaveLength(2);
    station.hearBeacon(4, [SELF, 2]);
    station.wait(10_000);
    expect(station.sentRecords()).toHaveLength(2);
    station.wait(MINUTE);
    station.hearBeacon(4, [SELF, 2]);
    station.wait(15_000);
    expect(station.sentRecords()).toHaveLength(4);
  });
  test('waits where little airtime is left, and what nobody asked for much sooner', () => {
    const station = stocked();
    station.hearBeacon(3, [SELF]);
    station.wait(2 * MINUTE, 0.1);
    expect(kindsOf(station)).toEqual([]);
    station.wait(MINUTE, 0.2);
    expect(kindsOf(station)).toContain('records');
    station.wait(600 * MINUTE, 1);
    station.forget();
    station.wait(600 * MINUTE, 0.4);
    expect(kindsOf(station)).toEqual([]);
    station.wait(600 * MINUTE, 0.6);
    expect(kindsOf(station)).toContain('records');
  });
});

describe('what is passed on', () => {
  const announced = (hears: readonly number[]) => {
    const station = createStation();
    const [one] = practices;
    if (one === undefined) throw new Error('there is one');
    station.hearBeacon(2, [SELF]);
    station.hearBeacon(3, hears);
    station.hear('keys', encodeKeys([one.publicKey]));
    station.wait(MINUTE);
    station.forget();
    station.hearRecords([one.announce(station.now())], 2);
    station.wait(20_000);
    return station;
  };
  test('what a neighbour cannot have heard', () => {
    expect(announced([SELF]).sentRecords()).toHaveLength(1);
  });
  test('nothing where all hear whoever sent it', () => {
    expect(announced([SELF, 2]).sentRecords()).toEqual([]);
  });
  test('once more where whoever others depend on is not heard passing it on, and no third time', () => {
    const station = announced([SELF, 9]);
    expect(station.sentRecords()).toHaveLength(1);
    station.wait(5 * MINUTE);
    expect(station.sentRecords()).toHaveLength(2);
  });
  test('nothing of a region that nobody listens to', () => {
    const station = createStation();
    const [one] = practices;
    if (one === undefined) throw new Error('there is one');
    station.hear('keys', encodeKeys([one.publicKey]));
    station.hearBeacon(3, [SELF]);
    station.hearRecords([one.announce(station.now(), { plz: 10_115 })], 2);
    station.hear('ask', encodeAsk({ what: 'keys', prefixes: [prefixOf(one.address)] }), 3);
    station.wait(60 * MINUTE);
    expect(station.sentRecords()).toEqual([]);
    expect(station.sent('keys')).toEqual([]);
  });
});

describe('a neighbour that is behind', () => {
  test('is sent what changed since, and no more', () => {
    const station = createStation();
    const [one, other] = practices;
    if (one === undefined || other === undefined) throw new Error('there are two');
    station.hear('keys', encodeKeys([one.publicKey, other.publicKey]));
    station.hearRecords([one.announce(station.now())]);
    station.wait(5 * MINUTE);
    station.hearBeacon(2, [SELF]);
    station.wait(20 * MINUTE);
    const before = station.lastBeacon()?.regions[0];
    if (before === undefined) throw new Error('it said what it has');
    station.hearRecords([other.announce(station.now())]);
    station.wait(20 * MINUTE);
    station.forget();
    const body = encodeBeacon({ way: undefined, via: undefined, hears: [SELF], regions: [before] });
    station.hear('beacon', body, 2);
    station.wait(20_000);
    expect(station.sentRecords().map(toHex)).toEqual([toHex(rawOf(station, other))]);
  });
  test('is sent what it missed of what came lately, although it never said so', () => {
    const station = stocked();
    station.hearBeacon(2, [SELF]);
    station.wait(20 * MINUTE);
    const fresh = practices.map((practice) => practice.announce(station.now(), { counter: 2 as Counter }));
    const old = heldBy(station);
    for (const raw of fresh) {
      station.hearRecords([raw]);
      station.wait(5_000);
    }
    station.wait(5 * MINUTE);
    station.forget();
    station.hearBeacon(2, [SELF], heldBy(station).with(0, old[0] ?? ''));
    station.wait(20_000);
    expect(station.sentRecords().map(toHex)).toEqual([toHex(fresh[0] ?? new Uint8Array())]);
  });
  test('that is where this one is gets nothing', () => {
    const station = stocked();
    station.wait(20 * MINUTE);
    const here = station.lastBeacon();
    if (here === undefined) throw new Error('it said what it has');
    station.forget();
    station.hear('beacon', encodeBeacon({ ...here, hears: [SELF] }), 2);
    station.wait(MINUTE);
    expect(station.sentRecords()).toEqual([]);
  });
});

describe('who hears of something that is not here', () => {
  const UNKNOWN = 'ffffffffffffffff';
  const even = () => {
    const station = stocked();
    station.wait(20 * MINUTE);
    station.hearBeacon(2, [SELF], heldBy(station));
    station.wait(2 * MINUTE);
    return station;
  };
  const saidOf = (station: ReturnType<typeof createStation>) =>
    station.sent().flatMap(({ air }) => (air === 'beacon' || air === 'ask' ? [air] : []));

  test('and lacked nothing before says what it has, and asks only when nothing comes of it', () => {
    const station = even();
    station.forget();
    station.hearBeacon(2, [SELF], heldBy(station).with(0, UNKNOWN));
    station.wait(MINUTE);
    expect(saidOf(station)).toEqual(['beacon']);
    station.wait(MINUTE);
    expect(saidOf(station)).toEqual(['beacon', 'ask']);
  });
  test('asks no more once that was said long ago', () => {
    const station = even();
    station.forget();
    station.hearBeacon(2, [SELF], heldBy(station).with(0, UNKNOWN));
    station.wait(8 * MINUTE);
    expect(saidOf(station).filter((air) => air === 'ask')).toEqual(['ask']);
  });
  test('asks nothing where it is what is here without some of what came lately', () => {
    const station = even();
    const before = heldBy(station);
    for (const practice of practices)
      station.hearRecords([practice.announce(station.now(), { counter: 2 as Counter })]);
    station.wait(2 * MINUTE);
    station.forget();
    station.hearBeacon(
      2,
      [SELF],
      heldBy(station)
        .with(1, before[1] ?? '')
        .with(2, before[2] ?? ''),
    );
    station.wait(5 * MINUTE);
    expect(saidOf(station).filter((air) => air === 'ask')).toEqual([]);
  });
});

describe('the way to the internet', () => {
  const beacon = (way: number | undefined, via: number | undefined) =>
    encodeBeacon({ way, via: via as StationId | undefined, hears: [SELF], regions: [] });
  test('is one further than that of the nearest neighbour', () => {
    const station = createStation();
    station.hear('beacon', beacon(2, 9), 2);
    station.hear('beacon', beacon(0, undefined), 3);
    expect(station.engine.views.air()?.way).toBe(1);
  });
  test('is none that leads through this station, and none that is too long', () => {
    const station = createStation();
    station.hear('beacon', beacon(1, SELF), 2);
    station.hear('beacon', beacon(7, 9), 3);
    expect(station.engine.views.air()?.way).toBeUndefined();
  });
});

test('a station that nobody hears says so again and again, ever more seldom', () => {
  const station = createStation();
  station.wait(5 * MINUTE);
  expect(station.sent('beacon').length).toBeGreaterThanOrEqual(5);
  expect(station.sent('beacon').length).toBeLessThanOrEqual(8);
  station.hearBeacon(2, [SELF]);
  station.forget();
  station.wait(8 * MINUTE);
  expect(station.sent('beacon').length).toBeLessThanOrEqual(1);
});

test('a beacon says what came and waits for its key, so that nobody sends it again', () => {
  const station = createStation();
  const [one] = practices;
  station.hearRecords([one?.announce(station.now()) ?? new Uint8Array()], 2);
  station.wait(20_000);
  expect(station.lastBeacon()?.regions).toMatchObject([{ region: MUNICH, count: 1 }]);
});

test('when the radio goes, nothing is left to do, and nothing is sent', () => {
  const station = stocked();
  station.hearBeacon(3, [SELF]);
  station.hear('ask', encodeAsk({ what: 'keys', prefixes: practices.map(({ address }) => prefixOf(address)) }), 3);
  station.handle({ kind: 'air-closed' });
  station.forget();
  station.wait(60 * MINUTE);
  station.hearBeacon(3, [SELF]);
  station.wait(60 * MINUTE);
  expect(station.sent()).toEqual([]);
  expect(station.engine.views.air()?.neighbours).toEqual([]);
});

test('an engine without a radio sends nothing on the air, whatever comes', () => {
  const station = createStation({ hasRadio: false });
  station.hearBeacon(3, [SELF]);
  station.hearRecords([
    practices[0]?.announce(station.now(), { counter: 3 as Counter, offer: 1 as OfferId }) ?? new Uint8Array(),
  ]);
  station.wait(60 * MINUTE);
  expect(station.sent()).toEqual([]);
});
