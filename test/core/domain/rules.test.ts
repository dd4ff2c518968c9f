/** The rules of the field, one by one. */
import { ed25519 } from '@noble/curves/ed25519.js';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { backoff } from '#core/backoff.ts';
import type { Millis, WireMinute } from '#core/brand.ts';
import { createRecent } from '#core/crypto/recent.ts';
import { isTooSoon, requestDeadline } from '#core/domain/deadline.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import { checkOffer, checkPayers, type Offerer } from '#core/domain/offer-rules.ts';
import { type CredentialCase, judgeCredential, registrarId } from '#core/domain/trust.ts';
import { fromMask, KOSTENTRAEGER, toMask, VERFAHREN } from '#core/domain/values.ts';
import { isVermittlungscode, normaliseVermittlungscode } from '#core/domain/vermittlungscode.ts';
import { fromWireMinute, MAX_WIRE_MINUTE, toWireMinute, WIRE_EPOCH_MS } from '#core/domain/wire-time.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { type Credential, encodeCredential } from '#core/wire/credential.ts';
import { withSignature } from '#core/wire/signed.ts';

const NOW = Date.UTC(2026, 10, 23, 9) as Millis;
const later = (milliseconds: number): Millis => (NOW + milliseconds) as Millis;

describe('who may be billed', () => {
  const offerer = (given: Partial<Offerer>): Offerer => ({
    beruf: 'PP',
    zulassung: undefined,
    trustLevel: 0,
    ...given,
  });
  const refused = { ok: false, code: 'payer-not-allowed' };

  test('without an Approbation neither GKV nor §13(3), whatever the level', () => {
    for (const trustLevel of [0, 2] as const) {
      const heilpraktiker = offerer({ beruf: 'HEILPRAKTIKER_PSYCH', trustLevel, zulassung: 'KV' });
      expect(checkPayers(['GKV'], heilpraktiker)).toEqual(refused);
      expect(checkPayers(['PKV', 'KOSTENERSTATTUNG_13_3'], heilpraktiker)).toEqual(refused);
      expect(checkPayers(['SELBSTZAHLER', 'PKV'], heilpraktiker).ok).toBe(true);
    }
  });
  test('with a credential GKV needs the Zulassung of a KV, or an Ambulanz', () => {
    expect(checkPayers(['GKV'], offerer({ trustLevel: 2, zulassung: 'PRIVAT' }))).toEqual(refused);
    expect(checkPayers(['GKV'], offerer({ trustLevel: 2, zulassung: 'KV' })).ok).toBe(true);
    expect(checkPayers(['GKV'], offerer({ trustLevel: 2, zulassung: 'PRIVAT', beruf: 'AMBULANZ' })).ok).toBe(true);
    expect(checkPayers(['KOSTENERSTATTUNG_13_3'], offerer({ trustLevel: 2, zulassung: 'PRIVAT' })).ok).toBe(true);
  });
  test('self-declared, nobody can check more than the profession', () => {
    expect(checkPayers(['GKV'], offerer({})).ok).toBe(true);
  });

  const typed = {
    type: 'SPRECHSTUNDE',
    verfahren: ['VT'],
    modalitaeten: ['VIDEO'],
    kostentraeger: ['GKV'],
    minutes: 50,
    plz: '80799',
  } as const;
  test.each([
    { minutes: 0 },
    { minutes: 52 },
    { minutes: 245 },
    { minutes: Number.NaN },
    { plz: '8079' },
    { plz: '807990' },
    { plz: '8079a' },
    { modalitaeten: [] },
    { kostentraeger: [] },
  ])('an offer with %j is not whole', (wrong) => {
    expect(checkOffer({ ...typed, ...wrong }, offerer({}))).toEqual({ ok: false, code: 'malformed' });
  });
  test('a whole one is taken, within the rules of who offers', () => {
    expect(checkOffer(typed, offerer({})).ok).toBe(true);
    expect(checkOffer(typed, offerer({ beruf: 'HEILPRAKTIKER_PSYCH' }))).toEqual(refused);
  });
});

describe('a credential', () => {
  const [registrarSecret, therapistSecret] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const registrar = { publicKey: ed25519.getPublicKey(registrarSecret), name: 'Kammer', demo: false };
  const therapistKey = ed25519.getPublicKey(therapistSecret);
  const issue = (changed: Partial<Credential> = {}): Uint8Array => {
    const encoded = encodeCredential({
      kind: 'credential',
      registrar: registrarId(registrar.publicKey),
      therapistKey,
      name: 'Dr. Miriam Aydın',
      beruf: 'PP',
      verfahren: 1,
      zulassung: 'KV',
      approbationHash: new Uint8Array(32),
      validUntil: toWireMinute(later(DAY)),
      statusIndex: 20,
      ...changed,
    });
    if (!encoded.ok) throw new Error(encoded.code);
    return withSignature(encoded.value, ed25519.sign(encoded.value, registrarSecret));
  };
  const judge = (changed: Partial<CredentialCase> = {}) =>
    judgeCredential({
      credential: issue(),
      therapistKey,
      registrars: [registrar],
      revocations: [],
      now: NOW,
      signatureHolds: true,
      ...changed,
    });
  const list = (bits: number[]) => ({
    kind: 'revocations' as const,
    registrar: registrarId(registrar.publicKey),
    issued: toWireMinute(NOW),
    revoked: Uint8Array.from(bits),
  });

  test('that holds is level 2, and says who vouches and how fresh that is', () => {
    expect(judge({ revocations: [list([0, 0, 0])] })).toMatchObject({
      level: 2,
      reason: undefined,
      registrar: { name: 'Kammer' },
      credential: { name: 'Dr. Miriam Aydın' },
      revocationListFrom: fromWireMinute(toWireMinute(NOW)),
    });
  });
  test('none is level 0 without a reason', () => {
    expect(judge({ credential: undefined })).toMatchObject({ level: 0, reason: undefined });
  });
  test.each([
    ['for another key', { therapistKey: new Uint8Array(32).fill(9) }, 'credential-other-key'],
    ['of a registrar whom nobody pinned', { registrars: [] }, 'credential-unknown-registrar'],
    ['with a signature that does not hold', { signatureHolds: false }, 'bad-signature'],
    ['whose time is over', { now: later(2 * DAY) }, 'credential-expired'],
    ['that was taken back', { revocations: [list([0, 0, 0x10])] }, 'credential-revoked'],
    ['that is no credential', { credential: Uint8Array.of(1, 2, 3) }, 'unknown-kind'],
  ] as const)('%s is level 0, and the reason is said', (_, changed, reason) => {
    expect(judge(changed)).toMatchObject({ level: 0, reason });
  });
  test('is over in the minute that it names, and not one earlier', () => {
    const end = toWireMinute(later(DAY));
    expect(judge({ now: (fromWireMinute(end) - 1) as Millis }).level).toBe(2);
    expect(judge({ now: fromWireMinute(end) }).level).toBe(0);
  });
  test("another registrar's list takes nothing back", () => {
    const others = { ...list([0xff, 0xff, 0xff]), registrar: new Uint8Array(8) };
    expect(judge({ revocations: [others] }).level).toBe(2);
  });
});

describe('deadlines', () => {
  test('24 hours, or two hours before the slot', () => {
    expect(requestDeadline(NOW, later(10 * DAY))).toBe(later(DAY));
    expect(requestDeadline(NOW, later(20 * HOUR))).toBe(later(18 * HOUR));
  });
  test('for a slot that is near, ten minutes before it', () => {
    expect(requestDeadline(NOW, later(2 * HOUR + 10 * MINUTE))).toBe(later(10 * MINUTE));
    expect(requestDeadline(NOW, later(2 * HOUR + 9 * MINUTE))).toBe(later(2 * HOUR - MINUTE));
    expect(requestDeadline(NOW, later(30 * MINUTE))).toBe(later(20 * MINUTE));
  });
  test('within ten minutes it is too late to ask', () => {
    expect(isTooSoon(NOW, later(10 * MINUTE))).toBe(false);
    expect(isTooSoon(NOW, later(10 * MINUTE - 1))).toBe(true);
    expect(isTooSoon(NOW, later(-1))).toBe(true);
  });
});

test('wire minutes are whole, from 2026, and clamped', () => {
  expect(toWireMinute(WIRE_EPOCH_MS as Millis)).toBe(0);
  expect(toWireMinute((WIRE_EPOCH_MS + 59_999) as Millis)).toBe(0);
  expect(toWireMinute(0 as Millis)).toBe(0);
  expect(toWireMinute(8.64e15 as Millis)).toBe(MAX_WIRE_MINUTE);
  expect(new Date(fromWireMinute(0 as WireMinute)).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  expect(new Date(fromWireMinute(MAX_WIRE_MINUTE as WireMinute)).getUTCFullYear()).toBe(2057);
});

test('masks hold what was put in, in the order of the wire', () => {
  expect(fromMask(VERFAHREN, toMask(VERFAHREN, ['ST', 'VT']))).toEqual(['VT', 'ST']);
  expect(toMask(KOSTENTRAEGER, [])).toBe(0);
});

test('a Vermittlungscode has twelve letters and digits, however it is typed', () => {
  expect(normaliseVermittlungscode(' abcd-2345 efgh')).toBe('ABCD2345EFGH');
  expect(isVermittlungscode('ABCD2345EFGH')).toBe(true);
  for (const wrong of ['', 'ABCD2345EFG', 'ABCD2345EFGHI', 'ABCD2345EFG-', 'abcd2345efgh', 'ÄBCD2345EFGH'])
    expect(isVermittlungscode(wrong)).toBe(false);
});

test('the wait between attempts grows to a minute and never ends at once', () => {
  expect([1, 2, 3, 8, 100].map((attempt) => backoff(attempt, 1))).toEqual([500, 1_000, 2_000, 60_000, 60_000]);
  expect(backoff(1, 0)).toBe(125);
  expect(backoff(0, 1)).toBe(500);
});

test('the entries used last stay', () => {
  const recent = createRecent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  expect(recent.get('a')).toBe(1);
  recent.set('c', 3);
  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
  recent.delete('a');
  expect(recent.get('a')).toBeUndefined();
});

test('a local record is of its schema, or malformed', () => {
  const schema = v.object({ id: v.number() });
  expect(decodeLocal(schema, encodeLocal({ id: 1 }))).toEqual({ ok: true, value: { id: 1 } });
  for (const wrong of [encodeLocal({ id: '1' }), encodeLocal(null), Uint8Array.of(0xff), new Uint8Array(0)])
    expect(decodeLocal(schema, wrong)).toEqual({ ok: false, code: 'malformed' });
});
