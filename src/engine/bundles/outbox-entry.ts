import type { MessageId, Millis } from '#core/brand.ts';

/**
 * What this node owes the network: frames that are committed here and that no relay has taken custody of yet. An entry is
 * `queued`, then `sent` once a link to a relay took it, and leaves the outbox with `custody` or at its end.
 */
export interface OutboxEntry {
  readonly id: MessageId;
  readonly frame: Uint8Array;
  /** Whose entry it is: `request:…`, `answer:…`, `carry:…`, `offer:…`, `identity`, `removal`. A new entry of a record replaces the old. */
  readonly owner: string;
  /** It does not leave before this time. */
  readonly notBefore: Millis;
  /** After this nobody wants it any more. */
  readonly expires: Millis;
  readonly sentAt: Millis | undefined;
}

/** Owners of what is passed on for others. */
export const CARRIED = 'carry:';
