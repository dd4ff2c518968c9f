/** A radio check, as radio operators call it: does somebody hear me, and how well? Means nothing else, and is signed by nobody. */
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** Two people can compare four digits over the telephone. */
export const MAX_CHECK = 9_999;

export const encodeCheck = (number: number): Uint8Array => createWriter().u16(number).finish();

export const decodeCheck = (body: Uint8Array): Result<number, 'malformed'> => {
  const reader = createReader(body);
  const number = reader.u16();
  return reader.atEnd() && number <= MAX_CHECK ? ok(number) : refuse('malformed');
};
