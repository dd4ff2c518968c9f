import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Counter, Epoch, Millis, NodeAddress, OfferId, WireMinute } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { type Announce, encodeAnnounce } from '#core/wire/announce.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { encodeIdentity, type IdentityRecord } from '#core/wire/identity.ts';
import { withSignature } from '#core/wire/signed.ts';
import { encodeWithdraw } from '#core/wire/withdraw.ts';
import type { Link, LinkEnd } from '#ports/transport.ts';
import type { TestNode } from '#test/engine-node.ts';

/** The other end of a link that a test speaks for, byte by byte. */
export interface RawPeer {
  send(frame: Uint8Array): void;
  readonly received: readonly Uint8Array[];
  readonly ended: () => LinkEnd | undefined;
}

export const openRawPeer = (node: TestNode, now: Millis, greets = true, capability?: LinkCapability): RawPeer => {
  const received: Uint8Array[] = [];
  let ended: LinkEnd | undefined;
  const link: Link = {
    transport: 'memory',
    remote: `peer ${Math.random()}`,
    send: (frame) => received.push(frame.slice()) > 0,
    close: (reason) => {
      ended = reason;
    },
  };
  const handlers = node.driver.accept(link, capability);
  const send = (frame: Uint8Array): void => handlers.onFrame(frame);
  const salt = new Uint8Array(8);
  if (greets) {
    queueMicrotask(() => send(encodeHello({ kind: 'hello', clock: now, wantsSync: false, salt, relay: undefined })));
  }
  return { send, received, ended: () => ended };
};

/** A practice as the network sees it: a key and what it signs. */
export const createSigner = (seed: number) => {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const publicKey = Uint8Array.from(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));
  const address: NodeAddress = addressOf(publicKey);
  const signed = (bytes: Uint8Array): Uint8Array => withSignature(bytes, Uint8Array.from(sign(null, bytes, key)));
  const must = (result: ReturnType<typeof encodeAnnounce>): Uint8Array => {
    if (!result.ok) throw new Error(result.code);
    return signed(result.value);
  };
  return {
    address,
    publicKey,
    signed,
    identity: (now: Millis, changed: Partial<IdentityRecord> = {}): Uint8Array =>
      must(
        encodeIdentity({
          kind: 'identity',
          publicKey,
          epoch: 0 as Epoch,
          counter: 1 as Counter,
          issued: toWireMinute(now),
          capabilities: CAPABILITY.THERAPIST,
          prekeys: [],
          credential: undefined,
          profile: undefined,
          ...changed,
        }),
      ),
    announce: (now: Millis, changed: Partial<Announce> = {}): Uint8Array => {
      const issued = changed.issued ?? toWireMinute(now);
      return must(
        encodeAnnounce({
          kind: 'announce',
          address,
          epoch: 0 as Epoch,
          counter: 1 as Counter,
          issued,
          offer: 0 as OfferId,
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
          starts: [((Math.floor(issued / 5) + 400) * 5) as WireMinute],
          ...changed,
        }),
      );
    },
    withdraw: (now: Millis, counter: number): Uint8Array =>
      signed(
        encodeWithdraw({
          kind: 'withdraw',
          address,
          epoch: 0 as Epoch,
          counter: counter as Counter,
          issued: toWireMinute(now),
          offer: 0 as OfferId,
        }),
      ),
  };
};
