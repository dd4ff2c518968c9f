/**
 * What this station lacks, and when it says so: once whoever sends is done, and each question ever more seldom as long as nothing
 * comes of it. Announcements and the keys of those that wait for one first, then who is behind them.
 */
import type { Millis, NodeAddress, Region } from '#core/brand.ts';
import {
  type AirAsk,
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
import type { AirNeighbours } from '#engine/air/air-neighbours.ts';
import type { Goods } from '#engine/air/goods.ts';
import { createPace } from '#engine/air/pace.ts';
import type { SendOnAir } from '#engine/air/send.ts';
import type { Unjudged } from '#engine/air/unjudged.ts';
import type { Context } from '#engine/context.ts';

export interface Asking {
  /** Records, keys or pieces were on the air. */
  heard(kind: 'records' | 'keys' | 'piece'): void;
  /** Something of it was new. */
  gained(): void;
  /** A neighbour said what it has. */
  compare(): void;
  /** Somebody asked: the answer may be ours as well. */
  othersAsked(): void;
  lacking(): { readonly keys: number; readonly identities: number };
  stop(): void;
}

export interface AskingRules {
  readonly neighbours: AirNeighbours;
  readonly goods: Goods;
  readonly unjudged: Unjudged;
  readonly send: SendOnAir;
}

const TIMER = 'air ask';
/** Two who lack the same do not ask at once. */
const SPREAD = 1_500;
/** Until the answer is over at least, even of a station that lets others answer first. */
const FIRST_PAUSE = 10_000;
const MAX_PAUSE = 900_000;
/** So often in vain, announcements and keys no longer hold up identity records. */
const VAIN_TRIES = 3;
const LIFE = 60_000 as Millis;

/** One question: how often nothing came of it, and when it may be asked again. */
interface Question {
  tries: number;
  notBefore: number;
}

interface Lacks {
  readonly regions: readonly Region[];
  readonly keys: readonly NodeAddress[];
  readonly identities: readonly NodeAddress[];
}

const nameOf = (region: Region): string => `region ${region}`;

export const createAsking = (context: Context, { neighbours, goods, unjudged, send }: AskingRules): Asking => {
  const questions = new Map<string, Question>();
  const pace = createPace();
  let pieceAt = Number.NEGATIVE_INFINITY;
  let othersAt = Number.NEGATIVE_INFINITY;

  /** Somebody has what is not here, and no less, for who has less asks us; or somebody sends and has not said what there is. */
  const isBehind = ({ region, count }: RegionDigest): boolean => {
    const all = neighbours.all();
    const theirs = all.flatMap(({ beacon }) => beacon?.regions.filter((one) => one.region === region) ?? []);
    if (theirs.some((one) => one.count >= count && goods.compared(one) === 'other')) return true;
    return all.some(({ beacon }) => beacon === undefined) && !theirs.some((one) => goods.compared(one) === 'same');
  };
  const lacks = (): Lacks => {
    const behind = goods.regions().filter((digest) => neighbours.listensTo(digest.region) && isBehind(digest));
    const identities: NodeAddress[] = [];
    for (const { address, identity } of goods.issuers()) if (identity === undefined) identities.push(address);
    return { regions: behind.map(({ region }) => region), keys: unjudged.issuers(), identities };
  };

  const mayAsk = (name: string): boolean => context.now() >= (questions.get(name)?.notBefore ?? 0);
  const isInVain = (name: string): boolean => (questions.get(name)?.tries ?? 0) >= VAIN_TRIES;
  const asked = (name: string): void => {
    const tries = questions.get(name)?.tries ?? 0;
    const pause = Math.min(Math.max(FIRST_PAUSE, 2 * pace.quiet()) * 2 ** tries, MAX_PAUSE);
    questions.set(name, { tries: tries + 1, notBefore: context.now() + pause });
  };
  const sendAsk = (ask: AirAsk): void => send('ask', encodeAsk(ask), 'ask', LIFE);

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
  const askWhose = (what: 'keys' | 'identities', addresses: readonly NodeAddress[]): void => {
    asked(what);
    sendAsk({ what, prefixes: addresses.slice(0, MAX_PREFIXES).map(prefixOf) });
  };

  /** The first region that may be asked for, and the keys. */
  const askFirst = ({ regions, keys }: Lacks): void => {
    const region = regions.find((one) => mayAsk(nameOf(one)));
    if (region !== undefined) {
      asked(nameOf(region));
      tellHoldings(region);
    }
    if (keys.length > 0 && mayAsk('keys')) askWhose('keys', keys);
  };
  const askNames = ({ regions, keys, identities }: Lacks): void => {
    const waits = regions.some((region) => !isInVain(nameOf(region))) || (keys.length > 0 && !isInVain('keys'));
    if (waits || identities.length === 0 || !mayAsk('identities')) return;
    if (context.now() >= pieceAt + pace.quiet()) askWhose('identities', identities);
  };
  const forgetAnswered = ({ regions, keys, identities }: Lacks): void => {
    const open = new Set(regions.map(nameOf));
    if (keys.length > 0) open.add('keys');
    if (identities.length > 0) open.add('identities');
    for (const name of questions.keys()) if (!open.has(name)) questions.delete(name);
  };

  const look = (): void => {
    const now = lacks();
    forgetAnswered(now);
    const isLacking = now.regions.length + now.keys.length + now.identities.length > 0;
    if (!isLacking || neighbours.all().length === 0) return;
    const quietAt = Math.max(pace.heardAt(), othersAt) + pace.quiet();
    if (context.now() < quietAt) return lookAt(quietAt);
    askFirst(now);
    askNames(now);
    lookAt(context.now() + pace.quiet());
  };
  const lookAt = (at: number): void => context.timers.set(TIMER, (at + context.random.integer(SPREAD)) as Millis, look);
  const lookSoon = (): void => {
    const at = Math.max(context.now(), pace.heardAt() + pace.quiet());
    context.timers.atLatest(TIMER, (at + context.random.integer(SPREAD)) as Millis, look);
  };

  return {
    heard: (kind) => {
      if (kind === 'piece') pieceAt = context.now();
      else pace.heard(context.now());
      lookSoon();
    },
    gained: () => {
      // What was asked for comes: the next question need not wait as long.
      questions.clear();
    },
    compare: lookSoon,
    othersAsked: () => {
      othersAt = context.now();
    },
    lacking: () => ({ keys: unjudged.issuers().length, identities: lacks().identities.length }),
    stop: () => {
      questions.clear();
      pace.clear();
      context.timers.cancel(TIMER);
    },
  };
};
