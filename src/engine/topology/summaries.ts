import type { Millis } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { decodeSummary, encodeSummary } from '#core/wire/summary.ts';
import type { Context } from '#engine/context.ts';
import { isRouter, type Peer, type PeerTable } from '#engine/links/peer.ts';
import type { SlotShelf } from '#engine/records/slot-shelf.ts';
import { countFree, type RegionCounts } from '#engine/topology/region-counts.ts';
import { createRegionSummary } from '#engine/topology/region-summary.ts';
import type { Topology } from '#engine/topology/topology.ts';

/**
 * Region summaries on their way: up to the parent, down to the children that route (docs/protocol/summary.md). Patients' devices
 * tell nobody anything, and need none: they have every announcement.
 */
export interface Summaries {
  /** A link came. */
  open(): void;
  onSummary(peer: Peer, frame: Uint8Array): void;
  close(peer: Peer): void;
  /** For this node's own map. */
  known(): RegionCounts;
}

export interface SummariesRules {
  readonly peers: PeerTable;
  readonly slots: SlotShelf;
  readonly topology: Pick<Topology, 'parent'>;
  readonly period: Millis;
  /** Only relays take part; what a practice offers they count themselves. */
  readonly takesPart: () => boolean;
}

const TIMER = 'summaries';

export const createSummaries = (context: Context, rules: SummariesRules): Summaries => {
  const { peers, slots, topology, period } = rules;
  const summary = createRegionSummary({ period });
  let scheduled = false;

  const send = (peer: Peer | undefined, direction: 'up' | 'down'): void => {
    const address = peer?.hello?.address;
    if (peer === undefined || address === undefined) return;
    const due = summary.due(address, direction, context.now());
    const frame = due === undefined ? undefined : encodeSummary(due);
    if (frame?.ok) context.send(peer.link, frame.value, true);
  };

  const look = (): void => {
    scheduled = false;
    if (!rules.takesPart() || peers.size === 0) return;
    schedule();
    summary.setOwn(countFree(slots.store, toWireMinute(context.now())));
    send(topology.parent(), 'up');
    for (const peer of peers.ready()) if (peer.child && isRouter(peer)) send(peer, 'down');
  };
  const schedule = (): void => {
    if (scheduled || !rules.takesPart()) return;
    scheduled = true;
    const jitter = 0.9 + context.random.fraction() / 5;
    context.timers.set(TIMER, (context.now() + period * jitter) as Millis, look);
  };

  return {
    open: schedule,
    onSummary: (peer, frame) => {
      const address = peer.hello?.address;
      const isParent = topology.parent() === peer;
      schedule();
      if (address === undefined || !(isParent || peer.child)) return context.refused('wrong-state');
      const decoded = decodeSummary(frame);
      if (!decoded.ok) return context.refused(decoded.code);
      const taken = isParent
        ? summary.fromParent(address, decoded.value, context.now())
        : summary.fromChild(address, decoded.value, context.now());
      if (taken.ok) context.notify('mesh');
      else context.refused(taken.code);
    },
    close: (peer) => {
      if (peer.hello?.address !== undefined) summary.drop(peer.hello.address);
      schedule();
    },
    known: () => {
      summary.setOwn(countFree(slots.store, toWireMinute(context.now())));
      return summary.downward(context.now());
    },
  };
};
