/**
 * When a visitor has gone: a minute without a touch, of which the last seconds are counted aloud. Pure; times in
 * milliseconds of a clock that does not jump. Before the first touch nobody is there, and nothing is counted.
 */
export const IDLE_AFTER = 60_000;
/** Twenty seconds to say that one is still there (WCAG 2.2, 2.2.1). */
export const WARNED_FOR = 20_000;
/** Where a code stands that comes back nowhere: three minutes to write it down, before the counting begins. */
export const IDLE_AFTER_CODE = 180_000 + WARNED_FOR;

export type IdleState =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'here' }
  /** Whole seconds until the end, 1 at least. */
  | { readonly kind: 'warned'; readonly seconds: number }
  | { readonly kind: 'gone' };

/** `idleAfter`: how long without a touch until the visitor has gone, the counted seconds included. */
export const idleState = (touchedAt: number | undefined, now: number, idleAfter = IDLE_AFTER): IdleState => {
  if (touchedAt === undefined) return { kind: 'nobody' };
  const left = touchedAt + idleAfter - now;
  if (left <= 0) return { kind: 'gone' };
  return left > WARNED_FOR ? { kind: 'here' } : { kind: 'warned', seconds: Math.ceil(left / 1_000) };
};
