/** The keys behind a pick-up code, against vectors that other functions made, and what opens nothing. */
import { scrypt } from '@noble/hashes/scrypt.js';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { openTicket, pickUpNames, sealPickUpRequest, sealTicket, TICKET_OVERHEAD } from '#core/crypto/pick-up.ts';
import { PICK_UP_SCRYPT } from '#core/domain/pick-up-code.ts';
import { cases } from '../../vectors/pick-up/code.json' with { type: 'json' };

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array();

describe('pick-up keys', () => {
  test.each(cases)('$code: the root is scrypt of the code', ({ code, root }) => {
    expect(toHex(scrypt(code, PICK_UP_SCRYPT.salt, PICK_UP_SCRYPT))).toBe(root);
  });

  test.each(cases)('$code: the names follow from the root', (vector) => {
    const names = pickUpNames(bytes(vector.root));
    expect(names).toEqual({
      requestId: vector.requestId,
      pseudonymId: bytes(vector.pseudonymId),
      removalSeed: bytes(vector.removalSeed),
      ticketSecret: bytes(vector.ticketSecret),
      replyBucket: vector.replyBucket,
      ticketBucket: vector.ticketBucket,
    });
  });

  test.each(cases)('$code: its ticket is sealed and opened', ({ root, salt, content, body, ephemeral }) => {
    expect(toHex(sealTicket(bytes(root), bytes(salt), bytes(content)))).toBe(body);
    const opened = openTicket(bytes(root), bytes(body));
    expect(opened && toHex(opened.content)).toBe(content);
    expect(opened && toHex(opened.ephemeral)).toBe(ephemeral);
  });

  test('another code, a changed byte or a short body opens nothing', () => {
    const [first, second] = cases;
    const body = bytes(first?.body ?? '');
    expect(openTicket(bytes(second?.root ?? ''), body)).toBeUndefined();
    for (let at = 0; at < body.length; at++) {
      const changed = body.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openTicket(bytes(first?.root ?? ''), changed), `byte ${at}`).toBeUndefined();
    }
    for (let length = 0; length <= TICKET_OVERHEAD; length++)
      expect(openTicket(bytes(first?.root ?? ''), body.slice(0, length)), `${length} bytes`).toBeUndefined();
  });

  test('two salts make two keys of one code', () => {
    const root = bytes(cases[0]?.root ?? '');
    const seal = (salt: Uint8Array) => {
      const input = { salt, practice: new Uint8Array(16), prekey: prekey(), payload: new Uint8Array(10) };
      const sealed = sealPickUpRequest(root, input);
      if (!sealed.ok) throw new Error(sealed.code);
      return sealed.value.message;
    };
    const prekey = () => new Uint8Array(32).fill(9);
    const [one, other] = [seal(new Uint8Array(16)), seal(new Uint8Array(16).fill(1))];
    expect(one.slice(0, 32)).not.toEqual(other.slice(0, 32));
    expect(seal(new Uint8Array(16))).toEqual(one);
  });

  test('a prekey of another length, or one that X25519 refuses, is bad-key', () => {
    for (const prekey of [new Uint8Array(31), new Uint8Array(33), new Uint8Array(32)]) {
      const input = { salt: new Uint8Array(16), practice: new Uint8Array(16), prekey, payload: new Uint8Array(1) };
      expect(sealPickUpRequest(new Uint8Array(32), input)).toEqual({ ok: false, code: 'bad-key' });
    }
  });
});
