import { VERMITTLUNGSCODE_LENGTH } from '#core/domain/limits.ts';

/**
 * The Vermittlungscode of 116117: twelve letters and digits, often printed in groups of four. Only its form can be
 * checked; the program never claims to redeem it.
 */
export const isVermittlungscode = (text: string): boolean =>
  text.length === VERMITTLUNGSCODE_LENGTH && /^[A-Z0-9]+$/.test(text);

/** What a person typed, without the spaces and dashes between the groups, in capitals; "ß" does not become two letters. */
export const normaliseVermittlungscode = (text: string): string =>
  text.replace(/[\s-]/g, '').replace(/[a-z]/g, (letter) => letter.toUpperCase());
