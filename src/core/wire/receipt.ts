import { ok, type Result, refuse } from '#core/result.ts';
import { isPadding, padTo } from '#core/wire/inner.ts';
import { KIND } from '#core/wire/kinds.ts';

/** The payload of Noise message 2, sent by the practice's device at once: the request has arrived, or why it was refused. */
export interface Receipt {
  readonly kind: 'receipt';
  /** 0: open; else the byte of a refusal (core/refusal.ts). */
  readonly status: number;
}

export const encodeReceipt = (receipt: Receipt, length: number): Uint8Array => {
  const padded = padTo(Uint8Array.of(KIND.receipt, receipt.status), length);
  if (!padded.ok) throw new RangeError('a receipt takes two bytes');
  return padded.value;
};

export const decodeReceipt = (bytes: Uint8Array): Result<Receipt> => {
  if (bytes[0] !== KIND.receipt) return refuse('unknown-kind');
  const status = bytes[1];
  if (status === undefined) return refuse('malformed');
  return isPadding(bytes.subarray(2)) ? ok({ kind: 'receipt', status }) : refuse('not-canonical');
};
