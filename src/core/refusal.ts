/**
 * Every reason for which something received or typed is refused. A refusal is counted under its code, shown to the
 * person it concerns, and sent to a peer as the byte that stands beside it here (docs/protocol/refusals.md).
 */
export const REFUSALS = {
  malformed: 1,
  'too-large': 2,
  'unknown-kind': 3,
  'not-canonical': 4,
  'bad-signature': 5,
  'bad-key': 6,
  'unknown-key': 7,
  expired: 8,
  'from-the-future': 9,
  replayed: 10,
  superseded: 11,
  'stale-epoch': 12,
  'over-capacity': 13,
  'rate-limited': 14,
  'missing-capability': 15,
  'slot-gone': 16,
  'slot-too-soon': 17,
  'slot-taken': 18,
  'too-many-requests': 19,
  'code-required': 20,
  'bad-code': 21,
  'payer-not-allowed': 22,
  'credential-other-key': 23,
  'credential-unknown-registrar': 24,
  'credential-expired': 25,
  'credential-revoked': 26,
  'cannot-open': 27,
  blocked: 28,
  'clock-skew': 29,
  'wrong-state': 30,
  'no-identity': 31,
  'not-found': 32,
  'storage-full': 33,
  'too-many-hops': 34,
  looping: 35,
  'no-path': 36,
} as const satisfies Record<string, number>;

export type RefusalCode = keyof typeof REFUSALS;

const BY_BYTE = new Map<number, RefusalCode>(
  (Object.entries(REFUSALS) as [RefusalCode, number][]).map(([code, byte]) => [byte, code]),
);

/** The code that a peer's byte stands for, or undefined where a newer peer knows more than we do. */
export const refusalFromByte = (byte: number): RefusalCode | undefined => BY_BYTE.get(byte);
