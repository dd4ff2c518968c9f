/**
 * What this station lacks, and when it says so: once nothing new has come for a while, one question at a time, and each ever more
 * seldom as long as nothing comes of it. Announcements first, then the keys of those that wait for one, then who is behind them.
 */
import type { Millis, NodeAddress, Region } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import {
  encodeAsk,
  isOfPart,
  MAX_MARKS,
  MAX_PART_BITS,
  MAX_PREFIXES,
  markOf,
  prefixOf,
  SALT_BYTES,
} from '#core/radio/air/ask.ts';
import type { RegionDigest } from '#core/radio/air/beacon.ts';
import type { SendOnAir } from '#engine/air/air.ts';
import type { AirNeighbours } from '#engine/air/air-neighbours.ts';
import type { Goods } from '#engine/air/goods.ts';
import type { Context } from '#engine/context.ts';
import type { Parts } from '#engine/parts.ts';

export interface Asking {
  /** Something came. */
  gained(): void;
  /** A neighbour said what it has. */
  compare(): void;
  lacking(): { readonly keys: number; readonly identities: number };
  stop(): void;
}

export interface AskingRules {
  readonly parts: Parts;
  readonly neighbours: AirNeighbours;
  readonly goods: Goods;
  readonly send: SendOnAir;
}

const TIMER = 'air ask';
/** So long nothing new must have come: whoever sends in turn may not be done. */
const QUIET = 15_000;
const QUIET_SPREAD = 5_000;
const FIRST_PAUSE = 45_000;
const MAX_PAUSE = 900_000;
const LIFE = 60_000 as Millis;

/** One question, and when it may be asked again. */
interface Question {
  pause: number;
  notBefore: number;
}

export const createAsking = (context: Context, { parts, neighbours, goods, send }: AskingRules): Asking => {
  const questions = new Map<string, Question>();
  let gainedAt = Number.NEGATIVE_INFINITY;

  /** Somebody has something else of the region, and no less: who has less asks us. */
  const hasMore = ({ region, count, digest }: RegionDigest): boolean =>
    neighbours
      .all()
      .some(({ beacon }) =>
        beacon?.regions.some((one) => one.region === region && one.count >= count && !equalBytes(one.digest, digest)),
      );
  const unlike = (): Region[] =>
    goods
      .regions()
      .filter((digest) => neighbours.listensTo(digest.region) && hasMore(digest))
      .map(({ region }) => region);
  const withoutKey = (): NodeAddress[] => [
    ...new Set(Array.from(parts.records.airRoom.parked.values(), ({ issuer }) => issuer)),
  ];
  const withoutIdentity = (): NodeAddress[] => {
    const found: NodeAddress[] = [];
    for (const { address, identity } of goods.issuers()) if (identity === undefined) found.push(address);
    return found;
  };

  const mayAsk = (name: string): boolean => context.now() >= (questions.get(name)?.notBefore ?? 0);
  const asked = (name: string): void => {
    const before = questions.get(name);
    const pause = before === undefined ? FIRST_PAUSE : Math.min(before.pause * 2, MAX_PAUSE);
    questions.set(name, { pause, notBefore: context.now() + pause });
  };
  const sendAsk = (ask: Parameters<typeof encodeAsk>[0]): void => send('ask', encodeAsk(ask), 'ask', LIFE);

  /** One part of what is here of a region, another one each time. */
  const tellHoldings = (region: Region): void => {
    const ids = goods.ids(region);
    let bits = 0;
    while (bits < MAX_PART_BITS && ids.length > MAX_MARKS * 0.75 * 2 ** bits) bits++;
    const part = context.random.integer(2 ** bits);
    const salt = context.random.bytes(SALT_BYTES);
    const marks = ids.filter((id) => isOfPart(id, { bits, part })).map((id) => markOf(salt, id));
    sendAsk({ what: 'announcements', region, bits, part, salt, marks: marks.slice(0, MAX_MARKS) });
  };
  const askWhose = (what: 'keys' | 'identities', addresses: readonly NodeAddress[]): void =>
    sendAsk({ what, prefixes: addresses.slice(0, MAX_PREFIXES).map(prefixOf) });

  /** The first that may be asked. */
  const ask = (): boolean => {
    for (const region of unlike()) {
      if (!mayAsk(`region ${region}`)) continue;
      asked(`region ${region}`);
      tellHoldings(region);
      return true;
    }
    for (const [what, addresses] of [
      ['keys', withoutKey()],
      ['identities', withoutIdentity()],
    ] as const) {
      if (addresses.length === 0 || !mayAsk(what)) continue;
      asked(what);
      askWhose(what, addresses);
      return true;
    }
    return false;
  };
  const lacksSomething = (): boolean =>
    unlike().length + withoutKey().length + withoutIdentity().length > 0 && neighbours.all().length > 0;
  const forgetAnswered = (): void => {
    const open = new Set([...unlike().map((region) => `region ${region}`)]);
    if (withoutKey().length > 0) open.add('keys');
    if (withoutIdentity().length > 0) open.add('identities');
    for (const name of questions.keys()) if (!open.has(name)) questions.delete(name);
  };

  const look = (): void => {
    forgetAnswered();
    if (!lacksSomething()) return;
    const quietAt = gainedAt + QUIET;
    if (context.now() < quietAt) return lookAt(quietAt);
    ask();
    lookAt(context.now() + QUIET);
  };
  const lookAt = (at: number): void =>
    context.timers.set(TIMER, (at + context.random.integer(QUIET_SPREAD)) as Millis, look);
  const lookSoon = (): void =>
    context.timers.atLatest(TIMER, (context.now() + QUIET + context.random.integer(QUIET_SPREAD)) as Millis, look);

  return {
    gained: () => {
      gainedAt = context.now();
      // What was asked for comes: the next question need not wait as long.
      for (const question of questions.values()) question.pause = FIRST_PAUSE;
      lookSoon();
    },
    compare: lookSoon,
    lacking: () => ({ keys: withoutKey().length, identities: withoutIdentity().length }),
    stop: () => {
      questions.clear();
      context.timers.cancel(TIMER);
    },
  };
};
