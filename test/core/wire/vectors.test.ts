/** Every message of the wire, both ways, and what each decoder refuses, with which code. */
import { webcrypto } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { verifyStrict } from '#core/crypto/ed25519-strict.ts';
import { splitSignature } from '#core/wire/signed.ts';
import { CODECS } from '#test/core/wire/codecs.ts';
import { bytesOf, fromJson, layoutBytes, toJson, vectorFiles } from '#test/core/wire/vector-files.ts';

const files = vectorFiles();

test('there are vectors for every codec, and no others', () => {
  expect(files.map(({ message }) => message).sort()).toEqual(CODECS.map(({ name }) => name).sort());
});

describe.each(files)('$message', ({ message, valid, refused }) => {
  const codec = CODECS.find(({ name }) => name === message);
  if (codec === undefined) return;

  test.each(valid)('$name: is decoded', ({ bytes, value }) => {
    const decoded = codec.decode(bytesOf(bytes));
    expect(decoded.ok && toJson(decoded.value.message)).toEqual(value);
  });

  test.each(valid)('$name: is encoded', ({ bytes, value, length }) => {
    const { signature } = splitSignature(bytesOf(bytes));
    expect(toHex(codec.encode({ message: fromJson(value), signature }, length))).toBe(bytes);
  });

  const laidOut = valid.filter(({ layout }) => layout !== undefined);
  test.each(laidOut)('$name: is what its layout says', ({ bytes, layout }) => {
    expect(layoutBytes(layout ?? [])).toBe(bytes);
  });

  test.each(refused)('$name: $code', ({ bytes, code }) => {
    expect(codec.decode(bytesOf(bytes))).toEqual({ ok: false, code });
  });
});

const publicKeyOf = async (first: number): Promise<Uint8Array> => {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, index) => first + index));
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x } = await webcrypto.subtle.exportKey('jwk', key);
  return Buffer.from(x ?? '', 'base64url');
};

test('the signatures of the records hold, under the key that their note names', async () => {
  const [practice, registrar] = [await publicKeyOf(0), await publicKeyOf(32)];
  const signers = { announce: [practice], withdraw: [practice], identity: [practice, registrar] };
  const records = { ...signers, credential: [registrar], revocations: [registrar] };
  for (const [message, keys] of Object.entries(records)) {
    for (const { name, bytes } of files.find((file) => file.message === message)?.valid ?? []) {
      const { signed, signature } = splitSignature(bytesOf(bytes));
      expect(
        keys.some((key) => verifyStrict(key, signed, signature)),
        `${message}: ${name}`,
      ).toBe(true);
    }
  }
});
