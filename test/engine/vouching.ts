import type { WireMinute } from '#core/brand.ts';
import { fromHex } from '#core/bytes/hex.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { MAX_WIRE_MINUTE } from '#core/domain/wire-time.ts';
import { encodeCredential, REGISTRAR_ID_BYTES } from '#core/wire/credential.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

/** A register that a test's nodes can be told to believe, and what it says of a practice. */
const registrar = createSigner(99);
export const PINNED: PinnedRegistrar = { publicKey: registrar.publicKey, name: 'Kammer', demo: false };

export const vouchFor = (therapistKey: Uint8Array): Uint8Array => {
  const unsigned = encodeCredential({
    kind: 'credential',
    registrar: (fromHex(registrar.address) ?? new Uint8Array()).slice(0, REGISTRAR_ID_BYTES),
    therapistKey,
    name: 'Praxis',
    beruf: 'PP',
    verfahren: 1,
    zulassung: 'KV',
    approbationHash: new Uint8Array(32),
    validUntil: MAX_WIRE_MINUTE as WireMinute,
    statusIndex: 1,
  });
  if (!unsigned.ok) throw new Error(unsigned.code);
  return registrar.signed(unsigned.value);
};
