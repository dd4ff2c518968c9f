/** The byte pipe (src/adapters/framing) of one stream in a native WebTransport session. */
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import { goodbyeCode, goodbyeReason } from '#adapters/framing/stream-frame.ts';
import type { NativeBiStream, NativeSession } from '#relay/webtransport/native.ts';

/** One read returns about a packet in any case; this only bounds it. */
const READ_BYTES = 65_536;

export const createNativePipe = (session: NativeSession, stream: NativeBiStream): BytePipe => {
  const receiver = stream.takeRecv();
  const sender = stream.takeSend();
  let closing = false;
  return {
    read: async () => (await receiver.read(READ_BYTES)) ?? undefined,
    write: (bytes) => sender.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    finish: () => sender.finish(),
    close: (reason) => {
      if (closing) return;
      closing = true;
      session.close(goodbyeCode(reason), reason);
    },
    closed: session.closed().then(
      ({ closeCode }) => goodbyeReason(closeCode),
      () => 'lost',
    ),
  };
};
