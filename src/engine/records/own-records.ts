import type { OfferId } from '#core/brand.ts';

/** Where a practice's or relay's own signed records go: into the own sets, to disk, to the outbox and to every peer. */
export interface OwnRecords {
  identity(raw: Uint8Array): void;
  /** An announcement or withdrawal of an offer. */
  offer(offer: OfferId, raw: Uint8Array): void;
}
