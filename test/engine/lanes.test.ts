/** What may wait lets everything else go first: bundles beyond a link's share, and what synchronisation hands over. */
import { expect, test } from 'vitest';
import type { Bucket } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle, removalCommitment } from '#core/wire/bundle.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { KIND } from '#core/wire/kinds.ts';
import { encodeListen } from '#core/wire/listen.ts';
import { RELAY_LIMITS } from '#engine/config.ts';
import { bucketMap } from '#engine/links/peer.ts';
import type { Lane } from '#ports/transport.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const BUCKET = 7 as Bucket;

test('bundles beyond the share of a link go to further relays last, and to whoever waits for them at once', async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const depositor = openRawPeer(relay, clock.now());
  const open = async (address: ReturnType<typeof createSigner>['address'] | undefined, buckets: Iterable<number>) => {
    const lanes: Lane[] = [];
    const handlers = relay.driver.accept({
      transport: 'memory',
      remote: `listener ${address}`,
      send: (frame, lane = 'prompt') => {
        if (frame[0] === KIND.bundle) lanes.push(lane);
        return true;
      },
      close: () => undefined,
    });
    await clock.run(1);
    const salt = new Uint8Array(8);
    handlers.onFrame(encodeHello({ kind: 'hello', clock: clock.now(), wantsSync: false, salt, relay: address }));
    handlers.onFrame(encodeListen({ kind: 'listen', buckets: bucketMap(buckets) }));
    return lanes;
  };
  const onward = await open(createSigner(9).address, Array(256).keys());
  const waiting = await open(undefined, [BUCKET]);
  await clock.run(10);
  const { burst } = RELAY_LIMITS.promptBundlesPerLink;
  for (let number = 0; number < burst + 10; number++) {
    const header = { bucket: BUCKET, created: toWireMinute(clock.now()), body: new Uint8Array(339).fill(number) };
    const commitment = removalCommitment(header, new Uint8Array(8));
    depositor.send(encodeBundle({ kind: 'bundle', ...header, commitment }));
  }
  await clock.run(50);
  expect(waiting).toEqual(Array(burst + 10).fill('prompt'));
  expect(onward).toEqual([...Array(burst).fill('prompt'), ...Array(10).fill('bulk')]);
});
