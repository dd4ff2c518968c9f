/** A station runs for months: boards come and go, clocks are set, practices leave, and somebody means it ill. */
import { describe, expect, test } from 'vitest';
import type { Counter, Millis } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { decodeAsk, encodeAsk, prefixOf } from '#core/radio/air/ask.ts';
import { encodeKeys } from '#core/radio/air/keys.ts';
import { createObjectSource } from '#core/radio/object-pieces.ts';
import { createStation, SELF } from '#test/engine/air/air-station.ts';
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
