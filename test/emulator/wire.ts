/** What goes over the WebSocket between a page and the emulator: bytes as they are, and these as JSON. */
import type { CableDevice, LineError } from '#test/emulator/cable.ts';
import type { Signals } from '#test/emulator/usb-board.ts';

export type FromPage =
  | { readonly kind: 'open'; readonly baudRate: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'signals'; readonly signals: Partial<Signals> }
  | { readonly kind: 'grant'; readonly isGranted: boolean };

export type ToPage =
  /** The first message, and each time that something changed. No device: it is not plugged in. */
  | { readonly kind: 'device'; readonly device?: CableDevice; readonly isGranted: boolean }
  | { readonly kind: 'opened'; readonly isOpen: boolean }
  | { readonly kind: 'closed' }
  | { readonly kind: 'line-error'; readonly error: LineError };
