/** What a device concludes from a credential, offline, and the one reason that it tells when it is not enough. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { type CredentialCase, judgeCredential, registrarId } from '#core/domain/trust.ts';
import { fromWireMinute, toWireMinute } from '#core/domain/wire-time.ts';
import { type Credential, encodeCredential } from '#core/wire/credential.ts';
import { withSignature } from '#core/wire/signed.ts';

const NOW = Date.UTC(2026, 10, 23, 9) as Millis;
const later = (milliseconds: number): Millis => (NOW + milliseconds) as Millis;

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
  test('a demo registrar is named as one, in what is said and in what is refused', () => {
    const registrars = [{ ...registrar, name: 'Demo', demo: true }];
    expect(judge({ registrars })).toMatchObject({ level: 2, registrar: { name: 'Demo', demo: true } });
    expect(judge({ registrars, now: later(2 * DAY) })).toMatchObject({ level: 0, registrar: { demo: true } });
  });
  test('of several registrars the one whose key it was is named', () => {
    const others = [3, 4, 5].map((fill) => ({
      publicKey: ed25519.getPublicKey(new Uint8Array(32).fill(fill)),
      name: `Kammer ${fill}`,
      demo: true,
    }));
    expect(judge({ registrars: [...others, registrar] })).toMatchObject({
      level: 2,
      registrar: { name: 'Kammer', demo: false },
    });
    expect(judge({ registrars: others })).toMatchObject({
      level: 0,
      reason: 'credential-unknown-registrar',
      registrar: undefined,
      credential: { name: 'Dr. Miriam Aydın' },
    });
  });
  test('whatever is wrong at once: level 0, with the reason that comes first', () => {
    const faults = [
      ['credential-other-key', { therapistKey: new Uint8Array(32).fill(9) }],
      ['credential-unknown-registrar', { registrars: [] }],
      ['bad-signature', { signatureHolds: false }],
      ['credential-expired', { now: later(2 * DAY) }],
      ['credential-revoked', { revocations: [list([0, 0, 0x10])] }],
    ] as const;
    for (let set = 0; set < 2 ** faults.length; set++) {
      const chosen = faults.filter((_, bit) => (set >> bit) & 1);
      const judged = judge(Object.assign({}, ...chosen.map(([, changed]) => changed)));
      expect(judged.reason).toBe(chosen[0]?.[0]);
      expect(judged.level).toBe(set === 0 ? 2 : 0);
    }
  });
  test('takes back its own number only, and numbers beyond the list are not taken back', () => {
    for (const statusIndex of [0, 7, 8, 20, 23, 24, 8_000]) {
      const credential = issue({ statusIndex });
      const all = [0xff, 0xff, 0xff];
      expect(judge({ credential, revocations: [list(all)] }).level).toBe(statusIndex < 24 ? 0 : 2);
      const butThis = all.map((byte, at) => (at === statusIndex >> 3 ? byte & ~(1 << (statusIndex & 7)) : byte));
      expect(judge({ credential, revocations: [list(butThis)] }).level).toBe(2);
    }
  });
  test('cut short, or with a byte more, is none', () => {
    const whole = issue();
    for (let length = 0; length < whole.length; length++)
      expect(judge({ credential: whole.subarray(0, length) }).level).toBe(0);
    expect(judge({ credential: Uint8Array.from([...whole, 0]) }).level).toBe(0);
  });
  test("another registrar's list takes nothing back", () => {
    const others = { ...list([0xff, 0xff, 0xff]), registrar: new Uint8Array(8) };
    expect(judge({ revocations: [others] }).level).toBe(2);
  });
});
