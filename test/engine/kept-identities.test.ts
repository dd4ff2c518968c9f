/** A node that knows many keys answers before it has read them all, and what it reads later sets right what it showed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Counter, Epoch, Millis, OfferId } from '#core/brand.ts';
import { epochOfIdentity } from '#core/wire/identity.ts';
import type { StoreOp } from '#ports/store.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const KEYS = 200;

const setUp = async () => {
  const clock = createVirtualClock();
  const node = await createTestNode({ role: 'leaf', clock });
  const peer = openRawPeer(node, clock.now());
  await clock.run(10);
  const signers = Array.from({ length: KEYS }, (_, index) => createSigner(index + 1));
  for (const signer of signers) {
    peer.send(signer.identity(clock.now()));
    peer.send(signer.announce(clock.now()));
    await clock.run(100);
  }
  await clock.run(10_000);
  return { clock, node, signers };
};

const restart = async (clock: VirtualClock, node: TestNode, ops: readonly StoreOp[] = []) => {
  await node.driver.stop();
  await node.store.commit([...ops]);
  return createTestNode({ role: 'leaf', clock, store: node.store, crypto: node.crypto });
};
const unreadable = ({ counters }: TestNode): number => counters.get('unreadable') ?? 0;
const rowOf = async ({ store }: TestNode, key: string): Promise<Uint8Array> =>
  (await store.get('identities', key)) ?? new Uint8Array(0);

describe('identities that were kept', () => {
  test('are known from the first moment, and unchanged when all have been read', async () => {
    const { clock, node, signers } = await setUp();
    const before = [...node.engine.views.identities()].map(({ address, raw }) => [address, raw]);
    const again = await restart(clock, node);
    expect(again.engine.views.status().identities).toBe(KEYS);
    for (const { address } of [signers[150], signers[3]].filter((one) => one !== undefined))
      expect(again.engine.views.identity(address)?.address).toBe(address);
    await clock.run(10_000);
    expect(again.engine.views.status()).toMatchObject({ identities: KEYS, announcements: KEYS });
    expect(new Map([...again.engine.views.identities()].map(({ address, raw }) => [address, raw]))).toEqual(
      new Map(before as [never, never][]),
    );
    expect(unreadable(again)).toBe(0);
  });

  test('that cannot be read, or stand under the wrong name, are counted and forgotten; the others stay', async () => {
    const { clock, node, signers } = await setUp();
    const [broken, swapped, other] = signers as [Signer, Signer, Signer];
    const row = (await rowOf(node, broken.address)).slice(0, 60);
    const again = await restart(clock, node, [
      { op: 'put', table: 'identities', key: broken.address, value: row },
      { op: 'put', table: 'identities', key: swapped.address, value: await rowOf(node, other.address) },
    ]);
    expect(again.engine.views.identity(broken.address)).toBeUndefined();
    await clock.run(10_000);
    expect(again.engine.views.status().identities).toBe(KEYS - 2);
    expect(again.engine.views.identity(swapped.address)).toBeUndefined();
    expect(unreadable(again)).toBe(2);
  });

  test('an epoch that began after the slots were packed takes them away before anything is read', async () => {
    const { clock, node, signers } = await setUp();
    const [restored] = signers as [Signer];
    const signed = restored.identity(clock.now() as Millis, { epoch: 1 as Epoch, counter: 0 as Counter });
    const value = new Uint8Array(signed.length + 1);
    value.set(signed, 1);
    const again = await restart(clock, node, [{ op: 'put', table: 'identities', key: restored.address, value }]);
    expect(again.engine.views.slots.get(restored.address, 0 as OfferId)).toBeUndefined();
    expect(again.engine.views.slots.size).toBe(KEYS - 1);
  });

  test('a newer record that comes while most are unread replaces the kept one', async () => {
    const { clock, node, signers } = await setUp();
    const last = signers[KEYS - 1] as Signer;
    const again = await restart(clock, node);
    const peer = openRawPeer(again, clock.now());
    await clock.run(1);
    peer.send(last.identity(clock.now(), { counter: 9 as Counter }));
    await clock.run(10_000);
    expect(again.engine.views.identity(last.address)?.record.counter).toBe(9);
    expect(again.engine.views.status().identities).toBe(KEYS);
  });
});

type Signer = ReturnType<typeof createSigner>;

test('the epoch that is read alone is the one that the record says', () => {
  const signer = createSigner(1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), (epoch) => {
      const record = signer.identity(Date.UTC(2026, 10, 23) as Millis, { epoch: epoch as Epoch });
      expect(epochOfIdentity(record)).toBe(epoch);
    }),
  );
  expect(epochOfIdentity(new Uint8Array(36))).toBeUndefined();
  expect(epochOfIdentity(new Uint8Array(40).fill(0xff))).toBeUndefined();
});
