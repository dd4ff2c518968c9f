/** A station without internet whose clock is behind: what practices signed tells what time it is at least (docs/decisions/0030). */
import { describe, expect, test } from 'vitest';
import type { Counter, Millis } from '#core/brand.ts';
import { DAY, HOUR, ISSUE_SKEW, MINUTE } from '#core/domain/limits.ts';
import { encodeKeys } from '#core/radio/air/keys.ts';
import { createObjectSource } from '#core/radio/object-pieces.ts';
import { createStation, type StationOptions } from '#test/engine/air/air-station.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createRegister } from '#test/engine/register.ts';

const TRUTH = Date.UTC(2026, 10, 23, 9, 0) as Millis;
const register = createRegister();
const practices = [1, 2, 3, 4].map(createSigner);
type Practice = (typeof practices)[number];
const [first, second, third, fourth] = practices as [Practice, Practice, Practice, Practice];

const ago = (ms: number): Millis => (TRUTH - ms) as Millis;
const identityOf = (practice: Practice, issued: Millis, validUntil: number = TRUTH + 365 * DAY, from = register) =>
  practice.identity(issued, {
    profile: PROFILE,
    credential: from.issue(practice.publicKey, practices.indexOf(practice), validUntil),
  });

type Station = ReturnType<typeof createStation>;
const create = (options: StationOptions = {}): Station =>
  createStation({ registrars: [register.pinned], slow: 2 * DAY, begins: TRUTH, ...options });
const hearIdentity = (station: Station, raw: Uint8Array): void => {
  const source = createObjectSource(raw);
  for (let index = 0; index < source.sourcePieces; index++) station.hear('piece', source.piece(index));
};
const isShown = (station: Station, practice: Practice): boolean => station.offer(practice.address) !== undefined;
/** They were known before; their announcements are from today. */
const hearVouched = (station: Station, from: readonly Practice[]): void => {
  for (const practice of from) hearIdentity(station, identityOf(practice, ago(5 * DAY)));
};

describe('a clock two days behind', () => {
  test('is refused everything from today while one or two practices say so', () => {
    const station = create();
    hearVouched(station, [first, second]);
    station.hearRecords([first.announce(ago(HOUR)), second.announce(ago(HOUR))]);
    station.wait(20 * MINUTE);
    expect([first, second].some((one) => isShown(station, one))).toBe(false);
    expect(station.time()).toBe(station.now() - 2 * DAY);
    expect(station.engine.views.status()).toMatchObject({ notBefore: expect.any(Number), isTimeDoubted: true });
  });
  test('is raised by the third, and what waited is there at once', () => {
    const station = create();
    hearVouched(station, [first, second, third]);
    station.hearRecords([first.announce(ago(HOUR)), second.announce(ago(HOUR))]);
    expect(isShown(station, first)).toBe(false);
    station.hearRecords([third.announce(ago(HOUR))]);
    expect(station.time()).toBe(ago(HOUR) - ISSUE_SKEW);
    expect([first, second, third].map((one) => isShown(station, one))).toEqual([true, true, true]);
    expect(station.engine.views.status().isTimeDoubted).toBe(false);
    station.wait(10 * MINUTE);
    expect(station.time()).toBe(ago(50 * MINUTE) - ISSUE_SKEW);
  });
  test('takes by its key what is from before, though the identity record that brought the key is from today', () => {
    const station = create();
    station.hearRecords([first.announce(ago(3 * DAY))]);
    hearIdentity(station, identityOf(first, ago(HOUR)));
    expect(isShown(station, first)).toBe(true);
    expect(station.engine.views.air()?.lacking).toEqual({ keys: 0, identities: 0 });
  });
  test('what is newer than the third waits until it is due', () => {
    const station = create();
    hearVouched(station, [first, second, third]);
    station.hearRecords([first.announce(ago(HOUR)), second.announce(ago(HOUR)), third.announce(ago(80 * MINUTE))]);
    expect(practices.slice(0, 3).map((one) => isShown(station, one))).toEqual([false, false, true]);
    station.wait(20 * MINUTE);
    expect(practices.slice(0, 3).map((one) => isShown(station, one))).toEqual([true, true, true]);
  });
  test('and a copy of an identity record with a false signature does not take the place of the one that waits', () => {
    const station = create({ slow: HOUR });
    const raw = first.identity(ago(40 * MINUTE), { profile: PROFILE });
    const forged = raw.with(-1, (raw.at(-1) ?? 0) ^ 1);
    hearIdentity(station, raw);
    hearIdentity(station, forged);
    station.wait(20 * MINUTE);
    expect(station.engine.views.identity(first.address)).toBeDefined();
  });
  test('what has expired by the time that it learns is gone', () => {
    const station = create();
    hearVouched(station, [first, second, third]);
    const twoDays = 4;
    station.hearRecords([fourth.announce(ago(3 * DAY), { ttlClass: twoDays })]);
    station.hear('keys', encodeKeys([fourth.publicKey]));
    expect(isShown(station, fourth)).toBe(true);
    station.hearRecords([first, second, third].map((one) => one.announce(ago(HOUR))));
    expect(isShown(station, fourth)).toBe(false);
  });
});

describe('a clock that begins in 2020', () => {
  const slow = TRUTH - Date.UTC(2020, 0, 1);
  test('comes as far as the third of the announcements, though all identity records are from its future', () => {
    const station = create({ slow });
    station.hearRecords(practices.map((one, index) => one.announce(ago((index + 1) * HOUR))));
    // Whatever is lacking to tell the time is asked for like anything else.
    expect(station.engine.views.air()?.lacking).toEqual({ keys: 4, identities: 0 });
    station.hear('keys', encodeKeys(practices.map(({ publicKey }) => publicKey)));
    expect(station.engine.views.air()?.lacking).toEqual({ keys: 0, identities: 4 });
    for (const [index, one] of practices.entries()) hearIdentity(station, identityOf(one, ago((index + 1) * DAY)));
    expect(station.engine.views.air()?.lacking).toEqual({ keys: 0, identities: 0 });
    expect(station.time()).toBe(ago(3 * HOUR) - ISSUE_SKEW);
    expect(practices.map((one) => isShown(station, one))).toEqual([false, false, true, true]);
    expect(station.engine.views.identity(fourth.address)?.trust.level).toBe(2);
    station.wait(2 * HOUR);
    expect(practices.map((one) => isShown(station, one))).toEqual([true, true, true, true]);
  });
  test('at the next start begins where it was, whatever the device says', () => {
    const before = create({ slow });
    hearVouched(before, practices);
    before.hearRecords(practices.map((one) => one.announce(ago(HOUR))));
    const after = create({ slow: slow + DAY, begins: (TRUTH + DAY) as Millis, disk: before.disk() });
    expect(after.time()).toBe(ago(HOUR) - ISSUE_SKEW);
    expect(after.engine.views.status().notBefore).toBe(ago(HOUR) - ISSUE_SKEW);
  });
});

describe('what does not move a clock', () => {
  const raise = (station: Station, counter = 1): void =>
    station.hearRecords(practices.map((one) => one.announce(ago(HOUR), { counter: counter as Counter })));
  const stays = (station: Station): void => expect(station.time()).toBe(station.now() - 2 * DAY);

  test('practices for which nobody vouches, by their keys or with their identity records', () => {
    const station = create();
    station.hear('keys', encodeKeys(practices.map(({ publicKey }) => publicKey)));
    raise(station);
    for (const one of practices) hearIdentity(station, one.identity(ago(5 * DAY), { profile: PROFILE }));
    raise(station, 2);
    for (const one of practices) hearIdentity(station, one.identity(ago(HOUR), { counter: 2 as Counter }));
    stays(station);
    expect(station.engine.views.status()).toMatchObject({ notBefore: 0, isTimeDoubted: false });
  });
  test('a register that is not pinned', () => {
    const station = create();
    for (const one of practices) hearIdentity(station, identityOf(one, ago(HOUR), TRUTH + DAY, createRegister(201)));
    raise(station);
    stays(station);
  });
  test('credentials whose signature does not hold', () => {
    const station = create();
    for (const one of practices) {
      const credential = register.issue(one.publicKey, 1, TRUTH + DAY);
      const forged = credential.with(credential.length - 1, (credential.at(-1) ?? 0) ^ 1);
      hearIdentity(station, one.identity(ago(HOUR), { profile: PROFILE, credential: forged }));
    }
    stays(station);
  });
  test('records whose signature does not hold', () => {
    const station = create();
    hearVouched(station, practices);
    for (const one of practices) {
      const raw = one.announce(ago(HOUR));
      station.hearRecords([raw.with(raw.length - 1, (raw.at(-1) ?? 0) ^ 1)]);
    }
    expect(station.refused()).toContain('bad-signature');
    expect(station.time()).toBe(station.now() - 2 * DAY);
  });
  test('dates after the end of the credential: whoever is vouched for until then cannot sign beyond', () => {
    const station = create();
    for (const one of practices) hearIdentity(station, identityOf(one, ago(5 * DAY), TRUTH + DAY));
    const later = (TRUTH + 2 * DAY) as Millis;
    station.hearRecords(practices.map((one) => one.announce(later)));
    stays(station);
    for (const one of practices) hearIdentity(station, one.identity(later, { counter: 2 as Counter }));
    stays(station);
  });
});

test('a right clock is not moved by honest practices', () => {
  const station = create({ slow: 0 });
  hearVouched(station, practices);
  station.hearRecords(practices.map((one) => one.announce((TRUTH + ISSUE_SKEW) as Millis)));
  expect(station.time()).toBe(station.now());
  expect(practices.every((one) => isShown(station, one))).toBe(true);
  expect(station.engine.views.status().notBefore).toBe(TRUTH);
});
