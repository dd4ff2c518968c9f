/** Finds a UDP port to bind: the native server takes one, but does not tell which it got. */
import { createSocket } from 'node:dgram';

/** A port that was free a moment ago at this address. */
export const findFreeUdpPort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', reject);
    socket.bind({ address: host, port: 0, exclusive: true }, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
