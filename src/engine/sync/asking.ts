import { TRAITS } from '#core/domain/link-capability.ts';
import type { SaltedId } from '#core/sets/salted-ids.ts';
import { encodePick } from '#core/wire/pick.ts';
import type { SetId } from '#core/wire/set-id.ts';
import { encodeWant } from '#core/wire/want.ts';
import type { Context } from '#engine/context.ts';
import type { Peer } from '#engine/links/peer.ts';

/** What a peer has and we lack: known by its id, or only by what this link calls it. */
export interface Lacking {
  readonly set: SetId;
  readonly id: string | SaltedId;
}

/** Asks a peer for what we lack, a window at a time, so that a hostile or huge set never floods us. */
export interface Asking {
  /** Takes from the end of `lacking` while the window has room. */
  ask(peer: Peer, lacking: Lacking[]): void;
  /** What was asked for and the peer no longer has will not come: it is not waited for. */
  drop(peer: Peer, set: SetId, isGone: IsGone): void;
}

export interface IsGone {
  wanted(id: string): boolean;
  picked(id: SaltedId): boolean;
}

/** As much may be outstanding on one link, at most. */
export const WINDOW = TRAITS.unconstrained.window;

/** How much of what we asked this peer for has not come yet. */
export const outstanding = (peer: Peer): number => peer.wanted.size + peer.picked.size;

/** What is asked for in one go, by set. */
const createAsks = <T>() => {
  const all = new Map<SetId, T[]>();
  const add = (set: SetId, id: T): void => {
    const ids = all.get(set) ?? [];
    ids.push(id);
    all.set(set, ids);
  };
  return { all, add };
};

/** `has`: it came another way meanwhile. */
export const createAsking = (context: Context, has: (peer: Peer, set: SetId, id: string) => boolean): Asking => ({
  ask: (peer, lacking) => {
    if (outstanding(peer) > peer.can.window / 2) return;
    const wants = createAsks<string>();
    const picks = createAsks<SaltedId>();
    while (outstanding(peer) < peer.can.window) {
      const next = lacking.pop();
      if (next === undefined) break;
      const { set, id } = next;
      if (typeof id === 'number') {
        if (!peer.picked.has(id)) picks.add(set, id);
        peer.picked.set(id, set);
      } else if (!peer.wanted.has(id) && !has(peer, set, id)) {
        peer.wanted.set(id, set);
        wants.add(set, id);
      }
    }
    for (const [set, ids] of wants.all) context.send(peer.link, encodeWant({ kind: 'want', set, ids }), true);
    for (const [set, ids] of picks.all) context.send(peer.link, encodePick({ kind: 'pick', set, ids }), true);
  },
  drop: (peer, set, isGone) => {
    for (const [id, of] of peer.wanted) if (of === set && isGone.wanted(id)) peer.wanted.delete(id);
    for (const [id, of] of peer.picked) if (of === set && isGone.picked(id)) peer.picked.delete(id);
  },
});
