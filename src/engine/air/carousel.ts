/**
 * Which frame goes next. What somebody lacks goes at once, announcements before keys before identity records; else what was on the
 * air longest ago, the fresh more often than the old, ever more seldom, and only while much of the airtime is left: for those
 * who listen and cannot say what they lack. Two announcements share a frame where they fit, and seven keys.
 */
import type { Millis } from '#core/brand.ts';
import type { AirKind } from '#core/radio/air/frame.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import { encodeKeys, MAX_AIR_KEYS } from '#core/radio/air/keys.ts';
import { encodeRecords, recordsLength } from '#core/radio/air/records.ts';
import type { AirNeighbours } from '#engine/air/air-neighbours.ts';
import { type Good, restsUntil } from '#engine/air/good.ts';
import type { Goods } from '#engine/air/goods.ts';
import type { KeyGood, ObjectGood } from '#engine/air/issuer-goods.ts';
import type { RecordGood } from '#engine/air/record-goods.ts';
import type { SendOnAir } from '#engine/air/send.ts';
import type { Context } from '#engine/context.ts';

export interface Carousel {
  /** Nothing waits to be sent. `left`: the share of what may be sent now of what may be sent at most. */
  idle(left: number): void;
  /** Something may be due now. */
  offer(): void;
  stop(): void;
}

export interface CarouselRules {
  readonly goods: Goods;
  /** Revocation lists: like identity records. */
  readonly lists: () => Iterable<ObjectGood>;
  readonly neighbours: Pick<AirNeighbours, 'mayRepeat'>;
  readonly send: SendOnAir;
}

const TIMER = 'air carousel';
/** Of what may be sent so much stays for what cannot wait: reservations and their answers. */
export const KEPT_FROM_LACKED = 0.15;
/** And so much of it from what nobody asked for. */
const KEPT_FROM_REPEATS = 0.5;
const FRESH_FOR = 3_600_000;
const OLD_FROM = 86_400_000;
/** How much more often than usual. */
const WEIGHTS = { fresh: 2, old: 0.5, identity: 1 / 16 } as const;
/** A frame that cannot leave for so long is as old as the next one would be. */
const LIFE = 600_000 as Millis;

const ageWeight = ({ since }: RecordGood, now: Millis): number => {
  if (now - since < FRESH_FOR) return WEIGHTS.fresh;
  return now - since > OLD_FROM ? WEIGHTS.old : 1;
};

/** A frame to be, and the goods in it. */
interface Load {
  readonly kind: AirKind;
  readonly body: Uint8Array;
  readonly goods: readonly Good[];
}

/** One of the goods with what the choice among them needs. */
interface Candidate<G extends Good> {
  readonly good: G;
  readonly isLacked: boolean;
  /** When it is due, or may be repeated: the lower, the sooner it goes. */
  readonly turn: Millis;
}

const toCandidate = <G extends Good>(good: G, weight: number, now: Millis): Candidate<G> => {
  const { dueAt } = good;
  return dueAt === undefined
    ? { good, isLacked: false, turn: restsUntil(good, weight) }
    : { good, isLacked: dueAt <= now, turn: dueAt };
};

const inTurn = <G extends Good>(one: Candidate<G>, other: Candidate<G>): number =>
  Number(other.isLacked) - Number(one.isLacked) || one.turn - other.turn || one.good.airedAt - other.good.airedAt;

/** The first, and the others that go for the same reason: what nobody lacks does not go along with what somebody does. */
const alike = <G extends Good>(sorted: readonly Candidate<G>[]): readonly G[] =>
  sorted.filter((one) => one.isLacked === sorted[0]?.isLacked).map(({ good }) => good);

/** The first, and whichever of the next still fit. */
const loadRecords = (sorted: readonly RecordGood[]): Load => {
  const chosen: RecordGood[] = [];
  for (const good of sorted) {
    const lengths = [...chosen, good].map(({ raw }) => raw.length);
    if (recordsLength(lengths) <= MAX_AIR_BODY) chosen.push(good);
  }
  return { kind: 'records', body: encodeRecords(chosen.map(({ raw }) => raw)), goods: chosen };
};
const loadKeys = (sorted: readonly KeyGood[]): Load => {
  const chosen = sorted.slice(0, MAX_AIR_KEYS);
  return { kind: 'keys', body: encodeKeys(chosen.map(({ publicKey }) => publicKey)), goods: chosen };
};

export const createCarousel = (context: Context, { goods, lists, neighbours, send }: CarouselRules): Carousel => {
  /** Undefined: something of ours waits to be sent already. */
  let left: number | undefined;

  const candidates = () => {
    const now = context.now();
    const issuers = [...goods.issuers()];
    const identities = [...issuers.flatMap(({ identity }) => identity ?? []), ...lists()];
    return {
      records: Array.from(goods.records(), (good) => toCandidate(good, ageWeight(good, now), now)).sort(inTurn),
      keys: issuers.map(({ key }) => toCandidate(key, 1, now)).sort(inTurn),
      identities: identities.map((good) => toCandidate(good, WEIGHTS.identity, now)).sort(inTurn),
    };
  };
  /** One piece; the record was on the air when all of them were, and is due until then. */
  const loadPiece = (good: ObjectGood): Load => {
    const body = good.source.piece(good.source.cycle(good.next));
    good.next++;
    const isWhole = good.next % good.source.sourcePieces === 0;
    // What is begun goes on. Nobody asked for it: its rounds count on.
    if (!isWhole) good.dueAt ??= context.now();
    return { kind: 'piece', body, goods: isWhole ? [good] : [] };
  };
  const choose = (share: number): Load | undefined => {
    const now = context.now();
    const { records, keys, identities } = candidates();
    const may = (of: Candidate<Good> | undefined): boolean =>
      of !== undefined && (of.isLacked ? share >= KEPT_FROM_LACKED : share >= KEPT_FROM_REPEATS && of.turn <= now);
    // What is lacked goes before what is repeated, whatever it is; of either, announcements before keys before records of identity.
    for (const lacked of [true, false]) {
      if (!lacked && !neighbours.mayRepeat()) break;
      const [record, key, identity] = [records[0], keys[0], identities[0]];
      if (record?.isLacked === lacked && may(record)) return loadRecords(alike(records));
      if (key?.isLacked === lacked && may(key)) return loadKeys(alike(keys));
      if (identity?.isLacked === lacked && may(identity)) return loadPiece(identity.good);
    }
    return undefined;
  };
  const waitForNext = (): void => {
    const { records, keys, identities } = candidates();
    const next = [...records, ...keys, ...identities].reduce(
      (least, { turn }) => (turn > context.now() ? Math.min(least, turn) : least),
      Number.POSITIVE_INFINITY,
    );
    if (Number.isFinite(next)) context.timers.set(TIMER, next as Millis, offer);
  };
  const offer = (): void => {
    if (left === undefined) return;
    const load = choose(left);
    if (load === undefined) return waitForNext();
    left = undefined;
    for (const good of load.goods) goods.sent(good);
    send(load.kind, load.body, 'goods', LIFE);
  };

  return {
    idle: (share) => {
      left = share;
      offer();
    },
    offer,
    stop: () => {
      left = undefined;
      context.timers.cancel(TIMER);
    },
  };
};
