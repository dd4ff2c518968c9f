/** How a LoRa radio modulates: what airtime, channel and board must agree on. */
export interface Modulation {
  /** Spreading factor, 5–12. */
  readonly sf: number;
  /** Of a code rate 4/5 … 4/8 the 5 … 8, as boards say it. */
  readonly cr: number;
  readonly bandwidthHz: number;
}

export const isSpreadingFactor = (sf: number): boolean => Number.isInteger(sf) && sf >= 5 && sf <= 12;
export const isCodeRate = (cr: number): boolean => Number.isInteger(cr) && cr >= 5 && cr <= 8;
