/**
 * When this station says what it has: soon after somebody was heard who does not hear it, again and ever more seldom as long as
 * nobody is heard at all, and else every ten minutes.
 */
import type { Millis } from '#core/brand.ts';
import { encodeBeacon } from '#core/radio/air/beacon.ts';
import type { AirNeighbours } from '#engine/air/air-neighbours.ts';
import type { Goods } from '#engine/air/goods.ts';
import type { SendOnAir } from '#engine/air/send.ts';
import type { Context } from '#engine/context.ts';

export interface Beaconing {
  /** Somebody waits for it. */
  soon(): void;
  /** Somebody can be told at leisure. */
  later(): void;
  /** Now, for somebody who hears it can tell what is lacking here. False: it was said a short time ago. */
  now(): boolean;
  /** A frame came. */
  heard(): void;
  stop(): void;
}

export interface BeaconingRules {
  readonly neighbours: AirNeighbours;
  readonly goods: Goods;
  readonly send: SendOnAir;
  /** Little may be sent: whoever waits for a beacon waits longer, or anybody could make this station spend the rest. */
  readonly isScarce: () => boolean;
}

const TIMER = 'air beacon';
const USUAL = 540_000;
const USUAL_SPREAD = 120_000;
/** Two stations that meet do not speak at once. Who is at the internet is waited for. */
const SOON = 500;
const SOON_SPREAD = 3_000;
const ROOTED_SOON = 200;
const ROOTED_SPREAD = 800;
const LATER = 60_000;
const LATER_SPREAD = 60_000;
const APART = 20_000;
/** So long after a beacon that nothing follows it is said again, and after twice as long once more. */
const UNHEARD = 5_000;
const UNHEARD_SPREAD = 2_000;
const LIFE = 120_000 as Millis;

export const createBeaconing = (context: Context, { neighbours, goods, send, isScarce }: BeaconingRules): Beaconing => {
  let lastAt = Number.NEGATIVE_INFINITY;
  /** The last beacon may have reached nobody; and how many before it. */
  let isUnheard = false;
  let tries = 0;

  const pause = (): number => {
    if (tries === 0) return USUAL + context.random.integer(USUAL_SPREAD);
    return Math.min(UNHEARD * 2 ** (tries - 1), USUAL) + context.random.integer(UNHEARD_SPREAD);
  };
  const speak = (): void => {
    const { way, via } = neighbours.way();
    const body = encodeBeacon({ way, via, hears: neighbours.hears(), regions: goods.regions() });
    send('beacon', body, 'beacon', LIFE);
    lastAt = context.now();
    isUnheard = neighbours.all().length === 0;
    tries = isUnheard ? tries + 1 : 0;
    context.timers.set(TIMER, (lastAt + pause()) as Millis, speak);
  };
  const within = (wait: number): void =>
    context.timers.atLatest(TIMER, Math.max(context.now() + wait, lastAt + APART) as Millis, speak);

  const later = (): void => within(LATER + context.random.integer(LATER_SPREAD));

  return {
    soon: () => {
      if (isScarce()) return later();
      const [least, spread] = neighbours.way().way === 0 ? [ROOTED_SOON, ROOTED_SPREAD] : [SOON, SOON_SPREAD];
      within(least + context.random.integer(spread));
    },
    later,
    now: () => {
      if (context.now() < lastAt + LATER) return false;
      speak();
      return true;
    },
    heard: () => {
      if (!isUnheard) return;
      isUnheard = false;
      tries = 0;
      context.timers.set(TIMER, (context.now() + pause()) as Millis, speak);
    },
    stop: () => {
      lastAt = Number.NEGATIVE_INFINITY;
      isUnheard = false;
      tries = 0;
      context.timers.cancel(TIMER);
    },
  };
};
