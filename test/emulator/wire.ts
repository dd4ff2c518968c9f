/** What goes over the WebSocket between a page and the emulator: bytes as they are, and these as JSON. */
import type { CableDevice, LineError } from '#test/emulator/cable.ts';
import type { Signals } from '#test/emulator/usb-board.ts';

/** Each but `signals` is answered by `done`, in the order of asking. */
export type FromPage =
  /** What is there now? */
  | { readonly kind: 'look' }
  | { readonly kind: 'open'; readonly baudRate: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'signals'; readonly signals: Partial<Signals> }
  | { readonly kind: 'grant'; readonly isGranted: boolean };

export type ToPage =
  /** The first message, and each time that something changed. No device: it is not plugged in. */
  | { readonly kind: 'device'; readonly device?: CableDevice; readonly isGranted: boolean }
  /** Of `open`: whether it is open now; of all others always. */
  | { readonly kind: 'done'; readonly ok: boolean }
  | { readonly kind: 'line-error'; readonly error: LineError }
  /** What was said is none of `FromPage`; nothing was done. */
  | { readonly kind: 'misunderstood'; readonly error: string };
