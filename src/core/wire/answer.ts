import { concatBytes } from '#core/bytes/compare.ts';
import { createReader } from '#core/bytes/reader.ts';
import { MAX_TEXT_BYTES } from '#core/domain/limits.ts';
import { MODALITAETEN, type Modalitaet } from '#core/domain/values.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { encodeText, isPadding, padTo, readText } from '#core/wire/inner.ts';
import { KIND, kindOf } from '#core/wire/kinds.ts';

/** Transport messages of a session: the practice confirms, rejects or calls off, the patient cancels (docs/protocol/session.md). */
export type Answer = Confirm | Reject | Cancel | CallOff;

export interface Confirm {
  readonly kind: 'confirm';
  /** Door, video link: at most 200 bytes of UTF-8. */
  readonly note: string;
  /** How the appointment is held, where the slot leaves a choice (`howNumber`); 0 when the practice did not say. */
  readonly how: number;
}
export interface Reject {
  readonly kind: 'reject';
  /** The byte of a refusal, or 0: a person decided. */
  readonly reason: number;
}
export interface Cancel {
  readonly kind: 'cancel';
}
/** The practice takes back what it confirmed. */
export interface CallOff {
  readonly kind: 'call-off';
  /** An index of CALL_OFF_REASONS; one that is not known counts as 0. */
  readonly reason: number;
  /** At most 200 bytes of UTF-8. */
  readonly text: string;
}

/** Why a practice calls off: their places are their bytes. */
export const CALL_OFF_REASONS = ['other', 'illness'] as const;
export type CallOffReason = (typeof CALL_OFF_REASONS)[number];

const mustFit = (padded: Result<Uint8Array>): Uint8Array => {
  if (!padded.ok) throw new RangeError('the padded length is too short');
  return padded.value;
};

/** Its place in MODALITAETEN, from 1 on: 0, which is also padding, says nothing. */
export const howNumber = (how: Modalitaet | undefined): number =>
  how === undefined ? 0 : MODALITAETEN.indexOf(how) + 1;

/** What the number says; one that is not known says nothing. */
export const howOfNumber = (number: number): Modalitaet | undefined => MODALITAETEN[number - 1];

/** `too-large` when the note does not fit. */
export const encodeConfirm = ({ note, how }: Omit<Confirm, 'kind'>, length: number | undefined): Result<Uint8Array> => {
  const text = encodeText(note, MAX_TEXT_BYTES);
  const said = how === 0 ? new Uint8Array() : Uint8Array.of(how);
  return text.ok ? padTo(concatBytes(Uint8Array.of(KIND.confirm), text.value, said), length) : text;
};

export const encodeReject = (reject: Reject, length: number): Uint8Array =>
  mustFit(padTo(Uint8Array.of(KIND.reject, reject.reason), length));

export const encodeCancel = (_cancel: Cancel, length: number): Uint8Array =>
  mustFit(padTo(Uint8Array.of(KIND.cancel), length));

/** `too-large` when the text does not fit. */
export const encodeCallOff = (callOff: Omit<CallOff, 'kind'>, length: number | undefined): Result<Uint8Array> => {
  const text = encodeText(callOff.text, MAX_TEXT_BYTES);
  return text.ok ? padTo(concatBytes(Uint8Array.of(KIND.callOff, callOff.reason), text.value), length) : text;
};

const readAnswer = (bytes: Uint8Array): { answer: Answer; rest: Uint8Array } | undefined => {
  const reader = createReader(bytes.subarray(1));
  switch (kindOf(bytes[0])) {
    case 'confirm': {
      const note = readText(reader, MAX_TEXT_BYTES);
      if (note === undefined || reader.broken) return undefined;
      const how = reader.left === 0 ? 0 : reader.u8();
      return { answer: { kind: 'confirm', note, how }, rest: reader.rest() };
    }
    case 'reject': {
      const reason = reader.u8();
      return reader.broken ? undefined : { answer: { kind: 'reject', reason }, rest: reader.rest() };
    }
    case 'cancel':
      return { answer: { kind: 'cancel' }, rest: reader.rest() };
    case 'callOff': {
      const reason = reader.u8();
      const text = readText(reader, MAX_TEXT_BYTES);
      if (text === undefined || reader.broken) return undefined;
      return { answer: { kind: 'call-off', reason, text }, rest: reader.rest() };
    }
    default:
      return undefined;
  }
};

export const decodeAnswer = (bytes: Uint8Array): Result<Answer> => {
  const read = readAnswer(bytes);
  if (read === undefined) return refuse('malformed');
  return isPadding(read.rest) ? ok(read.answer) : refuse('not-canonical');
};
