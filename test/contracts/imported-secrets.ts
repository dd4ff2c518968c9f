/** The part of the Crypto contract about secrets that come from outside: a practice's, for its backup files. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'vitest';
import type { Crypto } from '#ports/crypto.ts';
import { key, text } from '#test/contracts/crypto-scene.ts';

interface UnderTest {
  readonly crypto: Crypto;
  restart(): Promise<Crypto>;
}
type Check = (title: string, body: (under: UnderTest) => Promise<void>) => void;

const SECRET = new Uint8Array(32).fill(7);

export const importedSecretsContract = (check: Check): void => {
  check('an imported secret gives each salt a key, the same after a restart, none once forgotten', async (under) => {
    const { crypto } = under;
    const [name, salt] = [key('backup'), text('salt')];
    expect(await crypto.derive(name, salt)).toBeUndefined();
    await crypto.importSecret(name, SECRET);
    const derived = await crypto.derive(name, salt);
    expect(derived).toEqual(hmac(sha256, SECRET, salt));
    expect(await crypto.derive(name, text('other'))).not.toEqual(derived);
    expect(await (await under.restart()).derive(name, salt)).toEqual(derived);
    await crypto.importSecret(name, new Uint8Array(32).fill(8));
    expect(await crypto.derive(name, salt)).not.toEqual(derived);
    await crypto.forget([name]);
    expect(await crypto.derive(name, salt)).toBeUndefined();
    await expect(crypto.importSecret(name, new Uint8Array(31))).rejects.toThrow(RangeError);
  });
};
