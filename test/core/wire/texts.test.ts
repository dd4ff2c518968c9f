/** What people type and the wire carries: bounds in bytes, never in characters, and nothing that only the receiver refuses. */
import { describe, expect, test } from 'vitest';
import type { Bucket, Counter, Epoch, OfferId, Plz, WireMinute } from '#core/brand.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { MODALITAETEN } from '#core/domain/values.ts';
import { decodeAnswer, encodeCancel, encodeConfirm, encodeReject, howNumber, howOfNumber } from '#core/wire/answer.ts';
import { decodeIdentity, encodeIdentity, isValidProfile, type Profile } from '#core/wire/identity.ts';
import { encodeReceipt } from '#core/wire/receipt.ts';
import { decodeReserve, encodeReserve, type Reserve } from '#core/wire/reserve.ts';
import { withSignature } from '#core/wire/signed.ts';

const TOO_LARGE = { ok: false, code: 'too-large' };
const reserve = (changes: Partial<Reserve>): Reserve => ({
  kind: 'reserve',
  offer: 0 as OfferId,
  start: 469_380 as WireMinute,
  epoch: 0 as Epoch,
  counter: 1 as Counter,
  requestId: new Uint8Array(8),
  pseudonymId: new Uint8Array(8),
  replyBucket: 0 as Bucket,
  removalSeed: new Uint8Array(8),
  deadline: 469_260 as WireMinute,
  name: '',
  code: '',
  text: '',
  ...changes,
});

describe('a request', () => {
  test.each<Partial<Reserve>>([
    { name: 'x'.repeat(25) },
    { name: `${'ä'.repeat(12)}x` },
    { text: 'x'.repeat(201) },
    { text: '😀'.repeat(51) },
  ])('%j is too large', (changes) => {
    expect(encodeReserve(reserve(changes), 304)).toEqual(TOO_LARGE);
  });

  test('texts at their bound, a byte order mark and line breaks come back', () => {
    const changes = { name: 'ä'.repeat(12), code: 'ABCD2345EFGH', text: `\ufeff\n${'😀'.repeat(49)}` };
    const encoded = encodeReserve(reserve(changes), 304);
    expect(encoded.ok && decodeReserve(encoded.value)).toEqual({ ok: true, value: reserve(changes) });
  });

  test('is not cut to a length that is too short', () => {
    expect(encodeReserve(reserve({ text: 'x'.repeat(31) }), 69)).toEqual(TOO_LARGE);
    expect(encodeReserve(reserve({ text: 'x'.repeat(30) }), 69).ok).toBe(true);
  });

  test.each(['ABCD2345EFG', 'ABCD2345EFGHI', 'abcd2345efgh', 'ABCD-2345-EF', 'ÄBCD2345EFG', 'ABCD2345EFG\0'])(
    'with the code %j is refused before it is sent',
    (code) => {
      expect(encodeReserve(reserve({ code }), 304)).toEqual({ ok: false, code: 'bad-code' });
    },
  );
});

describe('an answer', () => {
  test('a note of 200 bytes is taken, of 201 refused', () => {
    expect(encodeConfirm({ note: 'ä'.repeat(100), how: 0 }, 322).ok).toBe(true);
    expect(encodeConfirm({ note: `${'ä'.repeat(100)}x`, how: 0 }, 322)).toEqual(TOO_LARGE);
    expect(encodeConfirm({ note: 'x'.repeat(9), how: 0 }, 10)).toEqual(TOO_LARGE);
  });

  test('whatever was typed as a note arrives, so that a confirmation is never lost by it', () => {
    for (const note of ['\ufeff3. OG', 'e\u0301', 'Klingel\n"Praxis"', '\0', '😀']) {
      const encoded = encodeConfirm({ note, how: 0 }, 322);
      expect(encoded.ok && decodeAnswer(encoded.value)).toEqual({ ok: true, value: { kind: 'confirm', note, how: 0 } });
    }
  });

  test('a confirmation says how the appointment is held in the byte after its note, and nothing with a zero', () => {
    const bytes = encodeConfirm({ note: '3. OG', how: howNumber('VIDEO') }, 10);
    expect(bytes).toEqual({ ok: true, value: Uint8Array.from([0x32, 5, ...toUtf8('3. OG'), 2, 0, 0]) });
    expect(bytes.ok && decodeAnswer(bytes.value)).toEqual({
      ok: true,
      value: { kind: 'confirm', note: '3. OG', how: 2 },
    });
    const exact = encodeConfirm({ note: '3. OG.', how: howNumber('TELEFON') }, 9);
    expect(exact.ok && decodeAnswer(exact.value)).toMatchObject({ value: { how: 3 } });
    expect(decodeAnswer(Uint8Array.of(0x32, 0))).toEqual({ ok: true, value: { kind: 'confirm', note: '', how: 0 } });
    for (const way of [undefined, ...MODALITAETEN]) expect(howOfNumber(howNumber(way))).toBe(way);
  });

  test('a way to hold an appointment that is not known here loses no confirmation', () => {
    const unknown = { kind: 'confirm', note: 'a', how: 9 } as const;
    expect(decodeAnswer(Uint8Array.of(0x32, 1, 0x61, 9, 0))).toEqual({ ok: true, value: unknown });
    expect(encodeConfirm(unknown, 5)).toEqual({ ok: true, value: Uint8Array.of(0x32, 1, 0x61, 9, 0) });
    expect(howOfNumber(unknown.how)).toBeUndefined();
    expect(decodeAnswer(Uint8Array.of(0x32, 1, 0x61, 2, 1))).toEqual({ ok: false, code: 'not-canonical' });
  });

  test('a length that cannot hold it is a bug, not a refusal', () => {
    expect(() => encodeReject({ kind: 'reject', reason: 18 }, 1)).toThrow(RangeError);
    expect(() => encodeCancel({ kind: 'cancel' }, 0)).toThrow(RangeError);
    expect(() => encodeReceipt({ kind: 'receipt', status: 0 }, 1)).toThrow(RangeError);
  });
});

const profile = (changes: Partial<Profile> = {}): Profile => ({
  name: 'Praxis Aydın',
  beruf: 'PP',
  street: 'Türkenstraße 1',
  plz: '01067' as Plz,
  city: 'Dresden',
  phone: '',
  email: '',
  website: '',
  impressum: 'A\nB',
  languages: ['de', 'zh-Hant-TW'],
  stepFree: false,
  lift: true,
  signLanguage: false,
  ...changes,
});
const record = (changes: Partial<Profile>) =>
  encodeIdentity({
    kind: 'identity',
    publicKey: new Uint8Array(32),
    epoch: 0 as Epoch,
    counter: 0 as Counter,
    issued: 0 as WireMinute,
    capabilities: 0x0100,
    prekeys: [],
    credential: undefined,
    profile: profile(changes),
  });

describe('a profile', () => {
  test('comes back, with the zero of its postal code', () => {
    const encoded = record({});
    const decoded = encoded.ok ? decodeIdentity(withSignature(encoded.value, new Uint8Array(64))) : encoded;
    expect(decoded.ok && decoded.value.message.profile).toEqual(profile());
  });

  test.each<Partial<Profile>>([
    { name: 'x'.repeat(81) },
    { name: 'ä'.repeat(41) },
    { name: 'A\nB' },
    { name: 'Jose\u0301' },
    { name: 'half \ud83d' },
    { name: '\ufeffA' },
    { impressum: `\ufeff${'x'.repeat(80)}` },
    { impressum: 'half \ude00' },
    { impressum: 'A\tB' },
    { impressum: 'x'.repeat(601) },
    { street: 'x'.repeat(81) },
    { city: 'x'.repeat(61) },
    { phone: '0'.repeat(33) },
    { email: 'x'.repeat(81) },
    { website: 'x'.repeat(121) },
    { languages: Array.from({ length: 13 }, () => 'de') },
    { languages: ['d'] },
    { languages: ['de-'.padEnd(13, 'x')] },
  ])('%j may not be published', (changes) => {
    expect(isValidProfile(profile(changes))).toBe(false);
    expect(record(changes)).toEqual({ ok: false, code: 'malformed' });
  });

  test('a postal code is five digits', () => {
    for (const plz of ['1067', '010670', '0106a', '']) expect(isValidProfile(profile({ plz: plz as Plz }))).toBe(false);
    expect(isValidProfile(profile())).toBe(true);
  });
});
