/** Noise NK against a published vector, and what it refuses. */
import { x25519 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import {
  ephemeralOf,
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
