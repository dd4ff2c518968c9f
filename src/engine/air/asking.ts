/**
 * What this station lacks, and when it says so: once whoever sends is done, and each question ever more seldom as long as nothing
 * comes of it. Announcements and the keys of those that wait for one first, then who is behind them.
 */
import type { Millis, NodeAddress, Region } from '#core/brand.ts';
import {
  type AirAsk,
  encodeAsk,
  isOfPart,
  type ListDates,
  MAX_MARKS,
  MAX_PART_BITS,
  MAX_PREFIXES,
  markOf,
  prefixOf,
  SALT_BYTES,
} from '#core/radio/air/ask.ts';
import type { RegionDigest } from '#core/radio/air/beacon.ts';
import type { AirNeighbours, AirNeighbourView } from '#engine/air/air-neighbours.ts';
import type { Beaconing } from '#engine/air/beaconing.ts';
import type { Goods } from '#engine/air/goods.ts';
import { createPace } from '#engine/air/pace.ts';
import type { SendOnAir } from '#engine/air/send.ts';
import type { Unjudged } from '#engine/air/unjudged.ts';
import type { Context } from '#engine/context.ts';

export interface Asking {
  /** Records, keys or pieces were on the air. */
  heard(kind: 'records' | 'keys' | 'piece'): void;
  /** Something of it was new: what was asked for comes, and the next question need not wait as long. */
  gained(what: 'announcements' | 'keys' | 'identities'): void;
  /** A neighbour said what it has. */
  compare(): void;
  /** Somebody asked: the answer may be ours as well. */
  othersAsked(what: Exclude<AirAsk, ListDates>['what']): void;
  lacking(): { readonly keys: number; readonly identities: number };
  stop(): void;
}

export interface AskingRules {
  readonly neighbours: AirNeighbours;
  readonly goods: Goods;
  readonly unjudged: Unjudged;
  readonly beaconing: Pick<Beaconing, 'now'>;
  readonly send: SendOnAir;
}

const TIMER = 'air ask';
/** Two who lack the same do not ask at once. */
const SPREAD = 1_500;
/** Who knew the region before and hears of something else waits: what is new may be on its way. */
const NEWS_ON_THE_WAY = 45_000;
/** Until the answer is over at least, even of a station that lets others answer first. */
const FIRST_PAUSE = 15_000;
/** What comes later comes for another reason. */
const ANSWERED_WITHIN = 30_000;
const MAX_PAUSE = 900_000;
/** So often in vain, announcements and keys no longer hold up identity records. */
const VAIN_TRIES = 5;
/** And so often that what a neighbour said must be said again, where the region was known before. */
const TRIES_A_WORD = 2;
/** Where the region was known before, what a neighbour said long ago says little about now. */
const WORD_LASTS = 120_000;
const LIFE = 60_000 as Millis;

/** One question: how often nothing came of it, and when it may be asked again. */
interface Question {
  readonly askedAt: Millis;
  readonly tries: number;
  readonly notBefore: number;
}

interface Lacks {
  readonly regions: readonly RegionDigest[];
  readonly keys: readonly NodeAddress[];
  readonly identities: readonly NodeAddress[];
}

const nameOf = (region: Region): string => `region ${region}`;

export const createAsking = (
  context: Context,
  { neighbours, goods, unjudged, beaconing, send }: AskingRules,
): Asking => {
  const questions = new Map<string, Question>();
  const pace = createPace();
  /** Of identity records the last piece, or what somebody asked for. */
  let pieceAt = Number.NEGATIVE_INFINITY;
  let othersAt = Number.NEGATIVE_INFINITY;
  /** A neighbour had what is here; and since when one has something else. */
  let wasEven = false;
  let comparedAt = Number.NEGATIVE_INFINITY;

  const isNearer = ({ beacon }: AirNeighbourView): boolean => {
    const { way } = neighbours.way();
    return way === undefined || (beacon?.way !== undefined && beacon.way < way);
  };
  /** Neighbours that have what is not here, and no less, for who has less asks us; or that have not said what they have. */
  const ahead = ({ region, count }: RegionDigest): readonly AirNeighbourView[] => {
    const said = (one: AirNeighbourView): RegionDigest | undefined =>
      one.beacon?.regions.find((their) => their.region === region);
    const all = neighbours.all();
    const isEven = all.some((one) => {
      const theirs = said(one);
      return theirs !== undefined && goods.isSame(theirs);
    });
    return all.filter((one) => {
      const theirs = said(one);
      if (theirs === undefined) return one.beacon === undefined && !isEven;
      if (wasEven && (one.saidAt ?? 0) < context.now() - WORD_LASTS) return false;
      // Who is no nearer to the internet is likely to be behind, unless it has more.
      return theirs.count >= count + (isNearer(one) ? 0 : 1) && !goods.covers(theirs);
    });
  };
  /** What one said long ago may no longer be so: after some questions in vain it must say it once more. */
  const isWorthAsking = (digest: RegionDigest): boolean => {
    const question = questions.get(nameOf(digest.region));
    if (question === undefined || question.tries < (wasEven ? TRIES_A_WORD : VAIN_TRIES)) return true;
    return ahead(digest).some(({ saidAt }) => saidAt === undefined || saidAt > question.askedAt);
  };
  const lacks = (): Lacks => {
    const behind = goods.regions().filter((digest) => neighbours.listensTo(digest.region) && ahead(digest).length > 0);
    const waiting = unjudged.waiting();
    const identities = new Set(waiting.nameless);
    for (const { address, identity } of goods.issuers()) {
      if (identity === undefined && !waiting.named.has(address)) identities.add(address);
    }
    return {
      regions: behind,
      keys: [...new Set([...waiting.keyless, ...goods.keyless()])],
      identities: [...identities],
    };
  };

  const mayAsk = (name: string): boolean => context.now() >= (questions.get(name)?.notBefore ?? 0);
  const isInVain = (name: string): boolean => (questions.get(name)?.tries ?? 0) >= VAIN_TRIES;
  const asked = (name: string): void => {
    const tries = questions.get(name)?.tries ?? 0;
    const pause = Math.min(Math.max(FIRST_PAUSE, 2 * pace.quiet()) * 2 ** tries, MAX_PAUSE);
    questions.set(name, { askedAt: context.now(), tries: tries + 1, notBefore: context.now() + pause });
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
    const behind = regions.find((one) => mayAsk(nameOf(one.region)) && isWorthAsking(one));
    if (behind !== undefined) {
      const isFirst = !questions.has(nameOf(behind.region));
      asked(nameOf(behind.region));
      // Where little is lacking, whoever has it knows what from the digest.
      if (!(wasEven && isFirst && beaconing.now())) tellHoldings(behind.region);
    }
    if (keys.length > 0 && mayAsk('keys')) askWhose('keys', keys);
  };
  const askNames = ({ regions, keys, identities }: Lacks): void => {
    const waits =
      (!wasEven && regions.some(({ region }) => !isInVain(nameOf(region)))) || (keys.length > 0 && !isInVain('keys'));
    if (waits || identities.length === 0 || !mayAsk('identities')) return;
    if (context.now() >= pieceAt + pace.quiet()) askWhose('identities', identities);
  };
  const forgetAnswered = ({ regions, keys, identities }: Lacks): void => {
    const open = new Set(regions.map(({ region }) => nameOf(region)));
    if (keys.length > 0) open.add('keys');
    if (identities.length > 0) open.add('identities');
    for (const name of questions.keys()) if (!open.has(name)) questions.delete(name);
  };

  /** A station that has something of its regions is in no hurry. */
  const settledAt = (): number => (wasEven ? comparedAt + NEWS_ON_THE_WAY : comparedAt);
  const look = (): void => {
    const now = lacks();
    forgetAnswered(now);
    const isLacking = now.regions.length + now.keys.length + now.identities.length > 0;
    if (!isLacking || neighbours.all().length === 0) return;
    const quietAt = Math.max(
      pace.heardAt() + pace.quiet(),
      othersAt + Math.max(wasEven ? NEWS_ON_THE_WAY : FIRST_PAUSE, pace.quiet()),
      settledAt(),
    );
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
      if (kind === 'piece') pieceAt = Math.max(pieceAt, context.now());
      else pace.heard(context.now());
      lookSoon();
    },
    gained: (what) => {
      for (const [name, { askedAt }] of questions) {
        const isMeant = what === 'announcements' ? name.startsWith('region') : name === what;
        if (isMeant && context.now() - askedAt < ANSWERED_WITHIN) questions.delete(name);
      }
    },
    compare: () => {
      if (lacks().regions.length === 0) wasEven = true;
      else if (wasEven && comparedAt + NEWS_ON_THE_WAY < context.now()) comparedAt = context.now();
      lookSoon();
    },
    othersAsked: (what) => {
      if (what === 'identities') pieceAt = context.now() + NEWS_ON_THE_WAY;
      else othersAt = context.now();
    },
    lacking: () => {
      const { keys, identities } = lacks();
      return { keys: keys.length, identities: identities.length };
    },
    stop: () => {
      questions.clear();
      pace.clear();
      context.timers.cancel(TIMER);
    },
  };
};
