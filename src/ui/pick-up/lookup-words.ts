import { m } from '#ui/paraglide/messages.js';
import type { LookupState } from '#ui/pick-up/lookup.svelte.ts';

/** What is said while nothing is found; undefined where there is nothing to say. */
export const lookupWords = (state: LookupState): string | undefined => {
  switch (state) {
    case 'looking':
      return m.pick_up_looking();
    case 'nothing':
      return m.pick_up_nothing();
    case 'failed':
      return m.pick_up_failed();
    default:
      return undefined;
  }
};
