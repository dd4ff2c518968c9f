/** Revocation lists where there is no internet: they are asked for, come in pieces, and take away what was vouched for. */
import { describe, expect, test } from 'vitest';
import type { Millis, WireMinute } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { type PinnedRegistrar, registrarId } from '#core/domain/trust.ts';
import { MAX_WIRE_MINUTE, toWireMinute } from '#core/domain/wire-time.ts';
import { decodeAsk, encodeAsk, prefixOf } from '#core/radio/air/ask.ts';
import { encodeKeys } from '#core/radio/air/keys.ts';
import { createObjectCollector, createObjectSource } from '#core/radio/object-pieces.ts';
import { encodeCredential } from '#core/wire/credential.ts';
import { encodeRevocations } from '#core/wire/revocations.ts';
import { createStation, SELF } from '#test/engine/air/air-station.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

const MINUTE = 60_000;
const chamber = createSigner(90);
const stranger = createSigner(91);
const practice = createSigner(1);
const pinned: PinnedRegistrar = { publicKey: chamber.publicKey, name: 'Kammer', demo: false };
const INDEX = 900;
type Station = ReturnType<typeof createStation>;

/** Revokes what is at INDEX, with so many bytes of bits. */
const listOf = (issued: WireMinute, signer = chamber, length = 113): Uint8Array => {
  const revoked = new Uint8Array(length);
  revoked[INDEX >> 3] = 1 << (INDEX & 7);
  const list = { kind: 'revocations', registrar: registrarId(signer.publicKey), issued, revoked } as const;
  return signer.signed(encodeRevocations(list));
};
const vouched = (now: Millis): Uint8Array => {
  const credential = encodeCredential({
    kind: 'credential',
    registrar: registrarId(chamber.publicKey),
    therapistKey: practice.publicKey,
    name: PROFILE.name,
    beruf: 'PP',
    verfahren: 1,
    zulassung: 'KV',
    approbationHash: new Uint8Array(32),
    validUntil: MAX_WIRE_MINUTE as WireMinute,
    statusIndex: INDEX,
  });
  if (!credential.ok) throw new Error(credential.code);
  return practice.identity(now, { profile: PROFILE, credential: chamber.signed(credential.value) });
};
const hearObject = (station: Station, raw: Uint8Array, from = 2): void => {
  const source = createObjectSource(raw);
  for (let index = 0; index < source.sourcePieces; index++) station.hear('piece', source.piece(index), from);
};
const datesAsked = (station: Station): readonly number[] =>
  station.sent('ask').flatMap(({ body }) => {
    const ask = decodeAsk(body);
    return ask.ok && ask.value.what === 'revocations' ? ask.value.lists.map(({ issued }) => issued) : [];
  });
const askSince = (issued: number, signer = chamber): Uint8Array =>
  encodeAsk({
    what: 'revocations',
    lists: [{ registrar: prefixOf(toHex(registrarId(signer.publicKey))), issued: issued as WireMinute }],
  });
/** What was sent in pieces and is whole. */
const sentObjects = (station: Station): readonly Uint8Array[] => {
  const collector = createObjectCollector({ objects: 9, bytes: 40_000, patience: 1 as Millis });
  return station.sent('piece').flatMap(({ body }) => {
    const taken = collector.take(body, 0 as Millis);
    return taken.ok && taken.value.kind === 'whole' ? taken.value.object : [];
  });
};
/** A minute in which the radio is idle now and then. */
const minute = (station: Station): void => {
  for (let at = 0; at < MINUTE; at += 4_000) station.wait(4_000);
};
const trustOf = (station: Station) => station.engine.views.identity(practice.address)?.trust;

/** A kiosk that shows a practice for which the chamber vouches. */
const kiosk = () => {
  const station = createStation({ registrars: [pinned] });
  station.hear('keys', encodeKeys([practice.publicKey]));
  station.hearRecords([practice.announce(station.now())]);
  hearObject(station, vouched(station.now()));
  expect(trustOf(station)?.level).toBe(2);
  station.hearBeacon(2, [SELF]);
  return station;
};

describe('whoever has no internet', () => {
  test('asks for what it has not, and for what is newer than what it has', () => {
    const station = kiosk();
    station.wait(5 * MINUTE);
    expect(datesAsked(station)).toEqual([0]);
    const issued = toWireMinute(station.now());
    hearObject(station, listOf(issued));
    station.forget();
    station.hearBeacon(2, [SELF]);
    station.wait(15 * MINUTE);
    expect(datesAsked(station)).toContain(issued);
    expect(datesAsked(station)).not.toContain(0);
  });
  test('vouches no more for who is on the list, also after a restart', () => {
    const station = kiosk();
    hearObject(station, listOf(toWireMinute(station.now())));
    expect(trustOf(station)).toMatchObject({ level: 0, reason: 'credential-revoked' });
    const again = createStation({ registrars: [pinned], disk: station.disk(), begins: station.now() });
    expect(trustOf(again)).toMatchObject({ level: 0, reason: 'credential-revoked' });
  });
  test('takes none that its registrar has not signed, and none that is older', () => {
    const station = kiosk();
    const now = toWireMinute(station.now());
    const raw = listOf(now);
    hearObject(station, raw.with(raw.length - 1, (raw.at(-1) ?? 0) ^ 1));
    hearObject(station, listOf(now, stranger));
    expect(station.refused()).toEqual(['bad-signature', 'credential-unknown-registrar']);
    expect(trustOf(station)?.level).toBe(2);
    hearObject(station, raw);
    hearObject(station, listOf((now - 1) as WireMinute));
    expect(station.refused().at(-1)).toBe('superseded');
    expect(trustOf(station)?.level).toBe(0);
  });
  test('asks ever more seldom where nobody has anything', () => {
    const station = kiosk();
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      station.hearBeacon(2, [SELF]);
      station.wait(10 * MINUTE);
    }
    expect(datesAsked(station).length).toBeGreaterThanOrEqual(5);
    expect(datesAsked(station).length).toBeLessThanOrEqual(11);
  });
  test('and believes no registrar asks for nothing', () => {
    const station = createStation();
    station.hearBeacon(2, [SELF]);
    station.wait(60 * MINUTE);
    expect(station.sent('ask')).toEqual([]);
  });
});

describe('whoever has a list', () => {
  const holder = (raw: (now: WireMinute) => Uint8Array) => {
    const station = createStation({ registrars: [pinned] });
    const issued = toWireMinute(station.now());
    station.hearBeacon(2, [SELF, 3]);
    hearObject(station, raw(issued));
    station.wait(10 * MINUTE);
    expect(station.sent('piece')).toEqual([]);
    return { station, issued };
  };
  test('sends it to who has an older one, in pieces, and not again at once', () => {
    const raw = listOf(toWireMinute(createStation().now()), chamber, 2_048);
    const { station, issued } = holder(() => raw);
    station.hear('ask', askSince(issued - 1), 3);
    minute(station);
    expect(sentObjects(station).map(toHex)).toEqual([toHex(raw)]);
    station.forget();
    station.hear('ask', askSince(0), 3);
    minute(station);
    expect(station.sent('piece')).toEqual([]);
    station.wait(5 * MINUTE);
    station.hear('ask', askSince(0), 3);
    minute(station);
    expect(sentObjects(station)).toHaveLength(1);
  });
  test.each([
    ['to who has it', 0, chamber],
    ['to who has a newer one', 1, chamber],
    ['of another registrar', -1, stranger],
  ])('sends nothing %s', (_, ahead, signer) => {
    const { station, issued } = holder((now) => listOf(now));
    station.hear('ask', askSince(issued + ahead, signer), 3);
    station.wait(4 * MINUTE);
    expect(station.sent('piece')).toEqual([]);
  });
  test('passes a new one on to a neighbour that cannot have heard it', () => {
    const station = createStation({ registrars: [pinned] });
    station.hearBeacon(2, [SELF]);
    station.hearBeacon(3, [SELF]);
    const raw = listOf(toWireMinute(station.now()));
    hearObject(station, raw, 2);
    minute(station);
    expect(sentObjects(station).map(toHex)).toEqual([toHex(raw)]);
  });
});
