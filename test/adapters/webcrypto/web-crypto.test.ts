import { createPublicKey, verify as nodeVerify, webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMemoryKeys } from '#adapters/memory/memory-keys.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { isPlausiblePublicKey, verifyStrict } from '#core/crypto/ed25519-strict.ts';
import type { KeyStore } from '#ports/key-store.ts';
import { openFileKeyStore } from '#relay/crypto/file-key-store.ts';
import { cryptoContract } from '#test/contracts/crypto.ts';
import edge from '#test/vectors/crypto/ed25519-edge.json' with { type: 'json' };

const subtle = webcrypto.subtle as SubtleCrypto;
const random = { bytes: (count: number) => webcrypto.getRandomValues(new Uint8Array(count)) };
const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);
/** A platform that has neither Ed25519 nor X25519: noble does it all. */
const withoutCurves = new Proxy(subtle, {
  get: (target, name) =>
    name === 'importKey'
      ? (...args: Parameters<SubtleCrypto['importKey']>) =>
          args[2] === 'Ed25519' || args[2] === 'X25519'
            ? Promise.reject(new Error('not supported'))
            : target.importKey(...args)
      : Reflect.get(target, name).bind(target),
});

const over = (keys: KeyStore, platform: SubtleCrypto) => async () => {
  const make = () => createWebCrypto({ subtle: platform, keys, random });
  return { crypto: make(), keys, restart: async () => make(), dispose: () => keys.clear() };
};

cryptoContract('WebCrypto of Node', () => over(createMemoryKeys(), subtle)());
cryptoContract('noble, where the platform has no curves', () =>
  over(createMemoryKeys({ keepsPlatformKeys: false }), withoutCurves)(),
);
cryptoContract('over a key file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'terminfunk-keys-'));
  const keys = await openFileKeyStore(join(folder, 'keys.json'));
  const place = await over(keys, subtle)();
  return { ...place, dispose: async () => rmSync(folder, { recursive: true, force: true }) };
});

describe('one verdict on every signature', () => {
  test('noble, strict, gives the verdict of the vectors', () => {
    for (const { title, publicKey, message, signature, valid } of edge.cases) {
      expect(verifyStrict(hex(publicKey), hex(message), hex(signature)), title).toBe(valid);
    }
  });

  test("Node's OpenSSL behind the same checks agrees", () => {
    const PREFIX = hex('302a300506032b6570032100');
    for (const { title, publicKey, message, signature, valid } of edge.cases) {
      const der = Buffer.concat([PREFIX, hex(publicKey)]);
      const checked =
        isPlausiblePublicKey(hex(publicKey)) &&
        nodeVerify(null, hex(message), createPublicKey({ key: der, format: 'der', type: 'spki' }), hex(signature));
      // OpenSSL alone takes some of these; what it takes and we refuse is exactly what the strict checks are for.
      if (valid) expect(checked, title).toBe(true);
      else expect(checked && verifyStrict(hex(publicKey), hex(message), hex(signature)), title).toBe(false);
    }
  });
});

describe('the key file of a relay', () => {
  test('is readable by its owner alone, and a damaged one is never replaced', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terminfunk-keys-'));
    const path = join(folder, 'keys.json');
    const keys = await openFileKeyStore(path);
    await keys.put('seed', { kind: 'secret', secret: Uint8Array.of(1, 2, 3) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await (await openFileKeyStore(path)).get('seed')).toEqual({
      kind: 'secret',
      secret: Uint8Array.of(1, 2, 3),
    });
    writeFileSync(path, '{"seed": "zz"}');
    await expect(openFileKeyStore(path)).rejects.toMatchObject({ failure: 'corrupt' });
    expect(readFileSync(path, 'utf8')).toBe('{"seed": "zz"}');
    rmSync(folder, { recursive: true });
  });
});
