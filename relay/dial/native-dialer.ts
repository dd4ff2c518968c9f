/** Dials relays over WebTransport from Node, with the same library that the relay listens with. */

import { orAborted } from '#adapters/dialing/attempt.ts';
import type { WebTransportEndpoint } from '#adapters/dialing/discovery.ts';
import { createDialer, type DialSettings } from '#adapters/dialing/session-dial.ts';
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import type { Dialer } from '#ports/transport.ts';
import type { NativeWebTransport } from '#relay/webtransport/native.ts';
import { createNativePipe } from '#relay/webtransport/native-pipe.ts';

export const createNativeDialer = (native: NativeWebTransport, settings: DialSettings = {}): Dialer =>
  createDialer(
    {
      transport: 'webtransport',
      open: ({ webtransport }, token, signal) =>
        webtransport === null ? undefined : openNativePipe(native, webtransport, token, signal),
    },
    settings,
  );

/** Rejects when the session is refused or cannot be reached, or the signal fires. */
export const openNativePipe = async (
  native: NativeWebTransport,
  { url, certificateHashes }: WebTransportEndpoint,
  token: string,
  signal: AbortSignal,
): Promise<BytePipe> => {
  const client = native.NapiClient.withCertificateHashes(certificateHashes.map((hash) => Buffer.from(hash)));
  const connecting = client.connect(`${url}/${token}`);
  try {
    const session = await orAborted(connecting, signal);
    return createNativePipe(session, await session.openBi());
  } catch (error) {
    connecting.then(
      (session) => session.close(0, ''),
      () => undefined,
    );
    throw error;
  }
};
