import type { Millis, NodeAddress } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { decodeProbe, encodeProbe, NONCE_BYTES } from '#core/wire/probe.ts';
import { decodeTraced, encodeTraced, type TracedHop } from '#core/wire/traced.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import { createFadingMap } from '#engine/mesh/fading-map.ts';
import type { Router } from '#engine/mesh/router.ts';
import type { Station } from '#engine/mesh/station.ts';

/** Traces: the way from here to a node, hop by hop, with times, as traceroute shows it (docs/protocol/routing.md). */
export interface Probes {
  /** Returns the name of the trace; its end is told by the topic `mesh`. */
  trace(target: NodeAddress): string;
  /** Undefined while it is under way. */
  result(trace: string): TraceResult | undefined;
  onProbe(peer: Peer, frame: Uint8Array): void;
  onTraced(peer: Peer, frame: Uint8Array): void;
}

export interface TraceResult {
  readonly target: NodeAddress;
  readonly reached: boolean;
  /** The nearest first; without any, nobody answered. */
  readonly hops: readonly TraceHop[];
}

export interface TraceHop {
  /** Undefined: a node that does not say who it is. */
  readonly address: NodeAddress | undefined;
  /** There and back, from here. */
  readonly roundTrip: Millis;
}

export interface ProbesRules {
  readonly peers: PeerTable;
  readonly router: Pick<Router, 'nextHop'>;
  readonly station: () => Station | undefined;
}

const MAX_PROBES = 1_024;
/** An answer that takes longer, in milliseconds, finds nobody who remembers the way back. */
const PROBE_LIFE = 10_000;
const TRACE_LIFE = 5_000;
const MAX_RESULTS = 64;

interface PassedOn {
  /** Undefined: we asked. */
  readonly back: Peer | undefined;
  /** Whose answer counts. */
  readonly next: Peer;
  readonly at: Millis;
  readonly target: NodeAddress;
}

export const createProbes = (context: Context, { peers, router, station }: ProbesRules): Probes => {
  const passed = createFadingMap<string, PassedOn>(MAX_PROBES, PROBE_LIFE);
  const results = createFadingMap<string, TraceResult>(MAX_RESULTS, 600_000);

  const finish = (nonce: string, result: TraceResult): void => {
    context.timers.cancel(`trace ${nonce}`);
    passed.delete(nonce);
    results.set(nonce, result, context.now());
    context.notify('mesh');
  };

  const answer = (peer: Peer, nonce: string, reached: boolean): void => {
    const hops: TracedHop[] = [{ address: station()?.address, elapsed: 0 as Millis }];
    context.send(peer.link, encodeTraced({ kind: 'traced', nonce, reached, hops }), true);
  };

  return {
    trace: (target) => {
      const nonce = toHex(context.random.bytes(NONCE_BYTES));
      const at = context.now();
      const isHere = target === station()?.address;
      const next = isHere ? undefined : router.nextHop(target, []);
      if (next === undefined) {
        finish(nonce, { target, reached: isHere, hops: [] });
        return nonce;
      }
      passed.set(nonce, { back: undefined, next, at, target }, at);
      context.send(next.link, encodeProbe({ kind: 'probe', hops: 0, nonce, target }), true);
      context.timers.set(`trace ${nonce}`, (at + TRACE_LIFE) as Millis, () =>
        finish(nonce, { target, reached: false, hops: [] }),
      );
      return nonce;
    },
    result: (nonce) => results.get(nonce, context.now()),
    onProbe: (peer, frame) => {
      const probe = decodeProbe(frame);
      if (!probe.ok) return context.refused(probe.code);
      const { nonce, target, hops } = probe.value;
      if (passed.get(nonce, context.now()) !== undefined) return context.refused('looping');
      if (target === station()?.address) return answer(peer, nonce, true);
      const next = hops + 1 < MAX_HOPS ? router.nextHop(target, [peer]) : undefined;
      if (next === undefined) return answer(peer, nonce, false);
      passed.set(nonce, { back: peer, next, at: context.now(), target }, context.now());
      context.send(next.link, encodeProbe({ ...probe.value, hops: hops + 1 }), true);
    },
    onTraced: (peer, frame) => {
      const traced = decodeTraced(frame);
      if (!traced.ok) return context.refused(traced.code);
      const { nonce, reached, hops } = traced.value;
      const known = passed.get(nonce, context.now());
      if (known?.next !== peer) return context.refused('not-found');
      const elapsed = (context.now() - known.at) as Millis;
      if (known.back === undefined) {
        const shown = hops.map(({ address, elapsed: inner }) => ({
          address,
          roundTrip: Math.max(0, elapsed - inner) as Millis,
        }));
        return finish(nonce, { target: known.target, reached, hops: shown });
      }
      passed.delete(nonce);
      if (peers.get(known.back.link) !== known.back || hops.length >= MAX_HOPS) return;
      const own: TracedHop = { address: station()?.address, elapsed };
      context.send(known.back.link, encodeTraced({ ...traced.value, hops: [own, ...hops] }), true);
    },
  };
};
