import type { Modalitaet } from '#core/domain/values.ts';
import { m } from '#ui/paraglide/messages.js';
import { modalityLabel } from '#ui/text/labels.ts';

/**
 * A request has no field for the modality: a wish is the first line of its text, in the words that the person sees, and
 * counts among its bytes. Without a wish, or where there is nothing to choose, the text stays as it is.
 */
export const withWish = (text: string, wish: Modalitaet | undefined, offered: readonly Modalitaet[]): string => {
  const words = text.trim();
  if (wish === undefined || offered.length < 2 || !offered.includes(wish)) return words;
  return `${m.reserve_how_text({ how: modalityLabel[wish]() })}\n${words}`.trim();
};
