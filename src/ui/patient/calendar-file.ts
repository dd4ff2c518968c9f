import type { Millis } from '#core/brand.ts';
import { type Appointment, writeCalendar } from '#core/calendar/ics-write.ts';
import { MINUTE } from '#core/domain/limits.ts';
import type { RequestView } from '#host/rpc/api.ts';

/** One day and two hours before. */
const REMINDERS_MINUTES = [1_440, 120];

/**
 * A confirmed appointment as a calendar file; one that was cancelled since as the file that takes it out again. A weekly
 * place is written as one that comes back every week, without an end, because no announcement says one. Calendars are shared
 * and synced to servers: so there is no practice, no place and no name of this app in it, and the request's own random id is
 * the only one.
 */
export const calendarFile = (
  { requestId, slot, times, phase }: Pick<RequestView, 'requestId' | 'slot' | 'times' | 'phase'>,
  title: string,
): string => {
  const { start } = slot.ref;
  const cancelled = phase === 'cancelled';
  const appointment: Appointment = {
    uid: requestId,
    // The same file whenever it is taken: nothing about the appointment changed since.
    stamp: (cancelled ? times.cancelled : times.confirmed) ?? start,
    start,
    end: (start + slot.minutes * MINUTE) as Millis,
    title,
    ...(slot.series ? { weekly: true } : {}),
    remindersMinutes: cancelled ? [] : REMINDERS_MINUTES,
    ...(cancelled ? { cancelled, sequence: 1 } : {}),
  };
  return writeCalendar({
    product: '-//Termin//DE',
    ...(cancelled ? { method: 'CANCEL' } : {}),
    appointments: [appointment],
  });
};
