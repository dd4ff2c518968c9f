import type { LinkId, Millis } from '#core/brand.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type Announce, decodeAnnounce } from '#core/wire/announce.ts';
import { decodeQuery, encodeQuery, type SlotQuery, type SlotQuestion } from '#core/wire/query.ts';
import { decodeResponse, encodeResponse } from '#core/wire/response.ts';
import type { Context } from '#engine/context.ts';
import { type AnswerRoom, type AnswerSources, answerQuery } from '#engine/fapp/query-answer.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import { createKeyedBuckets, type Rate } from '#engine/token-bucket.ts';

/**
 * SlotQuery and SlotResponse: for links that cannot carry all announcements. A query has a random id and nobody's name;
 * it goes over narrow links towards whoever knows more, and answers come back along the path that it came
 * (docs/protocol/query.md).
 */
export interface QueryDesk {
  /**
   * Asks over the narrow links that this node dialled, each after a random delay; gives the id, which is made here. `wrong-state`
   * without such a link, `rate-limited` when it is asked more often than anybody would answer.
   */
  ask(question: SlotQuestion): Result<number>;
  /** What the newest answer to a question of ours brought; undefined while there is none, or it is forgotten. */
  answered(id: number): Answered | undefined;
  onQuery(peer: Peer, frame: Uint8Array): void;
  /** The records inside, when the answer is ours; it is passed on when it is not. */
  onResponse(peer: Peer, frame: Uint8Array): readonly Uint8Array[];
  close(link: LinkId): void;
}

/** Announcements. */
export interface Answered {
  readonly came: number;
  /** Of them, those of offers that were not here before. */
  readonly fresh: number;
}

export interface QueryRules extends AnswerSources {
  readonly peers: PeerTable;
}

const MAX_PATHS = 1_024;
const PATH_LIFE = 60_000;
/** Over radio an answer may have to wait for airtime at each hop. */
const NARROW_PATH_LIFE = 600_000;
const MAX_DELAY = 2_000;
/** From one connecting address: an answer looks through everything that is kept. */
const QUERY_RATE: Rate = { burst: 20, perSecond: 0.5 };
/** From one station: an answer takes up to seven seconds of air at each hop. */
const NARROW_RATE: Rate = { burst: 3, perSecond: 1 / 300 };
const MAX_ASKERS = 4_096;
/** Nine frames of a radio, where a practice takes two or three. */
const MAX_NARROW_ANSWER = 2_048;
/** To one question: more than stations nearer to the internet are asked. */
const MAX_ANSWERS = 4;
const SELF = '';

interface Path {
  /** Undefined: we asked. */
  readonly back: Peer | undefined;
  /** Nobody else answers: a question can be heard by all who listen. */
  readonly asked: readonly Peer[];
  readonly until: Millis;
  answers: number;
  answered: Answered | undefined;
}

/** What no register vouches for is not worth airtime. */
const roomFor = ({ can }: Peer): AnswerRoom =>
  can.syncs
    ? { maxBytes: can.largest, minTrust: 0 }
    : { maxBytes: Math.min(can.largest, MAX_NARROW_ANSWER), minTrust: 1 };

export const createQueryDesk = (context: Context, rules: QueryRules): QueryDesk => {
  const { peers } = rules;
  const paths = new Map<number, Path>();
  const askers = createKeyedBuckets(QUERY_RATE, MAX_ASKERS);
  const narrowAskers = createKeyedBuckets(NARROW_RATE, MAX_ASKERS);
  context.tables.add('queries', MAX_PATHS, () => paths.size);
  context.tables.add('askers', 2 * MAX_ASKERS, () => askers.size() + narrowAskers.size());

  /** Whoever dials over a narrow link looks for more than it has. */
  const knowMore = (): Peer[] => peers.ready().filter((peer) => !peer.can.syncs && peer.dialled);
  const live = (id: number): Path | undefined => {
    const path = paths.get(id);
    return path !== undefined && path.until > context.now() ? path : undefined;
  };
  const remember = (id: number, back: Peer | undefined, asked: readonly Peer[]): Result<null> => {
    for (const [other, path] of paths) if (path.until <= context.now()) paths.delete(other);
    if (paths.has(id)) return refuse('replayed');
    if (paths.size >= MAX_PATHS) return refuse('over-capacity');
    const life = back?.can.syncs ? PATH_LIFE : NARROW_PATH_LIFE;
    paths.set(id, { back, asked, until: (context.now() + life) as Millis, answers: 0, answered: undefined });
    return ok(null);
  };
  const answer = (peer: Peer, query: SlotQuery): void => {
    const records = answerQuery(rules, query, context.now(), roomFor(peer));
    // Who waits for minutes is told that there is nothing.
    if (records.length === 0 && peer.can.syncs) return;
    const response = encodeResponse({ kind: 'response', queryId: query.id, records });
    if (response.ok) context.send(peer.link, response.value, peer.can.syncs);
  };
  const pass = (query: SlotQuery, towards: readonly Peer[]): void => {
    const next = encodeQuery({ ...query, hops: query.hops + 1 });
    if (next.ok) for (const { link } of towards) context.send(link, next.value, true);
  };

  return {
    ask: (question) => {
      const id = Math.floor(context.random.fraction() * 2 ** 32);
      const query = encodeQuery({ kind: 'query', ...question, id, hops: 0, reserved: 0 });
      if (!query.ok) return query;
      const asked = knowMore();
      if (asked.length === 0) return refuse('wrong-state');
      if (!narrowAskers.take(SELF, context.now())) return refuse('rate-limited');
      const remembered = remember(id, undefined, asked);
      if (!remembered.ok) return remembered;
      for (const { link } of asked) {
        const at = (context.now() + context.random.integer(MAX_DELAY)) as Millis;
        context.timers.set(`query ${id} ${link}`, at, () => context.send(link, query.value, true));
      }
      return ok(id);
    },
    answered: (id) => live(id)?.answered,
    onQuery: (peer, frame) => {
      const query = decodeQuery(frame);
      if (!query.ok) return context.refused(query.code);
      if (!(peer.can.syncs ? askers : narrowAskers).take(peer.remote, context.now()))
        return context.refused('rate-limited');
      const towards = query.value.hops >= MAX_HOPS ? [] : knowMore().filter((other) => other !== peer);
      const remembered = remember(query.value.id, peer, towards);
      if (!remembered.ok) return context.refused(remembered.code);
      // What a station that asks over radio does not have, whoever is nearer to the internet has; it answers alone.
      if (towards.length === 0 || peer.can.syncs) answer(peer, query.value);
      pass(query.value, towards);
    },
    onResponse: (peer, frame) => {
      const response = decodeResponse(frame);
      const path = response.ok ? live(response.value.queryId) : undefined;
      const refused = (code: RefusalCode): readonly Uint8Array[] => {
        context.refused(code);
        return [];
      };
      if (!response.ok) return refused(response.code);
      if (path === undefined || !path.asked.includes(peer)) return refused('not-found');
      if (path.answers >= MAX_ANSWERS) return refused('rate-limited');
      path.answers++;
      const { records } = response.value;
      if (path.back !== undefined) {
        if (frame.length > path.back.can.largest) return refused('too-large');
        context.send(path.back.link, frame, path.back.can.syncs);
        return [];
      }
      const came = records.map(decodeAnnounce).flatMap((record) => (record.ok ? [record.value.message] : []));
      const isNew = ({ address, offer }: Announce): boolean => rules.slots.store.get(address, offer) === undefined;
      path.answered = { came: came.length, fresh: came.filter(isNew).length };
      context.notify('slots');
      return records;
    },
    close: (link) => {
      for (const [id, path] of paths) if (path.back?.link === link) paths.delete(id);
    },
  };
};
