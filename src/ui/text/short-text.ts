import { MAX_TEXT_BYTES } from '#core/domain/limits.ts';
import { byteLength } from '#ui/text/byte-length.ts';
import type { FieldError } from '#ui/text/field-error.ts';

/** Messages and notes: up to 200 bytes on the wire, counted after the edges are trimmed. */
export const bytesLeft = (text: string): number => MAX_TEXT_BYTES - byteLength(text.trim());

export const checkText = (text: string): FieldError | undefined => {
  const left = bytesLeft(text);
  return left < 0 ? { key: 'text-long', over: -left } : undefined;
};
