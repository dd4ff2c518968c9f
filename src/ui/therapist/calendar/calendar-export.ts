import type { Millis, NodeAddress } from '#core/brand.ts';
import { type Appointment, writeCalendar } from '#core/calendar/ics-write.ts';
import { MINUTE } from '#core/domain/limits.ts';
import type { Modalitaet } from '#core/domain/values.ts';
import type { InboxEntry, OfferView, OwnSlot, PracticeView } from '#host/rpc/api.ts';

/** What a practice wants in the file besides its confirmed appointments. */
export interface ExportChoice {
  readonly free: boolean;
  /** Pseudonyms in the titles: whoever keeps that calendar can then read them. */
  readonly names: boolean;
}

export interface ExportTitles {
  readonly appointment: string;
  readonly named: (name: string) => string;
  /** With how it is held, where that was open. */
  readonly held: (title: string, how: Modalitaet) => string;
  readonly free: string;
}

/**
 * A practice's appointments as a calendar file. One entry for each slot, whoever has it, always under the same uid: taken in
 * again it changes what is there, and what was cancelled is crossed out. The uid is not the request's: that one stands in the
 * patient's calendar, and whoever hosts both calendars must not be able to tell who goes where.
 */
const uidOf = (practice: NodeAddress, { id }: OfferView, start: Millis): string =>
  `${practice.slice(-8)}-${id}-${start / MINUTE}`;

/** What becomes of a slot in the file: nothing for one that was never in it. */
const entryOf = (
  slot: OwnSlot,
  entries: readonly InboxEntry[],
  choice: ExportChoice,
  titles: ExportTitles,
  /** A weekly place: who has it comes every week. */
  series: boolean,
): Pick<Appointment, 'title' | 'cancelled' | 'weekly'> | undefined => {
  const weekly = series ? { weekly: true } : {};
  if (slot.state === 'confirmed') {
    const name = choice.names ? slot.confirmedFor : undefined;
    const title = name === undefined ? titles.appointment : titles.named(name);
    const how = slot.confirmedHow;
    return { title: how === undefined ? title : titles.held(title, how), ...weekly };
  }
  const isFree = slot.state === 'free' || slot.state === 'requested';
  if (choice.free && isFree && slot.hidden !== true) return { title: titles.free };
  const wasTaken = entries.some(({ phase }) => phase === 'cancelled' || phase === 'called-off');
  if (wasTaken) return { title: titles.appointment, cancelled: true, ...weekly };
  return choice.free && (slot.state === 'withdrawn' || isFree) ? { title: titles.free, cancelled: true } : undefined;
};

/** The appointments of the file, soonest first. `now`: when it is written. */
export const exportedAppointments = (
  { address, offers }: Pick<PracticeView, 'address' | 'offers'>,
  inbox: readonly InboxEntry[],
  choice: ExportChoice,
  titles: ExportTitles,
  now: Millis,
): Appointment[] =>
  offers
    .flatMap((offer) =>
      offer.slots.flatMap((slot): Appointment[] => {
        const { start } = slot;
        const asked = inbox.filter(({ ref }) => ref.offer === offer.id && ref.start === start);
        const entry = entryOf(slot, asked, choice, titles, offer.series);
        if (entry === undefined) return [];
        const end = (start + offer.minutes * MINUTE) as Millis;
        return [{ uid: uidOf(address, offer, start), stamp: now, start, end, remindersMinutes: [], ...entry }];
      }),
    )
    .sort((a, b) => a.start - b.start);

export const practiceCalendarFile = (appointments: readonly Appointment[]): string =>
  writeCalendar({ product: '-//Termin//DE', appointments });
