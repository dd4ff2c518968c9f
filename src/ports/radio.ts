import type { Millis, Region, StationId } from '#core/brand.ts';
import type { AirKind } from '#core/radio/air/frame.ts';

/**
 * A radio whose channel many share: whatever it sends, all hear who listen there, or not, and nobody says so. Its airtime is
 * rationed by law; whoever implements this sees to that (docs/decisions/0027-two-planes-of-the-air.md).
 */
export interface Radio {
  send(frame: AirBody): void;
}

/** What becomes a frame of at most 254 bytes (core/radio/air/frame.ts). */
export interface AirBody {
  readonly air: AirKind;
  readonly body: Uint8Array;
  /** 0 is the most urgent. */
  readonly priority: number;
  /** What could not be sent for so long is dropped. */
  readonly life: Millis;
}

export interface RadioHandlers {
  /** It is on air under this name, and listens to these regions; said again, either is another. */
  onOpen(station: StationId, regions: readonly Region[]): void;
  onClosed(): void;
  onHeard(from: StationId, air: AirKind, body: Uint8Array): void;
  /** Nothing waits to be sent. `left`: of all that may be sent in an hour, the share that may be sent now, 0 to 1. */
  onIdle(left: number): void;
}
