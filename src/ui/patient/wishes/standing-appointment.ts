import type { Millis } from '#core/brand.ts';
import { MINUTE } from '#core/domain/limits.ts';
import type { RequestView, SlotDetails } from '#host/rpc/api.ts';

/** An appointment that this device has already, and how it stands to a slot that is looked at. */
export interface StandingAppointment {
  readonly request: RequestView;
  readonly relation: 'same-time' | 'same-practice' | 'other';
  /** All that stand, this one among them. */
  readonly count: number;
}

type Looked = Pick<SlotDetails, 'ref' | 'minutes'>;

const meets = (a: Looked, b: Looked): boolean =>
  a.ref.start < b.ref.start + b.minutes * MINUTE && b.ref.start < a.ref.start + a.minutes * MINUTE;

/** The confirmed appointment to know of before asking for `slot`: at the same time, else of the same practice, else the next. */
export const standingAppointment = (
  slot: Looked,
  requests: readonly RequestView[],
  now: Millis,
): StandingAppointment | undefined => {
  const coming = requests
    .filter(({ phase, slot: own }) => phase === 'confirmed' && own.ref.start > now)
    .toSorted((a, b) => a.slot.ref.start - b.slot.ref.start);
  const clash = coming.find((request) => meets(request.slot, slot));
  if (clash !== undefined) return { request: clash, relation: 'same-time', count: coming.length };
  const same = coming.find((request) => request.slot.ref.practice === slot.ref.practice);
  if (same !== undefined) return { request: same, relation: 'same-practice', count: coming.length };
  const [next] = coming;
  return next === undefined ? undefined : { request: next, relation: 'other', count: coming.length };
};
