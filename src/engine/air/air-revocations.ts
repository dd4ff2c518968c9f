/**
 * Revocation lists on the air: without them a practice that lost its credential is vouched for where there is no internet. Few,
 * seldom new and long: whoever has no internet says now and then how new its own are, and gets what is newer in pieces.
 */
import type { Millis, StationId, WireMinute } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { type PinnedRegistrar, registrarId } from '#core/domain/trust.ts';
import { encodeAsk, type ListDates, MAX_LISTS, prefixOf } from '#core/radio/air/ask.ts';
import type { AirNeighbours } from '#engine/air/air-neighbours.ts';
import { freshGood, isLacked, MAX_SENDERS, wasAired } from '#engine/air/good.ts';
import { heardPieceOf, type ObjectGood, objectGood, prefixOfPiece } from '#engine/air/issuer-goods.ts';
import type { SendOnAir } from '#engine/air/send.ts';
import type { Context } from '#engine/context.ts';
import type { RevocationBook } from '#engine/records/revocation-book.ts';

export interface AirRevocations {
  opened(): void;
  stop(): void;
  /** Of whatever object it is. */
  heardPiece(body: Uint8Array, from: StationId): void;
  /** Somebody said how new its lists are. */
  asked(ask: ListDates): void;
  /** All that are here. */
  goods(): Iterable<ObjectGood>;
}

export interface AirRevocationsRules {
  readonly book: Pick<RevocationBook, 'all'>;
  readonly registrars: readonly PinnedRegistrar[];
  readonly neighbours: AirNeighbours;
  /** Pieces of something have come, and not enough of them. */
  readonly isUnfinished: () => boolean;
  readonly send: SendOnAir;
}

const TIMER = 'air revocations';
/** Sooner nobody asks again, and while something is coming in pieces that often; else ever more seldom. */
const FIRST_PAUSE = 300_000;
const SPREAD = 120_000;
const MAX_PAUSE = 21_600_000;
/** What was on the air so short a time ago is not sent again. */
const JUST_AIRED = 240_000;
/** As announcements: who is at the internet answers at once; of several others who heard something new the first passes it on. */
const FIRST_ANSWER = 2_000;
const ANSWER_SPREAD = 10_000;
/** Objects of which it is remembered who sent pieces. */
const MAX_HEARD = 64;
const LIFE = 600_000 as Millis;

export const createAirRevocations = (
  context: Context,
  { book, registrars, neighbours, isUnfinished, send }: AirRevocationsRules,
): AirRevocations => {
  /** By registrar. */
  const goods = new Map<string, { readonly good: ObjectGood; readonly issued: WireMinute }>();
  const heardFrom = new Map<string, Set<StationId>>();
  let askedAt = Number.NEGATIVE_INFINITY;
  let tries = 0;
  context.tables.add('senders of objects on the air', MAX_HEARD, () => heardFrom.size);

  const isRooted = (): boolean => neighbours.way().way === 0;
  const later = (): Millis => (context.now() + FIRST_ANSWER + context.random.integer(ANSWER_SPREAD)) as Millis;
  /** What came since this was looked at last is new to others, too. */
  const look = (): void => {
    for (const { list, raw, id } of book.all()) {
      const registrar = toHex(list.registrar);
      if (goods.get(registrar)?.good.id === id) continue;
      const good = objectGood(freshGood(context.now(), context.random.fraction()), { id, raw });
      const senders = heardFrom.get(good.prefix) ?? new Set();
      if (senders.size > 0) wasAired(good, context.now());
      if (neighbours.mayLack(undefined, senders)) isLacked(good, later());
      goods.set(registrar, { good, issued: list.issued });
      tries = 0;
    }
  };
  const dates = (): ListDates['lists'] =>
    registrars.slice(0, MAX_LISTS).map(({ publicKey }) => {
      const registrar = toHex(registrarId(publicKey));
      return { registrar: prefixOf(registrar), issued: goods.get(registrar)?.issued ?? (0 as WireMinute) };
    });
  const askIn = (ms: number): void =>
    context.timers.set(TIMER, (context.now() + ms + context.random.integer(SPREAD)) as Millis, ask);
  const ask = (): void => {
    look();
    if (registrars.length === 0) return;
    if (isRooted() || neighbours.all().length === 0) return askIn(FIRST_PAUSE);
    send('ask', encodeAsk({ what: 'revocations', lists: dates() }), 'ask', LIFE);
    askedAt = context.now();
    tries = isUnfinished() ? 0 : tries + 1;
    askIn(Math.min(FIRST_PAUSE * 2 ** tries, MAX_PAUSE));
  };

  return {
    opened: () => {
      const at = context.now() + SPREAD + context.random.integer(SPREAD);
      context.timers.atLatest(TIMER, at as Millis, ask);
    },
    stop: () => context.timers.cancel(TIMER),
    heardPiece: (body, from) => {
      const prefix = prefixOfPiece(body);
      const senders = heardFrom.get(prefix) ?? new Set();
      if (senders.size < MAX_SENDERS) senders.add(from);
      heardFrom.delete(prefix);
      heardFrom.set(prefix, senders);
      const [oldest] = heardFrom.keys();
      if (heardFrom.size > MAX_HEARD && oldest !== undefined) heardFrom.delete(oldest);
      for (const { good } of goods.values()) heardPieceOf(good, body, neighbours.yieldsTo(from), context.now());
    },
    asked: ({ lists }) => {
      look();
      for (const { registrar, issued } of lists) {
        for (const [name, ours] of goods) {
          if (prefixOf(name) !== registrar) continue;
          const isRecent = ours.good.rounds > 0 && context.now() - ours.good.airedAt < JUST_AIRED;
          if (ours.issued > issued && !isRecent) isLacked(ours.good, isRooted() ? context.now() : later());
        }
      }
      const isBehind = dates().some((ours) =>
        lists.some(({ registrar, issued }) => registrar === ours.registrar && issued > ours.issued),
      );
      if (isBehind && context.now() - askedAt > FIRST_PAUSE) context.timers.atLatest(TIMER, later(), ask);
    },
    goods: () => {
      look();
      return Array.from(goods.values(), ({ good }) => good);
    },
  };
};
