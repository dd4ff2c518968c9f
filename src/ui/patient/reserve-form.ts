import { VERMITTLUNGSCODE_LENGTH } from '#core/domain/limits.ts';
import { byteLength } from '#ui/text/byte-length.ts';
import type { FieldError, FieldErrors } from '#ui/text/field-error.ts';
import { normalCode } from '#ui/text/referral-code.ts';
import { checkText } from '#ui/text/short-text.ts';

/** The checks of the request form. Pure; the node checks again. */
export interface ReserveFields {
  readonly pseudonym: string;
  readonly code: string;
  readonly text: string;
}

/** What the wire holds of a name (MAX_NAME_BYTES of core/wire/reserve.ts; a test keeps the two alike). */
export const MAX_PSEUDONYM_BYTES = 24;
/** From here on the form counts along: most names never come near. */
export const NAME_TIGHT_BYTES = 8;

export const checkCode = (typed: string, required: boolean): FieldError | undefined => {
  const code = normalCode(typed);
  if (code === '') return required ? { key: 'code-missing' } : undefined;
  if (!/^[A-Z0-9]*$/.test(code)) return { key: 'code-signs' };
  const missing = VERMITTLUNGSCODE_LENGTH - code.length;
  if (missing > 0) return { key: 'code-short', count: missing };
  return missing < 0 ? { key: 'code-long', count: -missing } : undefined;
};

export const nameBytesLeft = (typed: string): number => MAX_PSEUDONYM_BYTES - byteLength(typed.trim());

export const checkPseudonym = (typed: string): FieldError | undefined => {
  if (typed.trim() === '') return { key: 'name-empty' };
  const left = nameBytesLeft(typed);
  return left < 0 ? { key: 'name-long', over: -left } : undefined;
};

export const checkReserve = (fields: ReserveFields, codeRequired: boolean): FieldErrors<keyof ReserveFields> => {
  const errors: Partial<Record<keyof ReserveFields, FieldError>> = {};
  const pseudonym = checkPseudonym(fields.pseudonym);
  const code = checkCode(fields.code, codeRequired);
  const text = checkText(fields.text);
  if (pseudonym !== undefined) errors.pseudonym = pseudonym;
  if (code !== undefined) errors.code = code;
  if (text !== undefined) errors.text = text;
  return errors;
};
