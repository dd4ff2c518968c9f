import { createHash } from 'node:crypto';
import type { Bucket, Counter, Epoch, Millis, OfferId } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import type { Result } from '#core/result.ts';
import { encodeAnnounce } from '#core/wire/announce.ts';
import { BUNDLE_HEADER_BYTES, encodeBundle } from '#core/wire/bundle.ts';
import { encodeIdentity } from '#core/wire/identity.ts';
import { withSignature } from '#core/wire/signed.ts';
import { slotStart } from '#sim/practice.ts';
import { WORLD_BEGINS, type World } from '#sim/world.ts';

/**
 * Frames that nobody asked for and that hold all the same: keys made up a moment ago, what they announce, and bundles that
 * nobody will ever open. What costs a node most before it can say no, and often it cannot.
 */
export interface Fabricator {
  next(): Uint8Array;
  readonly made: number;
}

const BUNDLE_BODY = 352 - BUNDLE_HEADER_BYTES;

const must = (result: Result<Uint8Array>): Uint8Array => {
  if (!result.ok) throw new Error(result.code);
  return result.value;
};

export const createFabricator = (world: World, name: string): Fabricator => {
  const dice = world.dice.named(`fabricator ${name}`);
  const now = () => toWireMinute((WORLD_BEGINS + world.now()) as Millis);
  let publicKey = world.signer.addKey(dice.bytes(32));
  let made = 0;

  const signed = (unsigned: Result<Uint8Array>): Uint8Array => {
    const bytes = must(unsigned);
    return withSignature(bytes, world.signer.sign(publicKey, bytes));
  };
  const head = () => ({ epoch: 0 as Epoch, counter: 1 as Counter, issued: now() });
  const identity = (): Uint8Array =>
    signed(
      encodeIdentity({
        ...head(),
        kind: 'identity',
        publicKey,
        capabilities: CAPABILITY.THERAPIST,
        prekeys: [],
        credential: undefined,
        profile: undefined,
      }),
    );
  const announcement = (): Uint8Array =>
    signed(
      encodeAnnounce({
        ...head(),
        kind: 'announce',
        address: addressOf(publicKey),
        offer: dice.integer(16) as OfferId,
        verfahren: 1,
        modalitaet: 1,
        kostentraeger: 1,
        slotType: 0,
        minutes: 50,
        plz: 80_799,
        ttlClass: 7,
        ageGroup: 0,
        series: false,
        codeRequired: false,
        starts: [toWireMinute(slotStart(dice.integer(100)))],
      }),
    );
  const bundle = (): Uint8Array =>
    encodeBundle({
      kind: 'bundle',
      bucket: dice.integer(256) as Bucket,
      created: now(),
      commitment: dice.bytes(8),
      body: new Uint8Array(createHash('shake256', { outputLength: BUNDLE_BODY }).update(dice.bytes(16)).digest()),
    });

  return {
    next: () => {
      switch (made++ % 4) {
        case 0:
          publicKey = world.signer.addKey(dice.bytes(32));
          return identity();
        case 1:
          return announcement();
        case 2: {
          // Of a key whose record never comes.
          publicKey = world.signer.addKey(dice.bytes(32));
          return announcement();
        }
        default:
          return bundle();
      }
    },
    get made() {
      return made;
    },
  };
};
