import { m } from '#ui/paraglide/messages.js';
import { clockTime, type UiLocale } from '#ui/text/time.ts';
import type { Kept, NoRoom } from '#ui/therapist/calendar/no-room.ts';

const SLOT = {
  free: m.week_no_room_free,
  requested: m.week_no_room_requested,
  confirmed: m.week_no_room_confirmed,
} as const;

export const noRoomText = (why: NoRoom, minutes: number, locale: UiLocale): string => {
  if (why.kind === 'past') return m.week_gone();
  if (why.kind === 'no-such-time') return m.week_no_such_time();
  if (why.kind === 'busy') return m.week_no_room({ minutes, why: m.week_no_room_busy() });
  const { state, start, held } = why.slot;
  const say = held !== undefined || state === 'withdrawn' || state === 'past' ? m.week_no_room_held : SLOT[state];
  return m.week_no_room({ minutes, why: say({ time: clockTime(start, locale) }) });
};

export const keptText = {
  confirmed: m.week_kept_confirmed,
  held: m.week_kept_held,
  nothing: m.week_kept_nothing,
} as const satisfies Record<Kept, () => string>;
