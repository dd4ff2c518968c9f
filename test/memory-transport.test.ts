import type { Link } from '#ports/transport.ts';
import { transportContract } from '#test/contracts/transport.ts';
import { createHeard, createLocalPeer, type TestPeer } from '#test/contracts/transport-peer.ts';
import { createMemoryTransport } from '#test/memory-transport.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

transportContract('memory', async () => {
  const clock = createVirtualClock();
  const { listener, dialer } = createMemoryTransport(clock);
  const accepted: TestPeer[] = [];
  await listener.listen((link: Link) => {
    const heard = createHeard();
    accepted.push(createLocalPeer(link, heard));
    return heard.handlers;
  });
  // Time moves in small steps for as long as a test waits for something.
  let running = true;
  const moving = (async () => {
    while (running) await clock.run(1);
  })();
  return {
    open: async () => {
      const heard = createHeard();
      const dialled = await dialer.dial({ origin: 'memory' }, heard.handlers);
      const peer = accepted.pop();
      if (!dialled.ok || peer === undefined) throw new Error('not joined');
      return { link: dialled.value, heard, peer };
    },
    close: async () => {
      running = false;
      await moving;
      await listener.close();
    },
  };
});
