/**
 * What goes over the air, in frames of at most 254 bytes that anybody can hear and send (docs/protocol/radio.md). The first byte
 * is `5` for this protocol's version and the kind; frames of other programs share the channel, and are no refusal.
 */
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { ok, type Result, refuse } from '#core/result.ts';

/** A radio check, as radio operators call it: does somebody hear me, and how well? Means nothing else, and is signed by nobody. */
export interface RadioCheck {
  readonly kind: 'check';
  /** 0–9999: two people can compare it over the telephone. */
  readonly number: number;
}
export type AirFrame = RadioCheck;

const VERSION = 0x50;
const KINDS = { check: 0x0 } as const;
export const MAX_CHECK = 9_999;

export const encodeAirFrame = ({ kind, number }: AirFrame): Uint8Array =>
  createWriter()
    .u8(VERSION | KINDS[kind])
    .u16(number)
    .finish();

/** `unknown-kind` for what another program or a newer version sent, `malformed` for the rest. */
export const decodeAirFrame = (bytes: Uint8Array): Result<AirFrame, 'unknown-kind' | 'malformed'> => {
  const reader = createReader(bytes);
  if (reader.u8() !== (VERSION | KINDS.check)) return refuse('unknown-kind');
  const number = reader.u16();
  return reader.atEnd() && number <= MAX_CHECK ? ok({ kind: 'check', number }) : refuse('malformed');
};
