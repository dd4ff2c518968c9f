/** Time for what waits, rests and grows old: it does not go back when somebody sets the clock back. */
import type { Millis } from '#core/brand.ts';
import type { Context } from '#engine/context.ts';

/** The same context with such a time; its timers take it, too. */
export const withForwardTime = (context: Context): Context => {
  let last = context.now();
  /** How far the clock was set back so far. */
  let behind = 0;
  const now = (): Millis => {
    const at = context.now();
    if (at < last) behind += last - at;
    last = at;
    return (at + behind) as Millis;
  };
  const onClock = (at: Millis): Millis => {
    now();
    return (at - behind) as Millis;
  };
  const { timers } = context;
  return {
    ...context,
    now,
    timers: {
      ...timers,
      set: (name, at, fire) => timers.set(name, onClock(at), fire),
      atLatest: (name, at, fire) => timers.atLatest(name, onClock(at), fire),
    },
  };
};
