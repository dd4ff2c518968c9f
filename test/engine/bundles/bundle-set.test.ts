/** Bundles as a set to compare: all of them between relays, a leaf's buckets otherwise, and no more handed over than is taken. */
import { describe, expect, test } from 'vitest';
import type { Bucket } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { createBundleSet } from '#engine/bundles/bundle-set.ts';
import { createBundleShelf } from '#engine/bundles/bundle-shelf.ts';
import { DEFAULT_TIMING, type EngineConfig, LEAF_LIMITS, RELAY_LIMITS } from '#engine/config.ts';
import { bucketMap } from '#engine/links/peer.ts';
import { createHarness } from '#test/engine/step-harness.ts';

const setUp = (role: EngineConfig['role'], own: readonly number[] = []) => {
  const harness = createHarness();
  const limits = role === 'relay' ? RELAY_LIMITS : LEAF_LIMITS;
  const config: EngineConfig = {
    role,
    identity: undefined,
    registrars: [],
    limits: { ...limits, bundlesPerRemote: { burst: 2, perSecond: 1 } },
    timing: DEFAULT_TIMING,
    padding: 'uniform',
  };
  const shelf = createBundleShelf(limits);
  const ids = [1, 2, 3, 4].map((bucket) => {
    const created = toWireMinute(harness.now());
    const bundle = {
      kind: 'bundle',
      bucket: bucket as Bucket,
      created,
      commitment: new Uint8Array(8),
      body: new Uint8Array(27).fill(bucket),
    } as const;
    const raw = encodeBundle(bundle);
    shelf.put(messageIdOf(raw), bundle, raw, harness.now());
    return messageIdOf(raw).slice(0, 16);
  });
  const buckets = new Set(own.map((bucket) => bucket as Bucket));
  const set = createBundleSet(harness.context, { config, shelf, buckets: () => buckets });
  const offered = (peer: Parameters<typeof set.offer>[0]): string[] => {
    const taken: string[] = [];
    harness.step(() => taken.push(...ids.filter((id) => set.offer(peer, id))));
    return taken;
  };
  return { ...harness, set, ids, offered };
};

describe('between a relay and', () => {
  test('another relay: all bundles, and of those only as many handed over unasked as it takes', () => {
    const { set, ids, link, offered, wait } = setUp('relay');
    const peer = link({ relay: true, dialled: true });
    expect(ids.filter((id) => set.index(peer).has(id))).toEqual(ids);
    expect(offered(peer)).toEqual(ids.slice(0, 2));
    expect(offered(peer)).toEqual([]);
    wait(1_000);
    expect(offered(peer)).toEqual(ids.slice(0, 1));
    expect(offered(link({ relay: true, dialled: true }))).toEqual(ids.slice(0, 2));
  });

  test('a leaf: those in its buckets, handed over when asked', () => {
    const { set, ids, link, offered } = setUp('relay');
    const peer = link();
    expect(set.index(peer).size).toBe(0);
    peer.listens = bucketMap([2, 4]);
    expect(ids.filter((id) => set.index(peer).has(id))).toEqual([ids[1], ids[3]]);
    expect(offered(peer)).toEqual([]);
    expect(set.bytesOf(ids[1] ?? '')).toHaveLength(40);
  });
});

test('a leaf compares what is in its own buckets, and hands nothing over', () => {
  const { set, ids, link, offered } = setUp('leaf', [3]);
  const peer = link({ relay: true, dialled: true });
  expect(ids.filter((id) => set.index(peer).has(id))).toEqual([ids[2]]);
  expect(offered(peer)).toEqual([]);
});
