/** Who passes on for others (docs/decisions/0020-bridges.md), case by case. */
import { describe, expect, test } from 'vitest';
import type { Peer } from '#engine/links/peer.ts';
import { createScene, type Scene, type Signer, sent } from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';

const SIGNERS = [1, 2, 3, 4].map(createSigner) as [Signer, Signer, Signer, Signer];
const [A, B, C, D] = SIGNERS;

const createLeaf = () => {
  const scene = createScene({ role: 'leaf' });
  for (const signer of SIGNERS) scene.know(signer);
  const relay = (signer: Signer): Peer => {
    const peer = scene.relay(signer);
    scene.announce(peer, signer);
    return peer;
  };
  const leaf = (rooted: boolean): Peer => {
    const peer = scene.neighbour();
    scene.act(() => scene.mesh.onBeacon(peer, { bridge: false, rooted }));
    return peer;
  };
  return { ...scene, relay, leaf };
};
const judged = (scene: Pick<Scene, 'later' | 'mesh'>) => {
  scene.later(1_500);
  return [scene.mesh.bridging.isBridge, scene.mesh.bridging.isRooted];
};

describe('a leaf is no bridge', () => {
  test('without links, with one relay, with one leaf', () => {
    const scene = createLeaf();
    expect(judged(scene)).toEqual([false, false]);
    const relay = scene.relay(A);
    expect(judged(scene)).toEqual([false, true]);
    scene.hangUp(relay);
    expect(judged(scene)).toEqual([false, false]);
    scene.leaf(false);
    expect(judged(scene)).toEqual([false, false]);
  });
  test('between two relays that know each other, whichever of them says so', () => {
    for (const [first, second] of [
      [A, B],
      [B, A],
    ] as const) {
      const scene = createLeaf();
      const [one] = [scene.relay(first), scene.relay(second)];
      scene.announce(one, second, { hops: 1 });
      expect(judged(scene)).toEqual([false, true]);
      expect(scene.beacons()).toBe(1);
    }
  });
  test('between two relays that know each other over several links', () => {
    const scene = createLeaf();
    const [one] = [scene.relay(A), scene.relay(B)];
    scene.announce(one, B, { hops: 5 });
    expect(judged(scene)[0]).toBe(false);
  });
  test('between relays that know each other in a row, in whatever order they came', () => {
    for (const order of [
      [A, B, C],
      [A, C, B],
      [B, A, C],
    ] as const) {
      const scene = createLeaf();
      const links = new Map<Signer, Peer>();
      for (const signer of order) links.set(signer, scene.relay(signer));
      const middle = links.get(B);
      if (middle === undefined) throw new Error('no middle');
      // B knows A and C; A and C know nothing of each other.
      scene.announce(middle, A, { hops: 1 });
      scene.announce(middle, C, { hops: 1 });
      expect(judged(scene)[0]).toBe(false);
    }
  });
  test('in a mesh of four relays, two of which told of each other first', () => {
    const scene = createLeaf();
    const [a, b, c, d] = SIGNERS.map(scene.relay) as [Peer, Peer, Peer, Peer];
    for (const [teller, told] of [
      [b, A],
      [c, A],
      [a, B],
      [d, C],
      [c, D],
      [b, D],
    ] as const)
      scene.announce(teller, told, { hops: 1 });
    expect(judged(scene)[0]).toBe(false);
  });
  test('with a relay and a leaf that has one, or with leaves that all have one', () => {
    const scene = createLeaf();
    const relay = scene.relay(A);
    scene.leaf(true);
    expect(judged(scene)).toEqual([false, true]);
    scene.hangUp(relay);
    scene.leaf(true);
    expect(judged(scene)).toEqual([false, false]);
  });
});

describe('a leaf is a bridge', () => {
  test('between two relays that do not know each other, until they do', () => {
    const scene = createLeaf();
    const [a, b] = [scene.relay(A), scene.relay(B)];
    expect(judged(scene)).toEqual([true, true]);
    // Linked now: B's next announcement comes from A as well.
    scene.later(60_000);
    scene.announce(b, B);
    expect(judged(scene)[0]).toBe(true);
    scene.announce(a, B, { hops: 1 });
    expect(judged(scene)[0]).toBe(false);
    // And apart again: A does not tell of it any more.
    scene.later(600_000);
    scene.announce(b, B);
    expect(judged(scene)[0]).toBe(true);
  });
  test('and stays one when its own news comes back to it', () => {
    const scene = createLeaf();
    const [, b, c] = [scene.relay(A), scene.relay(B), scene.relay(C)];
    scene.announce(c, A, { hops: 1 });
    expect(judged(scene)[0]).toBe(true);
    // B's announcement went from us to A, from A to C, and from there to us.
    scene.later(60_000);
    scene.announce(b, B);
    scene.announce(c, B, { hops: 3 });
    expect(judged(scene)[0]).toBe(true);
    scene.announce(c, B, { hops: 2 });
    scene.hangUp(b);
    expect(judged(scene)[0]).toBe(false);
  });
  test('between a relay and a leaf that has none, and between two leaves that have none', () => {
    const scene = createLeaf();
    const relay = scene.relay(A);
    const leaf = scene.leaf(false);
    expect(judged(scene)).toEqual([true, true]);
    scene.act(() => scene.mesh.onBeacon(leaf, { bridge: false, rooted: true }));
    expect(judged(scene)[0]).toBe(false);
    scene.act(() => scene.mesh.onBeacon(leaf, { bridge: false, rooted: false }));
    scene.hangUp(relay);
    expect(judged(scene)[0]).toBe(false);
    scene.leaf(false);
    expect(judged(scene)).toEqual([true, false]);
  });
  test('between a leaf with a relay and one without', () => {
    const scene = createLeaf();
    scene.leaf(true);
    scene.leaf(false);
    expect(judged(scene)).toEqual([true, false]);
  });
});

describe('the judgement', () => {
  test('waits until a second and a half after the last change, but not for ever', () => {
    const scene = createLeaf();
    scene.relay(A);
    scene.relay(B);
    scene.later(1_499);
    expect(scene.mesh.bridging.isBridge).toBe(false);
    scene.later(1);
    expect(scene.mesh.bridging.isBridge).toBe(true);
    const other = createLeaf();
    other.relay(A);
    other.relay(B);
    const restless = other.leaf(false);
    for (let i = 0; i < 6; i++) {
      other.later(900);
      other.act(() => other.mesh.onBeacon(restless, { bridge: false, rooted: i % 2 === 0 }));
      expect(other.mesh.bridging.isBridge).toBe(false);
    }
    other.later(600);
    expect(other.mesh.bridging.isBridge).toBe(true);
  });
  test('does not waver while the same announcements come round again, one neighbour after the other', () => {
    const scene = createLeaf();
    const [a, b] = [scene.relay(A), scene.relay(B)];
    scene.announce(a, B, { hops: 1 });
    expect(judged(scene)[0]).toBe(false);
    const told = scene.beacons();
    for (let round = 0; round < 20; round++) {
      scene.later(31_000 + round * 137);
      for (const [direct, signer, other] of [
        [a, A, b],
        [b, B, a],
      ] as const) {
        scene.announce(direct, signer);
        scene.later(700);
        scene.announce(other, signer, { hops: 1 });
        scene.later(700);
      }
    }
    expect([scene.mesh.bridging.isBridge, scene.beacons()]).toEqual([false, told]);
  });
  test('is told to the neighbours in a beacon, who then hear everything once', () => {
    const scene = createLeaf();
    const [a, b] = [scene.relay(A), scene.relay(B)];
    const effects = scene.later(1_500);
    expect(scene.beacons()).toBe(1);
    const heard = sent(effects, 'broadcast').map(({ link, envelope }) => [link, envelope?.source, envelope?.hops]);
    expect(heard).toEqual([
      [a.link, B.address, 1],
      [b.link, A.address, 1],
    ]);
    const leaf = scene.leaf(true);
    scene.later(5_000);
    expect(sent(scene.act(() => scene.mesh.onBeacon(leaf, { bridge: false, rooted: true })))).toEqual([]);
  });
});
