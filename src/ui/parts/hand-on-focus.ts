import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';

/** Of several radio buttons the chosen one, as keys reach them; while none is chosen the first. */
const FIELDS =
  ':is(input:not([type="radio"]), input:checked, fieldset:not(:has(input:checked)) input, textarea, select):enabled';
const BUTTONS = 'button:enabled, a[href]';
/** A part that can have the focus as a whole: its buttons do what nobody should do by pressing Enter once too often. */
const WHOLE = '[tabindex="-1"]';

const nextIn = (place: HTMLElement): HTMLElement | null =>
  place.matches(WHOLE)
    ? (place.querySelector<HTMLElement>(FIELDS) ?? place)
    : place.querySelector<HTMLElement>(`${FIELDS}, ${BUTTONS}`);

/**
 * What had the focus is gone with a part of the page: the nearest thing of what stands in its place gets it, or else the main
 * part, so that whoever works with keys goes on from there. Does nothing while something has it.
 */
export const handOnFocus = (place: HTMLElement | null): void => {
  if (document.activeElement !== document.body) return;
  const next = place?.isConnected ? nextIn(place) : null;
  (next ?? document.getElementById('main'))?.focus({ preventScroll: true });
};

const wholesAround = (part: HTMLElement): readonly HTMLElement[] => {
  const whole = part.parentElement?.closest<HTMLElement>(`${WHOLE}:not(main)`);
  return whole ? [whole, ...wholesAround(whole)] : [];
};

/**
 * For a part that goes away while somebody is in it: hands the focus on to the nearest whole around it that is left. Where
 * the focus was elsewhere it stays there.
 */
export const handsOnFocus: Attachment<HTMLElement> = (part) => {
  const places = wholesAround(part);
  let hasIt = part.contains(document.activeElement);
  part.addEventListener('focusin', () => {
    hasIt = true;
  });
  part.addEventListener('focusout', ({ relatedTarget }) => {
    // It went nowhere else: the part, or what had it, is going.
    hasIt = relatedTarget === null;
  });
  return () => {
    if (hasIt) void tick().then(() => handOnFocus(places.find((place) => place.isConnected) ?? null));
  };
};
