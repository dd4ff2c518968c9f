/** What links over the air take and hold (docs/protocol/radio.md, "Links over the air"). */

/** Of one message, in bytes. */
export const MAX_AIR_MESSAGE = 4_096;
/** Links that end and are not over yet count, too. */
export const MAX_AIR_LINKS = 16;
/** Bytes that may wait in one link. */
export const MAX_AIR_BUFFERED = 16_384;
/** Bytes that may wait in one link before it takes no more bulk. */
export const MAX_AIR_BULK_BUFFERED = 12_288;
/** Behind a message of several pieces, the beginning of its hash. */
export const CHECK_BYTES = 4;
