import { webcrypto } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { KeyName, WireMinute } from '#core/brand.ts';
import { concatBytes } from '#core/bytes/compare.ts';
import { type PinnedRegistrar, registrarId } from '#core/domain/trust.ts';
import { type Beruf, toMask, VERFAHREN, type Verfahren, type Zulassung } from '#core/domain/values.ts';
import { ok, type Result } from '#core/result.ts';
import { encodeCredential } from '#core/wire/credential.ts';
import { encodeRevocations } from '#core/wire/revocations.ts';
import { withSignature } from '#core/wire/signed.ts';
import type { Crypto } from '#ports/crypto.ts';

/** Who vouches for therapists: a role that an operator takes (docs/operators.md). Checks of papers are done by people. */
export interface Registrar {
  readonly pinned: PinnedRegistrar;
  /** The credential as bytes, and the salt of the Approbation's hash, which the therapist keeps. */
  issue(claim: Claim): Promise<Result<{ readonly credential: Uint8Array; readonly salt: Uint8Array }>>;
  revoke(indices: readonly number[], issued: WireMinute): Promise<Uint8Array>;
}

export interface Claim {
  readonly therapistKey: Uint8Array;
  readonly name: string;
  readonly beruf: Beruf;
  readonly verfahren: readonly Verfahren[];
  readonly zulassung: Zulassung;
  /** The number of the Approbation: only its salted hash goes into the credential. */
  readonly approbation: string;
  readonly validUntil: WireMinute;
  readonly statusIndex: number;
}

export const createRegistrar = (crypto: Crypto, key: KeyName, pinned: PinnedRegistrar): Registrar => {
  const registrar = registrarId(pinned.publicKey);
  return {
    pinned,
    issue: async (claim) => {
      const salt = webcrypto.getRandomValues(new Uint8Array(16));
      const unsigned = encodeCredential({
        kind: 'credential',
        registrar,
        therapistKey: claim.therapistKey,
        name: claim.name,
        beruf: claim.beruf,
        verfahren: toMask(VERFAHREN, claim.verfahren),
        zulassung: claim.zulassung,
        approbationHash: sha256(concatBytes(salt, utf8ToBytes(claim.approbation))),
        validUntil: claim.validUntil,
        statusIndex: claim.statusIndex,
      });
      if (!unsigned.ok) return unsigned;
      const signature = await crypto.sign(key, unsigned.value);
      return ok({ credential: withSignature(unsigned.value, signature), salt });
    },
    revoke: async (indices, issued) => {
      const revoked = new Uint8Array(Math.ceil((Math.max(0, ...indices) + 1) / 8));
      for (const index of indices) revoked[index >> 3] = (revoked[index >> 3] ?? 0) | (1 << (index & 7));
      const unsigned = encodeRevocations({ kind: 'revocations', registrar, issued, revoked });
      return withSignature(unsigned, await crypto.sign(key, unsigned));
    },
  };
};
