/** How long a sender waits for an acknowledgement before it asks again, and how often it does. */
import type { Millis } from '#core/brand.ts';
import { MAX_ACK_BYTES } from '#core/radio/air/ack.ts';
import { MAX_AIR_BODY, MAX_AIR_FRAME } from '#core/radio/air/frame.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import type { Modulation } from '#core/radio/modulation.ts';

/** Without a word from the other side. */
export const MAX_TRIES = 12;
/** Of a link that its owner has ended: nobody waits for it. */
export const MAX_LAST_TRIES = 6;
/** Bitmaps that a sender answers with what is missing, per message: one that always lacks something is no receiver. */
export const MAX_ROUNDS = 24;

/** Listening before sending draws up to 15 slots of 24 to 100 ms, and again after a carrier; the ledger's disk comes to it. */
const LISTENING_MS = 1_000;
/** 1, 2, 4 and so on up to 32 times as long. */
const MAX_DOUBLINGS = 5;
/** Up to so much longer, so that two who collided do not meet again. */
const JITTER = 0.5;

const HEADER_BYTES = MAX_AIR_FRAME - MAX_AIR_BODY;

/**
 * From the end of the frame that asked, after so many tries in vain. The other side may have just begun with the longest frame
 * there is. `fraction`: random, 0 to 1.
 */
export const ackPatience = (modulation: Modulation, tries: number, fraction: number): Millis => {
  const step =
    rnodeAirtime(modulation, MAX_AIR_FRAME) + rnodeAirtime(modulation, HEADER_BYTES + MAX_ACK_BYTES) + LISTENING_MS;
  return Math.ceil(step * 2 ** Math.min(tries, MAX_DOUBLINGS) * (1 + JITTER * fraction)) as Millis;
};
