/** When this station says what it has: soon after somebody new was heard or something came, and else every ten minutes. */
import type { Millis } from '#core/brand.ts';
import { encodeBeacon } from '#core/radio/air/beacon.ts';
import type { SendOnAir } from '#engine/air/air.ts';
import type { AirNeighbours } from '#engine/air/air-neighbours.ts';
import type { Goods } from '#engine/air/goods.ts';
import type { Context } from '#engine/context.ts';

export interface Beaconing {
  /** Somebody waits for it. */
  soon(): void;
  /** What it would say has changed. */
  changed(): void;
  stop(): void;
}

export interface BeaconingRules {
  readonly neighbours: AirNeighbours;
  readonly goods: Goods;
  readonly send: SendOnAir;
}

const TIMER = 'air beacon';
const USUAL = 540_000;
const USUAL_SPREAD = 120_000;
/** Two stations that meet do not speak at once. */
const SOON = 500;
const SOON_SPREAD = 3_000;
/** Changes come in crowds. */
const AFTER_CHANGE = 60_000;
const APART = 20_000;
const LIFE = 120_000 as Millis;

export const createBeaconing = (context: Context, { neighbours, goods, send }: BeaconingRules): Beaconing => {
  let lastAt = Number.NEGATIVE_INFINITY;

  const speak = (): void => {
    lastAt = context.now();
    const body = encodeBeacon({ ...neighbours.way(), hears: neighbours.hears(), regions: goods.regions() });
    send('beacon', body, 'beacon', LIFE);
    context.timers.set(TIMER, (lastAt + USUAL + context.random.integer(USUAL_SPREAD)) as Millis, speak);
  };
  const within = (wait: number): void =>
    context.timers.atLatest(TIMER, Math.max(context.now() + wait, lastAt + APART) as Millis, speak);

  return {
    soon: () => within(SOON + context.random.integer(SOON_SPREAD)),
    changed: () => within(AFTER_CHANGE),
    stop: () => {
      lastAt = Number.NEGATIVE_INFINITY;
      context.timers.cancel(TIMER);
    },
  };
};
