import type { WireMinute } from '#core/brand.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { addressOf } from '#core/crypto/address.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import { MAX_WIRE_MINUTE } from '#core/domain/wire-time.ts';
import { encodeCredential, REGISTRAR_ID_BYTES } from '#core/wire/credential.ts';
import { withSignature } from '#core/wire/signed.ts';
import type { SimNode } from '#sim/sim-node.ts';
import type { World } from '#sim/world.ts';

/** Who vouches for the practices of a world, where it matters that somebody does. */
export interface Registrar {
  /** For the configuration of whoever is to believe it. */
  readonly pinned: PinnedRegistrar;
  /** A practice that has opened. */
  vouchFor(practice: SimNode): void;
}

export const createRegistrar = (world: World): Registrar => {
  const publicKey = world.signer.addKey(world.dice.named('registrar').bytes(32));
  const registrar = (fromHex(addressOf(publicKey)) ?? new Uint8Array(16)).slice(0, REGISTRAR_ID_BYTES);
  let issued = 0;
  return {
    pinned: { publicKey, name: 'Kammer', demo: false },
    vouchFor: (practice) => {
      const therapistKey = practice.engine()?.views.practice()?.publicKey;
      if (therapistKey === undefined) throw new RangeError('the practice has not opened');
      const unsigned = encodeCredential({
        kind: 'credential',
        registrar,
        therapistKey,
        name: `Praxis ${practice.id}`,
        beruf: 'PP',
        verfahren: 1,
        zulassung: 'KV',
        approbationHash: new Uint8Array(32),
        validUntil: MAX_WIRE_MINUTE as WireMinute,
        statusIndex: issued++,
      });
      if (!unsigned.ok) throw new Error(unsigned.code);
      const credential = withSignature(unsigned.value, world.signer.sign(publicKey, unsigned.value));
      practice.command({ kind: 'import-credential', credential });
    },
  };
};
