/** Noise NK against a published vector, and what it refuses. */
import { x25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import {
  ephemeralOf,
  HANDSHAKE_OVERHEAD,
  noisePrologue,
  openTransport,
  readMessage1,
  readMessage2,
  sealTransport,
  startHandshake,
  type TransportKeys,
  writeMessage1,
  writeMessage2,
} from '#core/crypto/noise-nk.ts';
import vector from '../../vectors/crypto/noise-nk.json' with { type: 'json' };

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const message = (index: number) => {
  const { payload = '', ciphertext = '' } = vector.messages[index] ?? {};
  return { payload: bytes(payload), ciphertext: bytes(ciphertext) };
};
const must = <T>(result: { ok: true; value: T } | { ok: false; code: string }): T => {
  if (!result.ok) throw new Error(result.code);
  return result.value;
};

const [e, s, re] = [vector.initiatorEphemeral, vector.responderStatic, vector.responderEphemeral].map(bytes) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const start = () => startHandshake(bytes(vector.prologue), bytes(vector.responderStaticPublic));
const es = x25519.getSharedSecret(e, bytes(vector.responderStaticPublic));
const ee = x25519.getSharedSecret(re, x25519.getPublicKey(e));

describe('the published vector', () => {
  const first = must(writeMessage1(start(), x25519.getPublicKey(e), es, message(0).payload));
  const heard = must(readMessage1(start(), message(0).ciphertext, x25519.getSharedSecret(s, x25519.getPublicKey(e))));
  const second = must(writeMessage2(heard.handshake, x25519.getPublicKey(re), ee, message(1).payload));

  test('both handshake messages, and what they hold', () => {
    expect(toHex(first.message)).toBe(toHex(message(0).ciphertext));
    expect(toHex(heard.payload)).toBe(toHex(message(0).payload));
    expect(toHex(second.message)).toBe(toHex(message(1).ciphertext));
    const read = must(readMessage2(first.handshake, message(1).ciphertext, ee));
    expect(toHex(read.payload)).toBe(toHex(message(1).payload));
    expect(toHex(second.hash)).toBe(vector.handshakeHash);
    expect(read.hash).toEqual(second.hash);
    expect(read.keys).toEqual(second.keys);
  });

  test.each([
    [2, 'fromInitiator', 0],
    [3, 'fromResponder', 0],
    [4, 'fromInitiator', 1],
    [5, 'fromResponder', 1],
  ] as const)('transport message %i', (index, direction: keyof TransportKeys, number) => {
    const { payload, ciphertext } = message(index);
    expect(toHex(sealTransport(second.keys[direction], number, payload))).toBe(toHex(ciphertext));
    expect(openTransport(second.keys[direction], number, ciphertext)).toEqual(payload);
    expect(openTransport(second.keys[direction], number + 1, ciphertext)).toBeUndefined();
  });
});

describe('refusals', () => {
  const zero = new Uint8Array(32);

  test('a secret of zeros, on both sides', () => {
    expect(writeMessage1(start(), x25519.getPublicKey(e), zero, zero)).toEqual({ ok: false, code: 'bad-key' });
    expect(readMessage1(start(), message(0).ciphertext, zero)).toEqual({ ok: false, code: 'cannot-open' });
    expect(writeMessage2(start(), x25519.getPublicKey(e), zero, zero)).toEqual({ ok: false, code: 'bad-key' });
    expect(readMessage2(start(), message(1).ciphertext, zero)).toEqual({ ok: false, code: 'cannot-open' });
  });

  test('every single bit of message 1 that is changed', () => {
    const whole = message(0).ciphertext;
    for (let bit = 0; bit < whole.length * 8; bit += 5) {
      const changed = Uint8Array.from(whole);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readMessage1(start(), changed, es)).toEqual({ ok: false, code: 'cannot-open' });
    }
  });

  test('another prologue, another prekey, too short, too long', () => {
    const elsewhere = startHandshake(bytes('00'), bytes(vector.responderStaticPublic));
    expect(readMessage1(elsewhere, message(0).ciphertext, es).ok).toBe(false);
    expect(ephemeralOf(new Uint8Array(47))).toBeUndefined();
    expect(ephemeralOf(new Uint8Array(65_536))).toBeUndefined();
    expect(ephemeralOf(new Uint8Array(48))).toHaveLength(32);
    expect(openTransport(es, 0, new Uint8Array(15))).toBeUndefined();
  });
});

describe('any session', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const payload = fc.uint8Array({ maxLength: 260 });
  const session = fc.record({ practice: fc.uint8Array({ minLength: 16, maxLength: 16 }), s: key, e: key, re: key });
  const open = (keys: { s: Uint8Array; e: Uint8Array; re: Uint8Array; practice: Uint8Array }) => {
    const [spk, epk, repk] = [keys.s, keys.e, keys.re].map((secret) => x25519.getPublicKey(secret)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const begin = () => startHandshake(noisePrologue(keys.practice, spk), spk);
    const ofInitiator = [x25519.getSharedSecret(keys.e, spk), x25519.getSharedSecret(keys.e, repk)] as const;
    const ofResponder = [x25519.getSharedSecret(keys.s, epk), x25519.getSharedSecret(keys.re, epk)] as const;
    return { begin, epk, repk, spk, ofInitiator, ofResponder };
  };

  test('both sides read what the other wrote, and end with the same keys', () => {
    fc.assert(
      fc.property(session, payload, payload, (keys, request, receipt) => {
        const { begin, epk, repk, ofInitiator, ofResponder } = open(keys);
        const first = must(writeMessage1(begin(), epk, ofInitiator[0], request));
        expect(first.message).toHaveLength(request.length + HANDSHAKE_OVERHEAD);
        const heard = must(readMessage1(begin(), first.message, ofResponder[0]));
        expect(heard.payload).toEqual(request);
        const second = must(writeMessage2(heard.handshake, repk, ofResponder[1], receipt));
        const answer = must(readMessage2(first.handshake, second.message, ofInitiator[1]));
        expect(answer.payload).toEqual(receipt);
        expect(answer.keys).toEqual(second.keys);
        expect(toHex(answer.keys.fromInitiator)).not.toBe(toHex(answer.keys.fromResponder));
      }),
      { numRuns: 40 },
    );
  });

  test('another practice under the same prekey cannot open it', () => {
    fc.assert(
      fc.property(session, fc.uint8Array({ minLength: 16, maxLength: 16 }), payload, (keys, other, request) => {
        fc.pre(toHex(other) !== toHex(keys.practice));
        const { begin, epk, spk, ofInitiator, ofResponder } = open(keys);
        const { message: sent } = must(writeMessage1(begin(), epk, ofInitiator[0], request));
        const elsewhere = startHandshake(noisePrologue(other, spk), spk);
        expect(readMessage1(elsewhere, sent, ofResponder[0])).toEqual({ ok: false, code: 'cannot-open' });
      }),
      { numRuns: 20 },
    );
  });

  test('a receipt answers the request that it was written for, and no other', () => {
    const { begin, epk, repk, ofInitiator, ofResponder } = open({ practice: new Uint8Array(16), s, e, re });
    const [one, two] = ['one', 'two'].map((text) =>
      must(writeMessage1(begin(), epk, ofInitiator[0], Buffer.from(text))),
    );
    if (one === undefined || two === undefined) throw new Error('two messages');
    const heard = must(readMessage1(begin(), one.message, ofResponder[0]));
    const receipt = must(writeMessage2(heard.handshake, repk, ofResponder[1], new Uint8Array(2)));
    expect(readMessage2(one.handshake, receipt.message, ofInitiator[1]).ok).toBe(true);
    expect(readMessage2(two.handshake, receipt.message, ofInitiator[1])).toEqual({ ok: false, code: 'cannot-open' });
  });

  test('a transport message is for one direction and one number, and whole', () => {
    fc.assert(
      fc.property(key, key, payload, fc.nat(255), fc.nat(), (mine, theirs, note, number, at) => {
        fc.pre(toHex(mine) !== toHex(theirs));
        const sealed = sealTransport(mine, number, note);
        expect(openTransport(mine, number, sealed)).toEqual(note);
        expect(openTransport(theirs, number, sealed)).toBeUndefined();
        expect(openTransport(mine, (number + 1) % 256, sealed)).toBeUndefined();
        expect(openTransport(mine, number, sealed.subarray(1))).toBeUndefined();
        const changed = Uint8Array.from(sealed);
        changed[at % sealed.length] = (changed[at % sealed.length] ?? 0) ^ 1;
        expect(openTransport(mine, number, changed)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});
