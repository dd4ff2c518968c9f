/** Who sends the pieces of an identity record that several have, and who need not. */
import { describe, expect, test } from 'vitest';
import { encodeAsk, prefixOf } from '#core/radio/air/ask.ts';
import { encodeKeys } from '#core/radio/air/keys.ts';
import { createObjectSource } from '#core/radio/object-pieces.ts';
import { createStation } from '#test/engine/air/air-station.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

const MINUTE = 60_000;
/** Several pieces. */
const LONG = { ...PROFILE, impressum: 'Türkenstraße 1, '.repeat(28) };
const practice = createSigner(1);
const askName = encodeAsk({ what: 'identities', prefixes: [prefixOf(practice.address)] });

/** A station that has the identity record of a practice, and is asked for it now. */
const asked = () => {
  const station = createStation();
  station.hear('keys', encodeKeys([practice.publicKey]));
  station.hearRecords([practice.announce(station.now())]);
  const source = createObjectSource(practice.identity(station.now(), { profile: LONG }));
  for (let index = 0; index < source.sourcePieces; index++) station.hear('piece', source.piece(index));
  station.wait(MINUTE);
  station.forget();
  station.hear('ask', askName, 3);
  return { station, source };
};

describe('an identity record that was asked for', () => {
  test('is not sent where somebody else sends it', () => {
    const { station, source } = asked();
    station.hear('piece', source.piece(0), 4);
    station.wait(MINUTE);
    expect(station.sent('piece')).toEqual([]);
  });
  test.each<[string, (piece: Uint8Array) => Uint8Array]>([
    ['with other data', (piece) => piece.with(piece.length - 1, (piece.at(-1) ?? 0) ^ 1)],
    ['of an object of another length', (piece) => piece.with(5, (piece[5] ?? 0) ^ 1)],
    ['of which nothing but the name came', (piece) => piece.slice(0, 4)],
  ])('is sent whoever says a piece %s', (_, forge) => {
    const { station, source } = asked();
    station.hear('piece', forge(source.piece(0)), 4);
    station.wait(MINUTE);
    expect(station.sent('piece').length).toBeGreaterThan(0);
  });
  /** It has sent some pieces, and not all. */
  const begun = () => {
    const { station, source } = asked();
    for (let second = 0; second < 20 && station.sent('piece').length === 0; second++) station.wait(1_000);
    const count = station.sent('piece').length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(source.sourcePieces);
    return { station, source, count };
  };
  test('is begun here, and by a station with a higher id: goes on', () => {
    const { station, source } = begun();
    station.hear('piece', source.piece(0), 0xffff);
    station.wait(MINUTE);
    expect(station.sent('piece')).toHaveLength(source.sourcePieces);
  });
  test('is begun here, and by a station with a lower id: left to it, and sent whole when it is asked for again', () => {
    const { station, source, count } = begun();
    station.hear('piece', source.piece(0), 0);
    station.wait(6 * MINUTE);
    expect(station.sent('piece')).toHaveLength(count);
    station.forget();
    station.hear('ask', askName, 3);
    station.wait(MINUTE);
    expect(station.sent('piece')).toHaveLength(source.sourcePieces);
  });
});
