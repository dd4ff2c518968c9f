import type { Millis } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { decodeBeacon, encodeBeacon, type SetDigest } from '#core/wire/beacon.ts';
import { decodeBins, encodeBins } from '#core/wire/bins.ts';
import { decodeIds, encodeIds, type Ids, MAX_IDS_PER_FRAME } from '#core/wire/ids.ts';
import type { SetId } from '#core/wire/set-id.ts';
import { decodeWant, encodeWant } from '#core/wire/want.ts';
import type { EngineTiming } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { Peer } from '#engine/links/peer.ts';
import { BINS, createSetIndex, differingBins, type SetIndex } from '#engine/sync/set-index.ts';

/**
 * Set synchronisation of one link, digest and difference (docs/protocol/sync.md): the dialler sends a beacon, the other
 * answers with its own; for each set whose roots differ the dialler sends its bins, gets the ids in the bins that differ,
 * asks for what it lacks and hands over what the other lacks.
 */
export interface SyncSet {
  readonly id: SetId;
  /** The set as this peer may see it. */
  index(peer: Peer): SetIndex;
  bytesOf(id: string): Uint8Array | undefined;
  /** The peer does not have what we have: true when we should hand it over. */
  offer(peer: Peer, id: string): boolean;
}

export interface SetSync {
  /** The peer's hello came: begin, if it is ours to begin. */
  start(peer: Peer): void;
  stop(peer: Peer): void;
  onBeacon(peer: Peer, frame: Uint8Array): void;
  onBins(peer: Peer, frame: Uint8Array): void;
  onIds(peer: Peer, frame: Uint8Array): void;
  /** Hands over what is asked for. When some of it has gone meanwhile, a beacon says that the sets are others now. */
  onWant(peer: Peer, frame: Uint8Array): void;
  /** An object that came, accepted or not: what was asked for is no longer outstanding. True when it had been asked for. */
  arrived(peer: Peer, id: string, kept: boolean): boolean;
  /** Compare again soon: something that both sides should have has changed. */
  again(peer: Peer): void;
}

interface Session {
  /** Ids we lack and have not asked for yet, by set. */
  readonly lacking: { set: SetId; id: string }[];
  /** What the other side said it has in the bins under comparison, while more frames are to come. */
  readonly theirs: Map<SetId, Set<string>>;
  readonly unequal: Set<SetId>;
  /** Something that was asked for came since the last beacon: the round goes on instead of starting anew. */
  progress: boolean;
  /** Beacons that may still come unasked until the next round: what a peer that always says so can make us do. */
  surprises: number;
}

const WANT_WINDOW = 512;
const SURPRISES = 8;

export const createSetSync = (
  context: Context,
  sets: readonly SyncSet[],
  timing: EngineTiming,
  onSynced: (peer: Peer) => void,
): SetSync => {
  const sessions = new Map<Peer, Session>();
  const bySetId = new Map(sets.map((set) => [set.id, set]));
  const timer = (peer: Peer): string => `beacon ${peer.link}`;

  const digests = (peer: Peer): SetDigest[] =>
    sets.map((set) => {
      const index = set.index(peer);
      return { set: set.id, root: index.root(), size: index.size };
    });

  const sendBeacon = (peer: Peer): void => {
    context.send(peer.link, encodeBeacon({ kind: 'beacon', sets: digests(peer) }), true);
  };

  /** The dialler's turn: a new round, unless what the last one asked for is still coming in. */
  const nextRound = (peer: Peer): void => {
    const session = sessions.get(peer);
    if (session === undefined) return;
    const jitter = 0.75 + context.random.fraction() / 2;
    context.timers.set(timer(peer), (context.now() + timing.beacon * jitter) as Millis, () => nextRound(peer));
    const busy = session.progress && peer.wanted.size > 0;
    session.progress = false;
    if (busy) return;
    peer.wanted.clear();
    session.lacking.length = 0;
    session.surprises = SURPRISES;
    sendBeacon(peer);
  };

  const again = (peer: Peer): void => {
    if (!peer.dialled || !sessions.has(peer)) return;
    context.timers.atLatest(timer(peer), (context.now() + 50) as Millis, () => nextRound(peer));
  };

  /** Keeps at most WANT_WINDOW objects outstanding, so that a hostile or huge set never floods us. */
  const askForMore = (peer: Peer, session: Session): void => {
    if (peer.wanted.size > WANT_WINDOW / 2) return;
    const asked = new Map<SetId, string[]>();
    while (session.lacking.length > 0 && peer.wanted.size < WANT_WINDOW) {
      const next = session.lacking.pop();
      if (next === undefined || peer.wanted.has(next.id) || bySetId.get(next.set)?.index(peer).has(next.id)) continue;
      peer.wanted.set(next.id, next.set);
      asked.set(next.set, [...(asked.get(next.set) ?? []), next.id]);
    }
    for (const [set, ids] of asked) context.send(peer.link, encodeWant({ kind: 'want', set, ids }), true);
  };

  /** What was asked for and the peer no longer has will not come: it is not waited for. */
  const dropGone = (peer: Peer, set: SetId, isGone: (id: string) => boolean): void => {
    for (const [id, of] of peer.wanted) if (of === set && isGone(id)) peer.wanted.delete(id);
  };

  const onBeacon = (peer: Peer, frame: Uint8Array): void => {
    const beacon = decodeBeacon(frame);
    if (!beacon.ok) return context.refused(beacon.code);
    const session = sessions.get(peer);
    if (session === undefined) return;
    if (!peer.dialled) return sendBeacon(peer);
    if (session.surprises-- < 0) return context.refused('rate-limited');
    session.unequal.clear();
    for (const { set, root } of beacon.value.sets) {
      const own = bySetId.get(set);
      if (own === undefined) continue;
      const index = own.index(peer);
      if (equalBytes(index.root(), root)) {
        dropGone(peer, set, () => true);
        continue;
      }
      session.unequal.add(set);
      session.theirs.set(set, new Set());
      context.send(peer.link, encodeBins({ kind: 'bins', set, digests: index.bins() }), true);
    }
    if (session.unequal.size === 0) onSynced(peer);
  };

  const onBins = (peer: Peer, frame: Uint8Array): void => {
    const bins = decodeBins(frame);
    if (!bins.ok) return context.refused(bins.code);
    const set = bySetId.get(bins.value.set);
    if (set === undefined || !sessions.has(peer)) return;
    const index = set.index(peer);
    const different = differingBins(index.bins(), bins.value.digests);
    const described = createBinMap(different);
    const ids = different.flatMap((bin) => index.idsIn(bin));
    let at = 0;
    do {
      const part = ids.slice(at, at + MAX_IDS_PER_FRAME);
      at += part.length;
      const message: Ids = { kind: 'ids', set: set.id, bins: described, ids: part, more: at < ids.length };
      context.send(peer.link, encodeIds(message), true);
    } while (at < ids.length);
  };

  const compare = (peer: Peer, session: Session, set: SyncSet, bins: Uint8Array): void => {
    const index = set.index(peer);
    const theirs = session.theirs.get(set.id) ?? new Set<string>();
    session.theirs.delete(set.id);
    dropGone(peer, set.id, (id) => !theirs.has(id));
    for (const id of theirs) {
      if (!index.has(id) && !peer.refused.has(id)) session.lacking.push({ set: set.id, id });
    }
    for (let bin = 0; bin < BINS; bin++) {
      if (((bins[bin >> 3] ?? 0) & (1 << (bin & 7))) === 0) continue;
      for (const id of index.idsIn(bin)) {
        const bytes = !theirs.has(id) && set.offer(peer, id) ? set.bytesOf(id) : undefined;
        if (bytes !== undefined) context.send(peer.link, bytes);
      }
    }
  };

  const onIds = (peer: Peer, frame: Uint8Array): void => {
    const ids = decodeIds(frame);
    if (!ids.ok) return context.refused(ids.code);
    const set = bySetId.get(ids.value.set);
    const session = sessions.get(peer);
    const theirs = session?.theirs.get(ids.value.set);
    if (set === undefined || session === undefined || theirs === undefined) return context.refused('wrong-state');
    if (theirs.size + ids.value.ids.length > MAX_SET_SIZE) return context.refused('over-capacity');
    for (const id of ids.value.ids) theirs.add(id);
    if (ids.value.more) return;
    compare(peer, session, set, ids.value.bins);
    session.unequal.delete(set.id);
    // Identity records are asked for first: without them no announcement can be verified.
    if (session.unequal.size === 0) session.lacking.sort((a, b) => ASK_ORDER[a.set] - ASK_ORDER[b.set]);
    if (session.lacking.length === 0 && peer.wanted.size === 0 && session.unequal.size === 0) return onSynced(peer);
    if (session.unequal.size === 0) askForMore(peer, session);
  };

  const onWant = (peer: Peer, frame: Uint8Array): void => {
    const want = decodeWant(frame);
    if (!want.ok) return context.refused(want.code);
    const set = bySetId.get(want.value.set);
    if (set === undefined) return;
    const index = set.index(peer);
    let gone = false;
    for (const id of want.value.ids) {
      const bytes = index.has(id) ? set.bytesOf(id) : undefined;
      if (bytes === undefined) gone = true;
      else context.send(peer.link, bytes);
    }
    // Behind everything that was found: whoever asked compares anew instead of waiting for its next round.
    if (gone && !peer.dialled && sessions.has(peer)) sendBeacon(peer);
  };

  return {
    start: (peer) => {
      sessions.set(peer, { lacking: [], theirs: new Map(), unequal: new Set(), progress: false, surprises: SURPRISES });
      if (peer.dialled) nextRound(peer);
    },
    stop: (peer) => {
      sessions.delete(peer);
      context.timers.cancel(timer(peer));
    },
    onBeacon,
    onBins,
    onIds,
    onWant,
    arrived: (peer, id, kept) => {
      const asked = peer.wanted.has(id);
      if (!asked) return false;
      peer.wanted.delete(id);
      if (!kept) peer.refused.add(id);
      const session = sessions.get(peer);
      if (session === undefined) return true;
      session.progress = true;
      askForMore(peer, session);
      if (peer.wanted.size === 0 && session.lacking.length === 0) again(peer);
      return true;
    },
    again,
  };
};

/** More ids than this in one set are not compared: a peer that claims them is refused. */
const MAX_SET_SIZE = 400_000;

/** `lacking` is taken from its end: the set with the highest number here comes first. */
const ASK_ORDER: Record<SetId, number> = { 0: 0, 2: 1, 3: 2, 1: 3 };

const createBinMap = (bins: readonly number[]): Uint8Array => {
  const map = new Uint8Array(BINS / 8);
  for (const bin of bins) map[bin >> 3] = (map[bin >> 3] ?? 0) | (1 << (bin & 7));
  return map;
};

/** A set that is made for one comparison, from the ids that the peer may see. */
export const momentaryIndex = (ids: Iterable<string>): SetIndex => createSetIndex(ids);
