import { MAX_SYMBOLS } from '#core/sets/coded-symbols.ts';
import type { SetId } from '#core/wire/set-id.ts';
import type { Peer } from '#engine/links/peer.ts';
import { type Lacking, WINDOW } from '#engine/sync/asking.ts';
import type { Tables } from '#engine/tables.ts';

/** What of a link's synchronisation can grow. */
interface Growing {
  readonly lacking: readonly Lacking[];
  readonly theirs: ReadonlyMap<SetId, ReadonlySet<string>>;
}

/** Plain loops: a simulation looks at them every few steps of every node. */
const mostAsked = (sessions: ReadonlyMap<Peer, Growing>): number => {
  let most = 0;
  for (const { wanted, picked } of sessions.keys())
    if (wanted.size + picked.size > most) most = wanted.size + picked.size;
  return most;
};
const mostLacking = (sessions: ReadonlyMap<Peer, Growing>): number => {
  let most = 0;
  for (const { lacking } of sessions.values()) if (lacking.length > most) most = lacking.length;
  return most;
};
const mostListed = (sessions: ReadonlyMap<Peer, Growing>): number => {
  let most = 0;
  for (const { theirs } of sessions.values()) {
    if (theirs.size === 0) continue;
    let listed = 0;
    for (const ids of theirs.values()) listed += ids.size;
    if (listed > most) most = listed;
  }
  return most;
};

/** `sets`: how many are shared over a link; `maxSize`: ids that a peer may list of one. */
export const watchSessions = (
  tables: Tables,
  sessions: ReadonlyMap<Peer, Growing>,
  sets: number,
  maxSize: number,
): void => {
  tables.add('asked for on a link', WINDOW, () => mostAsked(sessions));
  tables.add('lacking on a link', sets * (maxSize + MAX_SYMBOLS), () => mostLacking(sessions));
  tables.add('listed by a link', sets * maxSize, () => mostListed(sessions));
};
