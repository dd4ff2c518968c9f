import type { RefusalCode } from '#core/refusal.ts';
import type { SlotCard } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';
import { refusalText } from '#ui/text/refusal.ts';
import { clockTime, shortDay, type UiLocale } from '#ui/text/time.ts';

/** Why a wish was not kept, in words that fit wishes. */
export const wishRefusal = (code: RefusalCode): string => {
  if (code === 'over-capacity') return m.wish_full();
  return code === 'replayed' ? m.wish_twice() : refusalText(code);
};

/** `Mo., 23. Nov., 09:00, Dr. Miriam Aydın`: tells apart what buttons are for. */
export const slotName = ({ ref, name }: SlotCard, locale: UiLocale): string =>
  `${shortDay(ref.start, locale)}, ${clockTime(ref.start, locale)}, ${name}`;

/** Why one was passed over when its turn came: in words that are true for something nobody did by hand. */
export const passedReason = (code: RefusalCode | undefined): string => {
  switch (code) {
    case undefined:
    case 'slot-gone':
      return m.wish_passed_gone();
    case 'superseded':
      return m.wish_passed_confirmed();
    case 'slot-too-soon':
      return m.wish_passed_soon();
    case 'code-required':
    case 'bad-code':
      return m.wish_passed_code();
    case 'unknown-key':
      return m.wish_passed_unknown();
    case 'replayed':
      return m.wish_twice();
    default:
      return refusalText(code);
  }
};

/** What is asked before another time is asked for: what goes to whom, and what stays. */
export const moveWords = (
  { ref, name }: SlotCard,
  pseudonym: string,
  locale: UiLocale,
): { readonly title: string; readonly text: string } => ({
  title: m.move_sure({
    moment: m.moment_day({ date: shortDay(ref.start, locale), time: clockTime(ref.start, locale) }),
  }),
  text: m.move_sure_text({ name, pseudonym }),
});

/** The ids with one of them a place further up (-1) or down (1); unchanged where there is no such place. */
export const moved = (ids: readonly string[], id: string, by: -1 | 1): string[] => {
  const from = ids.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= ids.length) return [...ids];
  return ids.toSpliced(from, 1).toSpliced(to, 0, id);
};
