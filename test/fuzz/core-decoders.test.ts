/** What the core reads besides messages, against anything: no exception, and one encoding for each value. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { decodeBase45, encodeBase45 } from '#core/bytes/base45.ts';
import { decodeBase64Url, encodeBase64Url } from '#core/bytes/base64url.ts';
import { createBitReader, createBitWriter } from '#core/bytes/bits.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { MAX_QUOTIENT, MAX_RICE_PARAMETER, readRice, writeRice } from '#core/bytes/rice.ts';
import { fromUtf8, toUtf8 } from '#core/bytes/utf8.ts';
import { ephemeralOf, openTransport, readMessage1, readMessage2, startHandshake } from '#core/crypto/noise-nk.ts';
import { decodeWords, encodeWords, WORD_COUNT } from '#core/crypto/words.ts';
import { judgeCredential } from '#core/domain/trust.ts';
import { decodeLocal, encodeLocal, hexBytes } from '#core/local-record.ts';
import { openPlzTable } from '#core/plz/plz-table.ts';
import { KIND } from '#core/wire/kinds.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
/** For what takes a hash, a key or a table each time. */
const FEWER = Math.ceil(RUNS / 20);
const some = fc.uint8Array({ maxLength: 200 });
const signs = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:');
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.base64String(), fc.string({ unit: signs }));

test('text as bytes: what is taken has this one text', () => {
  const property = fc.property(text, some, (typed, bytes) => {
    const [hex, base64url, utf8] = [fromHex(typed), decodeBase64Url(typed), fromUtf8(bytes)];
    if (hex !== undefined) expect(toHex(hex)).toBe(typed);
    if (base64url !== undefined) expect(encodeBase64Url(base64url)).toBe(typed);
    const base45 = decodeBase45(typed);
    if (base45 !== undefined) expect(encodeBase45(base45)).toBe(typed);
    if (utf8 !== undefined) expect(toUtf8(utf8)).toEqual(bytes);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('fields: whatever is asked of whatever there is', () => {
  const ask = fc.oneof(fc.constantFrom('u8', 'u16', 'u24', 'u32', 'u48', 'rest'), fc.nat(80));
  const property = fc.property(some, fc.array(ask, { maxLength: 20 }), (bytes, asked) => {
    const reader = createReader(bytes);
    let read = 0;
    for (const one of asked) {
      const [before, wasBroken] = [reader.left, reader.broken];
      if (typeof one === 'number') expect(reader.bytes(one)).toHaveLength(one);
      else if (one === 'rest') expect(reader.rest()).toHaveLength(before);
      else expect(reader[one as 'u8']()).toBeGreaterThanOrEqual(0);
      read += before - reader.left;
      if (wasBroken) expect(reader.broken).toBe(true);
    }
    expect(read + reader.left).toBe(bytes.length);
    expect(reader.atEnd()).toBe(!reader.broken && reader.left === 0);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('bits: they are the digits of the bytes, in pieces of any width', () => {
  const property = fc.property(some, fc.array(fc.integer({ min: 0, max: 32 }), { maxLength: 60 }), (bytes, widths) => {
    const digits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const [reader, writer] = [createBitReader(bytes), createBitWriter(1)];
    let at = 0;
    for (const width of widths) {
      const value = reader.read(width);
      const here = digits.slice(at, at + width);
      expect(value).toBe(here.length < width ? undefined : Number.parseInt(`0${here}`, 2));
      if (value === undefined) continue;
      writer.write(value, width);
      at += width;
    }
    const written = [...writer.finish()].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    expect(written).toBe(digits.slice(0, at).padEnd(written.length, '0'));
    const rest = digits.slice(at);
    expect(reader.atCanonicalEnd()).toBe(rest.length < 8 && !rest.includes('1'));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('Rice codes: what is read is what would be written', () => {
  const property = fc.property(some, fc.integer({ min: 0, max: MAX_RICE_PARAMETER }), (bytes, k) => {
    const [reader, writer] = [createBitReader(bytes), createBitWriter()];
    for (;;) {
      const value = readRice(reader, k);
      if (value === undefined) break;
      expect(value).toBeLessThan((MAX_QUOTIENT + 1) * 2 ** k);
      writeRice(writer, value, k);
    }
    const written = writer.finish();
    // The last byte may end with padding in place of what was no code.
    expect(written.subarray(0, -1)).toEqual(bytes.subarray(0, Math.max(0, written.length - 1)));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('words: what is taken are those words', () => {
  const words = encodeWords(new Uint8Array(32).fill(7)).split(' ');
  const typed = fc.oneof(
    text,
    fc
      .array(fc.constantFrom(...words, 'abandon', 'zoo', 'Zoo', 'ｚｏｏ', ''), { maxLength: WORD_COUNT + 2 })
      .map((list) => list.join(' ')),
    fc.array(fc.constantFrom(...words), { minLength: WORD_COUNT, maxLength: WORD_COUNT }).map((list) => list.join(' ')),
  );
  const property = fc.property(typed, (given) => {
    const decoded = decodeWords(given);
    if (decoded.ok) {
      const normal = given
        .normalize('NFKD')
        .toLowerCase()
        .trim()
        .split(/[\s,;]+/u);
      expect(encodeWords(decoded.value)).toBe(normal.filter((word) => word !== '').join(' '));
    }
  });
  fc.assert(property, { numRuns: RUNS });
});

test('local records: malformed, or of their schema', () => {
  const schema = v.object({ a: v.number(), b: hexBytes, c: v.nullable(v.string()) });
  const near = fc.record(
    {
      a: fc.oneof(fc.nat(), fc.jsonValue()),
      b: fc.oneof(fc.constant('00ff'), text),
      c: fc.oneof(text, fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const bytes = fc.oneof(some, fc.oneof(near, fc.jsonValue()).map(encodeLocal));
  const property = fc.property(bytes, (given) => {
    const decoded = decodeLocal(schema, given);
    if (decoded.ok) expect(decoded.value.b).toBeInstanceOf(Uint8Array);
    else expect(decoded.code).toBe('malformed');
  });
  fc.assert(property, { numRuns: RUNS });
});

test('sessions: what nobody sealed does not open', () => {
  const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const property = fc.property(some, secret, fc.nat(255), (bytes, key, number) => {
    const state = startHandshake(key, key);
    expect(ephemeralOf(bytes)?.length ?? 32).toBe(32);
    expect(readMessage1(state, bytes, key)).toEqual({ ok: false, code: 'cannot-open' });
    expect(readMessage2(state, bytes, key)).toEqual({ ok: false, code: 'cannot-open' });
    expect(openTransport(key, number, bytes)).toBeUndefined();
  });
  fc.assert(property, { numRuns: FEWER });
});

test('credentials: what nobody issued is level 0, with a reason', () => {
  const given = { therapistKey: new Uint8Array(32), registrars: [], revocations: [], signatureHolds: true };
  const property = fc.property(some, fc.boolean(), (bytes, withKind) => {
    const credential = withKind ? Uint8Array.from([KIND.credential, ...bytes]) : bytes;
    const judged = judgeCredential({ ...given, credential, now: 0 as Millis });
    expect(judged.level).toBe(0);
    expect(judged.reason).toBeDefined();
  });
  fc.assert(property, { numRuns: RUNS });
});

test('postal codes: a damaged table is refused, or answers within its bounds', () => {
  const shipped = new Uint8Array(readFileSync('public/data/plz.bin'));
  const damage = fc.array(fc.tuple(fc.nat(shipped.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  const property = fc.property(damage, fc.nat(99_999), text, (places, code, typed) => {
    const bytes = Uint8Array.from(shipped);
    for (const [at, byte] of places) bytes[at] = byte;
    const table = openPlzTable(bytes);
    if (!table.ok) {
      expect(table.code).toBe('malformed');
      return;
    }
    const plz = String(code).padStart(5, '0');
    const distances = table.value.distancesFrom(plz);
    expect(distances.ok).toBe(table.value.has(plz));
    if (distances.ok) expect(distances.value[code]).toBe(0);
    for (const hit of table.value.suggest(typed, 5)) expect(table.value.placeOf(hit.plz)).toBe(hit.place);
  });
  fc.assert(property, { numRuns: Math.min(FEWER, 2_000) });
});
