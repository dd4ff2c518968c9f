import type { Millis } from '#core/brand.ts';
import { type Appointment, writeCalendar } from '#core/calendar/ics-write.ts';
import { MINUTE } from '#core/domain/limits.ts';
import type { RequestView } from '#host/rpc/api.ts';

/** One day and two hours before. */
const REMINDERS_MINUTES = [1_440, 120];

/**
 * A confirmed appointment as a calendar file. Calendars are shared and synced to servers: so there is no practice, no place
 * and no name of this app in it, and the request's own random id is the only one.
 */
export const calendarFile = (
  { requestId, slot, times }: Pick<RequestView, 'requestId' | 'slot' | 'times'>,
  title: string,
): string => {
  const { start } = slot.ref;
  const appointment: Appointment = {
    uid: requestId,
    // The same file whenever it is taken: nothing about the appointment changed since.
    stamp: times.confirmed ?? start,
    start,
    end: (start + slot.minutes * MINUTE) as Millis,
    title,
    remindersMinutes: REMINDERS_MINUTES,
  };
  return writeCalendar({ product: '-//Termin//DE', appointments: [appointment] });
};
