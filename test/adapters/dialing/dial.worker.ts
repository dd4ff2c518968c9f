/** Dials a relay from a worker and answers with the first frame that comes. */
import { createRelayDialer } from '#adapters/dialing/relay-dialer.ts';

self.onmessage = async ({ data }: MessageEvent<string>) => {
  let answer: (frame: Uint8Array) => void = () => undefined;
  const first = new Promise<Uint8Array>((resolve) => {
    answer = resolve;
  });
  const dialled = await createRelayDialer().dial({ origin: data }, { onFrame: answer, onEnd: () => undefined });
  self.postMessage(dialled.ok ? { transport: dialled.value.transport, frame: await first } : dialled.code);
};
