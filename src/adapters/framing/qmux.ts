/**
 * How both sides speak QMux (draft-ietf-quic-qmux) over a WebSocket: which subprotocol, and how much one link may use. One
 * stream carries the whole link, so its window is the link's window. docs/protocol/links.md
 */
import type { Config, SessionOptions } from '@moq/qmux';

/** The application's name in the subprotocol. */
export const QMUX_PROTOCOLS = {
  protocols: ['terminfunk'],
  versions: { terminfunk: 'qmux-02' },
  requireProtocol: true,
} as const satisfies Pick<SessionOptions, 'protocols' | 'versions' | 'requireProtocol'>;

/** The same as one line of `Sec-WebSocket-Protocol`. */
export const QMUX_SUBPROTOCOL = 'qmux-02.terminfunk';

const WINDOW = 1_048_576n;

export const QMUX_CONFIG: Config = {
  maxStreamsBidi: 1n,
  maxStreamsUni: 0n,
  maxData: WINDOW,
  maxStreamDataBidiLocal: WINDOW,
  maxStreamDataBidiRemote: WINDOW,
  maxStreamDataUni: 0n,
  // The link's own heartbeat decides; this one is the net below it.
  maxIdleTimeout: 30_000n,
  maxDatagramFrameSize: 0n,
};
