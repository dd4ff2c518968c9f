/** A register that vouches for practices, and takes it back. */
import type { Millis } from '#core/brand.ts';
import { type PinnedRegistrar, registrarId } from '#core/domain/trust.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeCredential } from '#core/wire/credential.ts';
import { encodeRevocations } from '#core/wire/revocations.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

export const createRegister = (seed = 200) => {
  const { publicKey, signed } = createSigner(seed);
  const registrar = registrarId(publicKey);
  return {
    pinned: { publicKey, name: 'Kammer', demo: false } satisfies PinnedRegistrar,
    issue: (therapistKey: Uint8Array, statusIndex: number, validUntil: number): Uint8Array => {
      const encoded = encodeCredential({
        kind: 'credential',
        registrar,
        therapistKey,
        name: `Praxis ${statusIndex}`,
        beruf: 'PP',
        verfahren: 1,
        zulassung: 'KV',
        approbationHash: new Uint8Array(32),
        validUntil: toWireMinute(validUntil as Millis),
        statusIndex,
      });
      if (!encoded.ok) throw new Error(encoded.code);
      return signed(encoded.value);
    },
    revoke: (issued: Millis, statusIndices: readonly number[]): Uint8Array => {
      const revoked = new Uint8Array(8);
      for (const index of statusIndices) revoked[index >> 3] = (revoked[index >> 3] ?? 0) | (1 << (index & 7));
      return signed(encodeRevocations({ kind: 'revocations', registrar, issued: toWireMinute(issued), revoked }));
    },
  };
};
