/** What is taken from the air, where anybody sends anything: nothing that does not hold is kept, or sent on. */
import { describe, expect, test } from 'vitest';
import type { Counter, Epoch, Millis, Plz } from '#core/brand.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { encodeKeys } from '#core/radio/air/keys.ts';
import { createObjectSource } from '#core/radio/object-pieces.ts';
import { createStation } from '#test/engine/air/air-station.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

const MINUTES = 60_000;
const practice = createSigner(1);

/** A station that knows the practice's key, and has a neighbour that lacks everything. */
const listening = () => {
  const station = createStation();
  station.hear('keys', encodeKeys([practice.publicKey]));
  return station;
};
const hearIdentity = (station: ReturnType<typeof createStation>, raw: Uint8Array): void => {
  const source = createObjectSource(raw);
  for (let index = 0; index < source.sourcePieces; index++) station.hear('piece', source.piece(index));
};

describe('a record from the air', () => {
  test('by a bare key is taken, and its practice has no standing', () => {
    const station = listening();
    station.hearRecords([practice.announce(station.now())]);
    expect(station.offer(practice.address)).toBeDefined();
    expect(station.engine.views.identity(practice.address)).toBeUndefined();
  });
  test('waits for its key, and is taken when that comes', () => {
    const station = createStation();
    station.hearRecords([practice.announce(station.now())]);
    expect(station.offer(practice.address)).toBeUndefined();
    expect(station.engine.views.air()?.lacking.keys).toBe(1);
    station.hear('keys', encodeKeys([practice.publicKey]));
    expect(station.offer(practice.address)).toBeDefined();
    expect(station.engine.views.air()?.lacking.keys).toBe(0);
  });

  const forged = (raw: Uint8Array): Uint8Array => raw.with(raw.length - 1, (raw.at(-1) ?? 0) ^ 1);
  test.each<[string, (now: Millis) => Uint8Array, string]>([
    ['forged', (now) => forged(practice.announce(now)), 'bad-signature'],
    ['of tomorrow', (now) => practice.announce((now + 1_440 * MINUTES) as Millis), 'from-the-future'],
    ['cut off', (now) => practice.announce(now).slice(0, 20), 'malformed'],
  ])('%s is counted and dropped', (_, make, code) => {
    const station = listening();
    station.hearBeacon(3, [1]);
    const raw = make(station.now());
    station.hearRecords([raw]);
    station.wait(30 * MINUTES);
    expect(station.refused()).toContain(code);
    expect(station.offer(practice.address)).toBeUndefined();
    expect(station.sentRecords()).toEqual([]);
  });
  test('that waited and turns out to be forged is no longer among what is here', () => {
    const station = createStation();
    station.hearRecords([forged(practice.announce(station.now()))]);
    expect(station.engine.views.air()?.regions[0]?.announcements).toBe(1);
    hearIdentity(station, practice.identity(station.now(), { profile: PROFILE }));
    expect(station.refused()).toEqual(['bad-signature']);
    expect(station.engine.views.air()?.regions[0]?.announcements).toBe(0);
  });
  test('that is older than what is here is dropped, and whoever sent it gets what is newer', () => {
    const station = listening();
    station.hearBeacon(2, [1]);
    const old = practice.announce(station.now());
    const fresh = practice.announce(station.now(), { counter: 2 as Counter });
    station.hearRecords([fresh]);
    station.wait(2 * MINUTES);
    station.forget();
    station.hearRecords([old]);
    station.wait(MINUTES);
    expect(station.refused()).toContain('superseded');
    expect(station.sentRecords().map((raw) => Buffer.from(raw).toString('hex'))).toEqual([
      Buffer.from(fresh).toString('hex'),
    ]);
  });
  test('that comes again changes nothing', () => {
    const station = listening();
    const raw = practice.announce(station.now());
    station.hearRecords([raw]);
    const before = station.engine.views.air()?.regions;
    for (let again = 0; again < 5; again++) station.hearRecords([raw]);
    expect(station.engine.views.air()?.regions).toEqual(before);
    expect(station.refused()).toEqual([]);
  });
  test('is gone when it was withdrawn', () => {
    const station = listening();
    station.hearRecords([practice.announce(station.now())]);
    station.hearRecords([practice.withdraw(station.now(), 2)]);
    expect(station.offer(practice.address)).toBeUndefined();
    expect(station.engine.views.air()?.regions[0]?.announcements).toBe(0);
  });
});

describe('an identity record that forbids what was taken by the key alone', () => {
  const heilpraktiker = { ...PROFILE, beruf: 'HEILPRAKTIKER_PSYCH', plz: '80799' as Plz } as const;
  test.each([
    ['no therapist', { capabilities: CAPABILITY.RELAY }],
    ['a Heilpraktiker who would bill the statutory insurance', { profile: heilpraktiker }],
    ['a later epoch', { epoch: 1 as Epoch }],
  ])('%s: the announcement is gone', (_, changed) => {
    const station = listening();
    station.hearRecords([practice.announce(station.now())]);
    expect(station.offer(practice.address)).toBeDefined();
    hearIdentity(station, practice.identity(station.now(), { capabilities: CAPABILITY.THERAPIST, ...changed }));
    expect(station.offer(practice.address)).toBeUndefined();
  });
  test('one that allows it leaves it', () => {
    const station = listening();
    station.hearRecords([practice.announce(station.now())]);
    hearIdentity(station, practice.identity(station.now(), { profile: PROFILE }));
    expect(station.offer(practice.address)).toBeDefined();
  });
  test('whose signature does not hold takes nothing, and the true one can still come', () => {
    const station = listening();
    const raw = practice.identity(station.now(), { profile: PROFILE });
    const forgery = raw.with(raw.length - 1, (raw.at(-1) ?? 0) ^ 1);
    hearIdentity(station, forgery);
    // Not kept as one that was whole once: its pieces are collected anew.
    hearIdentity(station, forgery);
    expect(station.refused()).toEqual(['bad-signature', 'bad-signature']);
    expect(station.engine.views.identity(practice.address)).toBeUndefined();
    hearIdentity(station, raw);
    expect(station.engine.views.identity(practice.address)).toBeDefined();
  });
});

test.each(['records', 'keys', 'beacon', 'ask', 'piece'] as const)('any bytes as %s are counted and dropped', (kind) => {
  const station = createStation();
  for (const length of [0, 1, 3, 17]) station.hear(kind, new Uint8Array(length).fill(0xe7));
  expect(station.refused().length).toBeGreaterThan(0);
  expect(station.engine.views.air()?.regions[0]?.announcements).toBe(0);
});
