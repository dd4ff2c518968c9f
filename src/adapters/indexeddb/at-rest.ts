/**
 * Private rows as they lie in the database: AES-256-GCM under a key that cannot be exported. A row is a format byte, a
 * random 12-byte nonce, ciphertext and 16-byte tag; table and key are additional data, so a row that was moved does not
 * open. This stops copying of the files, not use by injected script.
 */

import type { Database } from '#adapters/indexeddb/database.ts';
import { StoreError, type Table } from '#ports/store.ts';

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;

export interface RowCipher {
  seal(table: Table, key: string, value: Uint8Array): Promise<Uint8Array>;
  /** Rejects with StoreError `corrupt` for anything that `seal` did not write under this table and key. */
  open(table: Table, key: string, row: Uint8Array): Promise<Uint8Array>;
}

/** Takes the database's key, or makes it. Of several tabs that start at once, the first one's key stays. */
export const loadRowCipher = async (database: Database): Promise<RowCipher> => {
  const step = database.transaction('keys');
  const [kept] = await Promise.all([step.store.get('at-rest'), step.done]);
  return createRowCipher(kept ?? (await makeKey(database)));
};

const makeKey = async (database: Database): Promise<CryptoKey> => {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const step = database.transaction('keys', 'readwrite', { durability: 'strict' });
  const kept = await step.store.get('at-rest');
  if (kept === undefined) await step.store.put(made, 'at-rest');
  await step.done;
  return kept ?? made;
};

const createRowCipher = (key: CryptoKey): RowCipher => ({
  seal: async (table, rowKey, value) => {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = await crypto.subtle.encrypt(parameters(table, rowKey, nonce), key, whole(value));
    const row = new Uint8Array(HEADER_BYTES + sealed.byteLength);
    row[0] = FORMAT;
    row.set(nonce, 1);
    row.set(new Uint8Array(sealed), HEADER_BYTES);
    return row;
  },
  open: async (table, rowKey, row) => {
    if (row.length < HEADER_BYTES + TAG_BYTES || row[0] !== FORMAT) throw new StoreError('corrupt');
    const nonce = row.slice(1, HEADER_BYTES);
    const opened = await crypto.subtle.decrypt(parameters(table, rowKey, nonce), key, row.slice(HEADER_BYTES));
    return new Uint8Array(opened);
  },
});

const parameters = (table: Table, key: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(`${table}\0${key}`),
});

/** The same bytes in a buffer of just their size: IndexedDB would keep all of a larger one. */
export const whole = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
    ? new Uint8Array(bytes.buffer)
    : bytes.slice();
