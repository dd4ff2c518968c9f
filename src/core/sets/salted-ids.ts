import siphash from 'siphash';
import type { Brand } from '#core/brand.ts';

/**
 * Ids of a set as one link knows them (docs/protocol/sync.md): the low 48 bits of SipHash-2-4 of the 64-bit id, under a key
 * that both ends chose half of. Nobody else can make ids that collide there.
 */
export type SaltedId = Brand<number, 'SaltedId'>;
/** Four 32-bit words, little-endian: the dialler's salt, then the listener's. */
export type SaltKey = readonly number[];

export const SALT_BYTES = 8;
export const SALTED_ID_BYTES = 6;

/** Both salts have 8 bytes. */
export const saltKey = (dialler: Uint8Array, listener: Uint8Array): SaltKey => {
  const bytes = new Uint8Array(2 * SALT_BYTES);
  bytes.set(dialler.subarray(0, SALT_BYTES));
  bytes.set(listener.subarray(0, SALT_BYTES), SALT_BYTES);
  const view = new DataView(bytes.buffer);
  return [0, 4, 8, 12].map((at) => view.getUint32(at, true));
};

const idBytes = new Uint8Array(8);
/** `id`: 16 hex digits. */
export const saltId = (key: SaltKey, id: string): SaltedId => {
  for (let i = 0; i < 8; i++) idBytes[i] = Number.parseInt(id.slice(2 * i, 2 * i + 2), 16);
  const { h, l } = siphash.hash(key, idBytes);
  return ((h & 0xffff) * 0x1_0000_0000 + l) as SaltedId;
};

/** All ids of a set, by what this link calls them. */
export const saltAll = (key: SaltKey, ids: Iterable<string>): Map<SaltedId, string> => {
  const salted = new Map<SaltedId, string>();
  for (const id of ids) salted.set(saltId(key, id), id);
  return salted;
};
