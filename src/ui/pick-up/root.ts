import { scryptAsync } from '@noble/hashes/scrypt.js';
import { createPickUpCode, PICK_UP_RANDOM_BYTES, PICK_UP_SCRYPT, type PickUpCode } from '#core/domain/pick-up-code.ts';

/** The 32 bytes behind a code (docs/protocol/pick-up.md). Takes a tenth of a second to one, and lets the page breathe. */
export const rootOf = (code: PickUpCode): Promise<Uint8Array> => scryptAsync(code, PICK_UP_SCRYPT.salt, PICK_UP_SCRYPT);

export const newPickUpCode = (): PickUpCode =>
  createPickUpCode(crypto.getRandomValues(new Uint8Array(PICK_UP_RANDOM_BYTES)));
