/** A leaf that knows many announcements starts from one packed row, and from what came after it. */
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { Counter, Millis, OfferId } from '#core/brand.ts';
import { SNAPSHOT_KEY } from '#engine/records/slot-shelf.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const PRACTICES = 40;
const OFFERS = 16;

const ids = (node: TestNode): string[] => [...node.engine.views.slots.ids()].sort();
const restart = (clock: VirtualClock, node: TestNode) =>
  createTestNode({ role: 'leaf', clock, store: node.store, crypto: node.crypto });

const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const peer = openRawPeer(relay, clock.now());
  const signers = Array.from({ length: PRACTICES }, (_, index) => createSigner(index + 1));
  await clock.run(10);
  for (const signer of signers) {
    peer.send(signer.identity(clock.now()));
    for (let offer = 0; offer < OFFERS; offer++) {
      peer.send(signer.announce(clock.now(), { offer: offer as OfferId, counter: (offer + 2) as Counter }));
    }
    await clock.run(100);
  }
  const leaf = await createTestNode({ role: 'leaf', clock, store: createMemoryStore() });
  const cut = joinNodes(leaf.driver, relay.driver, clock);
  await clock.until(() => leaf.engine.views.slots.size === PRACTICES * OFFERS, 600_000);
  await clock.run(10_000);
  return { clock, relay, peer, leaf, cut, signers };
};

describe('a start from the snapshot', () => {
  test('knows the same, with nearly nothing beside it', async () => {
    const { clock, leaf } = await setUp();
    expect(await leaf.store.get('snapshot', SNAPSHOT_KEY)).toBeDefined();
    expect((await leaf.store.entries('announces')).length).toBeLessThan(300);
    const again = await restart(clock, leaf);
    expect(ids(again)).toEqual(ids(leaf));
    expect(again.counters.get('unreadable snapshot')).toBeUndefined();
  });

  test('knows what came after it: newer, withdrawn, and a new epoch', async () => {
    const { clock, peer, leaf, signers } = await setUp();
    const [newer, gone, restored] = signers as [Signer, Signer, Signer];
    const later = clock.now() as Millis;
    peer.send(newer.announce(later, { counter: 90 as Counter }));
    peer.send(gone.withdraw(later, 91));
    peer.send(restored.identity(later, { epoch: 1 as never, counter: 0 as Counter }));
    await clock.run(60_000);
    const again = await restart(clock, leaf);
    expect(ids(again)).toEqual(ids(leaf));
    expect(again.engine.views.slots.get(newer.address, 0 as OfferId)?.announce.counter).toBe(90);
    expect(again.engine.views.slots.get(gone.address, 0 as OfferId)).toBeUndefined();
    expect(again.engine.views.slots.get(restored.address, 3 as OfferId)).toBeUndefined();
  });

  test('that is damaged is left, counted, and fetched again from the relay', async () => {
    const { clock, relay, leaf, cut } = await setUp();
    const bytes = (await leaf.store.get('snapshot', SNAPSHOT_KEY))?.slice() ?? new Uint8Array(0);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    cut();
    await leaf.driver.stop();
    await leaf.store.commit([{ op: 'put', table: 'snapshot', key: SNAPSHOT_KEY, value: bytes }]);
    const again = await restart(clock, leaf);
    expect(again.counters.get('unreadable snapshot') ?? 0).toBe(0);
    joinNodes(again.driver, relay.driver, clock);
    await clock.until(() => again.engine.views.slots.size === PRACTICES * OFFERS, 600_000);
    expect(again.counters.get('unreadable snapshot')).toBe(1);
  });
});

type Signer = ReturnType<typeof createSigner>;
