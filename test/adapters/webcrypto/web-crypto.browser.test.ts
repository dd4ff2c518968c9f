import { destroyKeyDatabase, openIndexedDbKeyStore } from '#adapters/indexeddb-keys/indexeddb-key-store.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import { cryptoContract } from '#test/contracts/crypto.ts';

let places = 0;

cryptoContract('WebCrypto of Chromium over IndexedDB', async () => {
  const name = `keys-test-${places++}`;
  const keys = await openIndexedDbKeyStore(name);
  const make = () => createWebCrypto({ subtle: crypto.subtle, keys, random: createSystemRng() });
  return {
    crypto: make(),
    keys,
    restart: async () => make(),
    dispose: async () => {
      keys.close();
      await destroyKeyDatabase(name);
    },
  };
});
