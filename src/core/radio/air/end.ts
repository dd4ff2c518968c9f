/** Why a link over the air ends, as a byte: the words are those of the Transport port, the bytes those of docs/protocol/links.md. */
const AIR_ENDS = ['closed', 'lost', 'refused', 'protocol-violation', 'overloaded', 'shutting-down'] as const;
export type AirEnd = (typeof AIR_ENDS)[number];

export const endByte = (reason: AirEnd): number => AIR_ENDS.indexOf(reason);
/** Undefined for a byte that means nothing. */
export const endOf = (byte: number | undefined): AirEnd | undefined => AIR_ENDS[byte ?? AIR_ENDS.length];
