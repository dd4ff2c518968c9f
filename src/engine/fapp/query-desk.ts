import type { LinkId, Millis } from '#core/brand.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type Announce, decodeAnnounce, plzText } from '#core/wire/announce.ts';
import { decodeQuery, encodeQuery, queryRange, type SlotQuery } from '#core/wire/query.ts';
import { decodeResponse, encodeResponse, MAX_RESPONSE_RECORDS } from '#core/wire/response.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { IdentityBook } from '#engine/records/identity-book.ts';
import type { SlotShelf } from '#engine/records/slot-shelf.ts';
import { createKeyedBuckets, type Rate } from '#engine/token-bucket.ts';

/**
 * SlotQuery and SlotResponse: for links that cannot carry all announcements. A query has a random id and nobody's name;
 * answers go back along the path that it came (docs/protocol/query.md).
 */
export interface QueryDesk {
  /** Asks every constrained neighbour, each after a random delay. The id is made here. */
  ask(query: Omit<SlotQuery, 'kind' | 'id' | 'hops' | 'reserved'>): Result<number>;
  onQuery(peer: Peer, frame: Uint8Array): void;
  /** The records inside, when the answer is ours; it is passed on when it is not. */
  onResponse(peer: Peer, frame: Uint8Array): readonly Uint8Array[];
  close(link: LinkId): void;
}

export interface QueryRules {
  readonly peers: PeerTable;
  readonly slots: SlotShelf;
  readonly identities: IdentityBook;
}

const MAX_PATHS = 1_024;
const PATH_LIFE = 60_000;
const MAX_DELAY = 2_000;
/** From one connecting address: an answer looks through everything that is kept. */
const QUERY_RATE: Rate = { burst: 20, perSecond: 0.5 };
const MAX_ASKERS = 4_096;

interface Path {
  /** Undefined: we asked. */
  readonly back: LinkId | undefined;
  readonly until: Millis;
}

export const matches = (announce: Announce, query: SlotQuery): boolean => {
  const { from, to } = queryRange(query);
  const prefix = String(query.plzPrefix).padStart(query.plzDigits, '0').slice(0, query.plzDigits);
  return (
    plzText(announce.plz).startsWith(query.plzDigits === 0 ? '' : prefix) &&
    (announce.kostentraeger & query.kostentraeger) !== 0 &&
    (query.verfahren === 0 || (announce.verfahren & query.verfahren) !== 0) &&
    (query.modalitaet === 0 || (announce.modalitaet & query.modalitaet) !== 0) &&
    (query.slotTypes === 0 || ((query.slotTypes >> announce.slotType) & 1) === 1) &&
    (query.ageGroup === 3 || announce.ageGroup === 2 || announce.ageGroup === query.ageGroup) &&
    announce.starts.some((start) => start >= from && start < to)
  );
};

export const createQueryDesk = (context: Context, rules: QueryRules): QueryDesk => {
  const { peers, slots, identities } = rules;
  const paths = new Map<number, Path>();
  const askers = createKeyedBuckets(QUERY_RATE, MAX_ASKERS);
  context.tables.add('queries', MAX_PATHS, () => paths.size);
  context.tables.add('askers', MAX_ASKERS, askers.size);

  const remember = (id: number, back: LinkId | undefined): Result<null> => {
    for (const [other, path] of paths) if (path.until <= context.now()) paths.delete(other);
    if (paths.has(id)) return refuse('replayed');
    if (paths.size >= MAX_PATHS) return refuse('over-capacity');
    paths.set(id, { back, until: (context.now() + PATH_LIFE) as Millis });
    return ok(null);
  };

  const answer = (query: SlotQuery, largest: number): Uint8Array[] => {
    const identityRecords = new Map<string, Uint8Array>();
    const announcements: Uint8Array[] = [];
    let bytes = 6;
    for (const id of slots.store.ids()) {
      const raw = slots.store.byId(id);
      const decoded = raw === undefined ? undefined : decodeAnnounce(raw);
      if (raw === undefined || !decoded?.ok || !matches(decoded.value.message, query)) continue;
      const announce = decoded.value.message;
      const identity = identities.get(announce.address);
      if (identity === undefined) continue;
      const added = raw.length + 2 + (identityRecords.has(announce.address) ? 0 : identity.raw.length + 2);
      const full = announcements.length + identityRecords.size + 2 > MAX_RESPONSE_RECORDS;
      if (full || bytes + added > largest || announcements.length >= query.maxResults) break;
      bytes += added;
      identityRecords.set(announce.address, identity.raw);
      announcements.push(raw);
    }
    return [...identityRecords.values(), ...announcements];
  };

  const pass = (query: SlotQuery, except: Peer): void => {
    if (query.hops >= MAX_HOPS) return;
    const next = encodeQuery({ ...query, hops: query.hops + 1 });
    if (!next.ok) return;
    for (const peer of peers.ready()) if (peer !== except && !peer.can.syncs) context.send(peer.link, next.value, true);
  };

  return {
    ask: (wanted) => {
      const id = Math.floor(context.random.fraction() * 2 ** 32);
      const query = encodeQuery({ kind: 'query', ...wanted, id, hops: 0, reserved: 0 });
      if (!query.ok) return query;
      const remembered = remember(id, undefined);
      if (!remembered.ok) return remembered;
      for (const peer of peers.ready().filter((other) => !other.can.syncs)) {
        const at = (context.now() + context.random.integer(MAX_DELAY)) as Millis;
        context.timers.set(`query ${id} ${peer.link}`, at, () => context.send(peer.link, query.value, true));
      }
      return ok(id);
    },
    onQuery: (peer, frame) => {
      const query = decodeQuery(frame);
      if (!query.ok) return context.refused(query.code);
      if (!askers.take(peer.remote, context.now())) return context.refused('rate-limited');
      const remembered = remember(query.value.id, peer.link);
      if (!remembered.ok) return context.refused(remembered.code);
      const records = answer(query.value, peer.can.largest);
      if (records.length > 0) {
        const response = encodeResponse({ kind: 'response', queryId: query.value.id, records });
        if (response.ok) context.send(peer.link, response.value, true);
      }
      pass(query.value, peer);
    },
    onResponse: (_peer, frame) => {
      const response = decodeResponse(frame);
      if (!response.ok) {
        context.refused(response.code);
        return [];
      }
      const path = paths.get(response.value.queryId);
      if (path === undefined || path.until <= context.now()) {
        context.refused('not-found');
        return [];
      }
      if (path.back === undefined) return response.value.records;
      const back = peers.get(path.back);
      if (back !== undefined && frame.length > back.can.largest) context.refused('too-large');
      else context.send(path.back, frame, true);
      return [];
    },
    close: (link) => {
      for (const [id, path] of paths) if (path.back === link) paths.delete(id);
    },
  };
};
