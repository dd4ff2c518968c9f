import { normaliseVermittlungscode } from '#core/domain/vermittlungscode.ts';

/** Codes are copied with all kinds of dashes and dots; what counts are the letters and digits. */
export const normalCode = (typed: string): string => normaliseVermittlungscode(typed.replace(/[–—_.]/g, ''));

/** `7KQM-2XD9-4RTV`: in groups of four, as it is printed. */
export const groupedCode = (typed: string): string =>
  normalCode(typed)
    .match(/.{1,4}/gu)
    ?.join('-') ?? '';
