import type { Millis } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { saltId } from '#core/sets/salted-ids.ts';
import { decodeBeacon } from '#core/wire/beacon.ts';
import { decodeBins, encodeBins } from '#core/wire/bins.ts';
import { decodeIds, encodeIds, type Ids, MAX_IDS_PER_FRAME } from '#core/wire/ids.ts';
import type { SetId } from '#core/wire/set-id.ts';
import { decodeWant } from '#core/wire/want.ts';
import type { EngineTiming } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { type Peer, saltKeyOf, takeAskedFor } from '#engine/links/peer.ts';
import { createAsking, type Lacking, outstanding } from '#engine/sync/asking.ts';
import { type BeaconMemo, createBeaconMemo } from '#engine/sync/beacon-memo.ts';
import { createReconciliation, type ReconciliationRules } from '#engine/sync/reconciliation.ts';
import { watchSessions } from '#engine/sync/session-tables.ts';
import { BINS, createBinMap, differingBins, type SetIndex } from '#engine/sync/set-index.ts';
import type { SetSyncHooks, SyncKind, SyncSet } from '#engine/sync/sync-set.ts';
import type { Lane } from '#ports/transport.ts';

/**
 * Set synchronisation of one link, digest and difference (docs/protocol/sync.md): the dialler sends a beacon, the other
 * answers with its own; for each set whose roots differ they find out in what (reconciliation.ts), by coded symbols or by the
 * ids in the bins that differ; the dialler asks for what it lacks and hands over what the other lacks. Objects and lists go in
 * the bulk lane: whoever fetches a hundred thousand announcements can still ask for an appointment meanwhile.
 */
export interface SetSync {
  /** The peer's hello came: begin, if it is ours to begin. */
  start(peer: Peer): void;
  stop(peer: Peer): void;
  /** A frame of synchronisation, whatever it is about. */
  receive(peer: Peer, kind: SyncKind, frame: Uint8Array): void;
  /** An object that came, accepted or not: what was asked for is no longer outstanding. True when it had been asked for. */
  arrived(peer: Peer, id: string, kept: boolean): boolean;
  /** Our beacon says something new: it goes to this peer, or to everybody, now. */
  tell(peer?: Peer): void;
  /** True when nothing is being compared or fetched: a beacon now starts nothing anew. */
  isIdle(peer: Peer): boolean;
  /** Compare again soon: something that both sides should have has changed. */
  again(peer: Peer): void;
}

interface Session {
  readonly beacons: BeaconMemo;
  /** Ids we lack and have not asked for yet, by set. */
  readonly lacking: Lacking[];
  /** What the other side said it has in the bins under comparison, while more frames are to come. */
  readonly theirs: Map<SetId, Set<string>>;
  /** Sets whose comparison began on this link, whether it goes on or not. */
  readonly begun: Set<SetId>;
  readonly unequal: Set<SetId>;
  /** Something that was asked for came since the last beacon: the round goes on instead of starting anew. */
  progress: boolean;
  /** Beacons of ours that were not answered yet. */
  awaited: number;
  /** Beacons that may still come unasked until the next round: what a peer that always says so can make us do. */
  surprises: number;
}

const SURPRISES = 8;

export const createSetSync = (
  context: Context,
  sets: readonly SyncSet[],
  timing: EngineTiming,
  hooks: SetSyncHooks,
): SetSync => {
  const { onSynced } = hooks;
  const sessions = new Map<Peer, Session>();
  const bySetId = new Map(sets.map((set) => [set.id, set]));
  const asking = createAsking(context, (peer, set, id) => bySetId.get(set)?.index(peer).has(id) ?? false);
  const timer = (peer: Peer): string => `beacon ${peer.link}`;
  watchSessions(context.tables, sessions, sets.length, MAX_SET_SIZE);

  const sendBeacon = (peer: Peer, lane: Lane = 'prompt'): void => {
    const session = sessions.get(peer);
    if (session === undefined) return;
    session.awaited++;
    context.send(peer.link, session.beacons.encode(peer, hooks.place(peer), sets), true, lane);
  };

  /** The dialler's turn: a new round, unless what the last one asked for is still coming in. */
  const nextRound = (peer: Peer): void => {
    const session = sessions.get(peer);
    if (session === undefined) return;
    const jitter = 0.75 + context.random.fraction() / 2;
    context.timers.set(timer(peer), (context.now() + timing.beacon * jitter) as Millis, () => nextRound(peer));
    const busy = session.progress && outstanding(peer) > 0;
    session.progress = false;
    if (busy) return;
    peer.wanted.clear();
    peer.picked.clear();
    reconciliation.forget(peer);
    session.lacking.length = 0;
    session.surprises = SURPRISES;
    session.awaited = 0;
    sendBeacon(peer);
  };

  const again = (peer: Peer): void => {
    if (!peer.dialled || !sessions.has(peer)) return;
    context.timers.atLatest(timer(peer), (context.now() + 50) as Millis, () => nextRound(peer));
  };

  const onBeacon = (peer: Peer, frame: Uint8Array): void => {
    const session = sessions.get(peer);
    const beacon = (session?.beacons.decode ?? decodeBeacon)(frame);
    if (!beacon.ok) return context.refused(beacon.code);
    hooks.onPlace(peer, beacon.value);
    if (session === undefined) return;
    if (!peer.dialled) return sendBeacon(peer);
    if (session.awaited > 0) session.awaited--;
    else if (session.surprises-- < 0) return context.refused('rate-limited');
    session.unequal.clear();
    // All sets are compared anew: what they lack is found again, and a peer that sends beacons does not add to it.
    session.lacking.length = 0;
    for (const { set, root } of beacon.value.sets) {
      const own = bySetId.get(set);
      if (own === undefined) continue;
      const index = own.index(peer);
      if (equalBytes(index.root(), root)) {
        if (outstanding(peer) > 0) asking.drop(peer, set, { wanted: always, picked: always });
        continue;
      }
      session.unequal.add(set);
      session.theirs.set(set, new Set());
      session.begun.add(set);
      reconciliation.begin(peer, set);
    }
    if (session.unequal.size === 0) onSynced(peer);
  };

  const onBins = (peer: Peer, frame: Uint8Array): void => {
    const bins = decodeBins(frame);
    if (!bins.ok) return context.refused(bins.code);
    const set = bySetId.get(bins.value.set);
    if (set === undefined || !sessions.has(peer)) return;
    const index = set.index(peer);
    sendIds(peer, set, index, differingBins(index.bins(), bins.value.digests));
  };

  const sendIds = (peer: Peer, set: SyncSet, index: SetIndex, different: readonly number[]): void => {
    const described = createBinMap(different);
    const ids = different.flatMap((bin) => index.idsIn(bin));
    let at = 0;
    do {
      const part = ids.slice(at, at + MAX_IDS_PER_FRAME);
      at += part.length;
      const message: Ids = { kind: 'ids', set: set.id, bins: described, ids: part, more: at < ids.length };
      context.send(peer.link, encodeIds(message), true, 'bulk');
    } while (at < ids.length);
  };

  const compare = (peer: Peer, session: Session, set: SyncSet, bins: Uint8Array): void => {
    const index = set.index(peer);
    const theirs = session.theirs.get(set.id) ?? new Set<string>();
    session.theirs.delete(set.id);
    asking.drop(peer, set.id, { wanted: (id) => !theirs.has(id), picked: always });
    for (const id of theirs) {
      if (!index.has(id) && !peer.refused.has(id)) session.lacking.push({ set: set.id, id });
    }
    for (let bin = 0; bin < BINS; bin++) {
      if (((bins[bin >> 3] ?? 0) & (1 << (bin & 7))) === 0) continue;
      for (const id of index.idsIn(bin)) {
        const bytes = !theirs.has(id) && set.offer(peer, id) ? set.bytesOf(id) : undefined;
        if (bytes !== undefined) context.send(peer.link, bytes, false, 'bulk');
      }
    }
  };

  const onIds = (peer: Peer, frame: Uint8Array): void => {
    const ids = decodeIds(frame);
    if (!ids.ok) return context.refused(ids.code);
    const set = bySetId.get(ids.value.set);
    const session = sessions.get(peer);
    const theirs = session?.theirs.get(ids.value.set);
    if (set === undefined || session === undefined || !session.begun.has(set.id)) return context.refused('wrong-state');
    // Two beacons in a row ask twice: the first list was enough.
    if (theirs === undefined) return;
    if (theirs.size + ids.value.ids.length > MAX_SET_SIZE) return context.refused('over-capacity');
    for (const id of ids.value.ids) theirs.add(id);
    if (ids.value.more) return;
    compare(peer, session, set, ids.value.bins);
    compared(peer, session, set.id);
  };

  /** It is known in what this set differs; once that is known of all sets, what is lacking is asked for. */
  const compared = (peer: Peer, session: Session, set: SetId): void => {
    session.unequal.delete(set);
    // Identity records are asked for first: without them no announcement can be verified.
    if (session.unequal.size === 0) session.lacking.sort((a, b) => ASK_ORDER[a.set] - ASK_ORDER[b.set]);
    if (session.lacking.length === 0 && outstanding(peer) === 0 && session.unequal.size === 0) return onSynced(peer);
    if (session.unequal.size === 0) asking.ask(peer, session.lacking);
  };

  const onDifference: ReconciliationRules['onDifference'] = (peer, id, { theirs, mine }) => {
    const [session, set] = [sessions.get(peer), bySetId.get(id)];
    if (session === undefined || set === undefined) return;
    session.theirs.delete(id);
    const listed = new Set(theirs);
    asking.drop(peer, id, { wanted: never, picked: (salted) => !listed.has(salted) });
    for (const salted of theirs) {
      if (!peer.refused.has(String(salted))) session.lacking.push({ set: id, id: salted });
    }
    for (const own of mine) {
      const bytes = set.offer(peer, own) ? set.bytesOf(own) : undefined;
      if (bytes !== undefined) context.send(peer.link, bytes, false, 'bulk');
    }
    compared(peer, session, id);
  };

  const reconciliation = createReconciliation(context, {
    indexOf: (peer, id) => (sessions.has(peer) ? bySetId.get(id)?.index(peer) : undefined),
    sendIds: (peer, id, bins) => {
      const set = bySetId.get(id);
      if (set !== undefined) sendIds(peer, set, set.index(peer), bins);
    },
    sendBins: (peer, id) => {
      const digests = bySetId.get(id)?.index(peer).bins();
      if (digests !== undefined) context.send(peer.link, encodeBins({ kind: 'bins', set: id, digests }), true);
    },
    onDifference,
  });

  /** Hands over what is asked for. When some of it has gone meanwhile, a beacon says that the sets are others now. */
  const onWant = (peer: Peer, frame: Uint8Array): void => {
    const want = decodeWant(frame);
    if (!want.ok) return context.refused(want.code);
    const { set, ids } = want.value;
    const index = bySetId.get(set)?.index(peer);
    if (index !== undefined) hand(peer, set, ids, (id) => index.has(id));
  };
  const onPick = (peer: Peer, frame: Uint8Array): void => {
    const picked = reconciliation.onPick(peer, frame);
    if (picked !== undefined) hand(peer, picked.set, picked.ids, always, picked.gone);
  };

  const hand = (
    peer: Peer,
    set: SetId,
    ids: readonly string[],
    has: (id: string) => boolean,
    someGone = false,
  ): void => {
    let gone = someGone;
    for (const id of ids) {
      const bytes = has(id) ? bySetId.get(set)?.bytesOf(id) : undefined;
      if (bytes === undefined) gone = true;
      else context.send(peer.link, bytes, false, 'bulk');
    }
    // Behind everything that was found: whoever asked compares anew instead of waiting for its next round.
    if (gone && !peer.dialled && sessions.has(peer)) sendBeacon(peer, 'bulk');
  };

  const { onEstimate, onSymbols, onMore } = reconciliation;
  const handlers: Readonly<Record<SyncKind, (peer: Peer, frame: Uint8Array) => void>> = {
    beacon: onBeacon,
    bins: onBins,
    ids: onIds,
    want: onWant,
    pick: onPick,
    estimate: onEstimate,
    symbols: onSymbols,
    more: onMore,
  };
  return {
    start: (peer) => {
      sessions.set(peer, {
        beacons: createBeaconMemo(),
        lacking: [],
        theirs: new Map(),
        begun: new Set(),
        unequal: new Set(),
        progress: false,
        surprises: SURPRISES,
        awaited: 0,
      });
      if (peer.dialled) nextRound(peer);
    },
    stop: (peer) => {
      sessions.delete(peer);
      reconciliation.forget(peer);
      context.timers.cancel(timer(peer));
    },
    receive: (peer, kind, frame) => handlers[kind](peer, frame),
    arrived: (peer, id, kept) => {
      if (!takeAskedFor(peer, id)) return false;
      if (!kept) {
        peer.refused.add(id);
        peer.refused.add(String(saltId(saltKeyOf(peer), id)));
      }
      const session = sessions.get(peer);
      if (session === undefined) return true;
      session.progress = true;
      asking.ask(peer, session.lacking);
      if (outstanding(peer) === 0 && session.lacking.length === 0) again(peer);
      return true;
    },
    again,
    tell: (only) => {
      for (const peer of only === undefined ? sessions.keys() : [only]) if (sessions.has(peer)) sendBeacon(peer);
    },
    isIdle: (peer) => {
      const session = sessions.get(peer);
      return session !== undefined && session.unequal.size === 0 && session.lacking.length + outstanding(peer) === 0;
    },
  };
};

const always = (): boolean => true;
const never = (): boolean => false;
/** More ids than this in one set are not compared: a peer that claims them is refused. */
const MAX_SET_SIZE = 400_000;

/** `lacking` is taken from its end: the set with the highest number here comes first. */
const ASK_ORDER: Record<SetId, number> = { 0: 0, 2: 1, 3: 2, 1: 3 };
