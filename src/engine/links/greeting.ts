import type { Millis } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { SALT_BYTES } from '#core/sets/salted-ids.ts';
import { decodeHello, encodeHello } from '#core/wire/hello.ts';
import { encodeListen } from '#core/wire/listen.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { bucketMap, isCarrier, type Peer } from '#engine/links/peer.ts';
import type { LinkEnd } from '#ports/transport.ts';

/** The beginning of a link: who is there, and in which buckets it waits. */
export interface Greeting {
  hello(peer: Peer): void;
  onHello(peer: Peer, frame: Uint8Array): Result<null, Unwelcome>;
  /** Tells a relay, or whoever carries for us, which buckets we wait in, when that has changed. */
  listen(peer: Peer, buckets: Iterable<number>): void;
  close(peer: Peer): void;
}

/** Why a hello ends its link. */
export interface Unwelcome {
  readonly code: RefusalCode;
  readonly end: LinkEnd;
}

const violation = (code: RefusalCode): Result<never, Unwelcome> => refuse({ code, end: 'protocol-violation' });

export const createGreeting = (context: Context, config: EngineConfig): Greeting => {
  const told = new Map<Peer, Uint8Array>();
  return {
    hello: (peer) => {
      peer.salt = context.random.bytes(SALT_BYTES);
      const relay = config.role === 'relay' ? config.identity?.address : undefined;
      const frame = encodeHello({
        kind: 'hello',
        clock: context.now(),
        wantsSync: peer.can.syncs,
        salt: peer.salt,
        relay,
        carries: !peer.can.syncs && config.carries === true,
      });
      context.send(peer.link, frame, true);
    },
    onHello: (peer, frame) => {
      if (peer.hello !== undefined) return violation('wrong-state');
      const hello = decodeHello(frame);
      if (!hello.ok) return violation(hello.code);
      const { relay, wantsSync, clock, salt, carries = false } = hello.value;
      // Our own address: under some name the operator named this very relay. There is nothing to say to ourselves.
      if (relay !== undefined && relay === config.identity?.address)
        return refuse({ code: 'wrong-state', end: 'refused' });
      peer.hello = {
        relay: relay !== undefined,
        wantsSync,
        salt,
        carries,
        address: relay,
        skew: (context.now() - clock) as Millis,
      };
      return ok(null);
    },
    listen: (peer, buckets) => {
      if (!peer.hello?.relay && !isCarrier(peer)) return;
      const map = bucketMap(buckets);
      const last = told.get(peer) ?? new Uint8Array(32);
      if (equalBytes(map, last)) return;
      told.set(peer, map);
      context.send(peer.link, encodeListen({ kind: 'listen', buckets: map }), true);
    },
    close: (peer) => {
      told.delete(peer);
    },
  };
};
