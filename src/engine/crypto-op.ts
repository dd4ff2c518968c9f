import type { KeyName, NodeAddress, SessionName } from '#core/brand.ts';
import type { Result } from '#core/result.ts';
import type { OpenBundle, Opened, SealRequest } from '#ports/crypto.ts';

/** What the engine asks of the Crypto port: names of keys, never keys. Each `op` is the port's method of that name. */
export type CryptoOp =
  | {
      readonly op: 'verify';
      readonly publicKey: Uint8Array;
      readonly message: Uint8Array;
      readonly signature: Uint8Array;
    }
  | { readonly op: 'sign'; readonly key: KeyName; readonly message: Uint8Array }
  | { readonly op: 'createPrekey'; readonly key: KeyName }
  | { readonly op: 'pseudonym'; readonly practice: NodeAddress }
  | { readonly op: 'forget'; readonly names: readonly (KeyName | SessionName)[] }
  | { readonly op: 'sealRequest'; readonly input: SealRequest }
  | { readonly op: 'sealReceipt'; readonly session: SessionName; readonly payload: Uint8Array }
  | {
      readonly op: 'sealMessage';
      readonly session: SessionName;
      readonly number: number;
      readonly payload: Uint8Array;
    }
  | { readonly op: 'open'; readonly input: OpenBundle };

/**
 * What the key store cannot take back: a number that sealed one payload seals no other, and what is forgotten is gone. These
 * wait for the commit of what they follow from, or a power cut in between would leave a session that has said something
 * that nobody remembers deciding.
 */
export const LASTING_OPS: ReadonlySet<CryptoOp['op']> = new Set<CryptoOp['op']>([
  'sealReceipt',
  'sealMessage',
  'forget',
]);

/** The answer to an op. `failed` means that the port could not do it (a key is gone, its store is broken). */
export type CryptoOutcome =
  | { readonly op: 'verify'; readonly value: boolean }
  | { readonly op: 'sign'; readonly value: Uint8Array }
  | { readonly op: 'createPrekey'; readonly value: Uint8Array }
  | { readonly op: 'pseudonym'; readonly value: Uint8Array }
  | { readonly op: 'forget'; readonly value: null }
  | { readonly op: 'sealRequest'; readonly value: Result<Uint8Array> }
  | { readonly op: 'sealReceipt'; readonly value: Uint8Array }
  | { readonly op: 'sealMessage'; readonly value: Uint8Array }
  | { readonly op: 'open'; readonly value: Result<Opened> }
  | { readonly op: 'failed' };
