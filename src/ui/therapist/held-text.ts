import type { Millis } from '#core/brand.ts';
import type { OwnSlot } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';
import { clockTime, shortDay, type UiLocale } from '#ui/text/time.ts';

export const callOffText = (name: string, restored: boolean | undefined): string =>
  restored ? m.inbox_call_off_wait_restored({ name }) : m.inbox_call_off_wait({ name });

/** A slot by when it begins: `Di., 24. Nov., 09:00 Uhr`. */
export const slotWhen = (start: Millis, locale: UiLocale): string =>
  `${shortDay(start, locale)}, ${m.clock({ time: clockTime(start, locale) })}`;

/** What a slot's decision will do while it can still be undone. */
export const heldText = (slot: OwnSlot, locale: UiLocale): string => {
  if (slot.held?.kind === 'call-off') return callOffText(slot.confirmedFor ?? '', slot.restored);
  const text = m.slots_withdraw_wait({ when: slotWhen(slot.start, locale) });
  return slot.requests > 0 ? `${text} ${m.slots_withdraw_asked({ count: slot.requests })}` : text;
};
