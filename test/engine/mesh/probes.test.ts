/** Traces: the way to a node, told by those on it, and by nobody else. */
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { decodeProbe, encodeProbe } from '#core/wire/probe.ts';
import { decodeTraced, encodeTraced, type TracedHop } from '#core/wire/traced.ts';
import type { Effect } from '#engine/effect.ts';
import type { Peer } from '#engine/links/peer.ts';
import { createScene, type SceneOptions, sent } from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { refusals } from '#test/engine/step-harness.ts';

const [ALICE, BOB] = [createSigner(1), createSigner(2)] as const;
const NONCE = '0102030405060708';

const onTheWay = (options: SceneOptions = {}) => {
  const scene = createScene(options);
  scene.know(BOB);
  const [left, right] = [scene.relay(), scene.relay()];
  scene.announce(right, BOB, { hops: 1 });
  const probe = (peer: Peer, hops = 0, target = BOB.address, nonce = NONCE): Effect[] =>
    scene.act(() => scene.mesh.probes.onProbe(peer, encodeProbe({ kind: 'probe', hops, nonce, target })));
  const traced = (peer: Peer, hops: readonly TracedHop[], nonce = NONCE, reached = true): Effect[] =>
    scene.act(() => scene.mesh.probes.onTraced(peer, encodeTraced({ kind: 'traced', nonce, reached, hops })));
  return { ...scene, left, right, probe, traced };
};
const answers = (effects: readonly Effect[], to: Peer) =>
  sent(effects, 'traced', to).map(({ frame }) => {
    const decoded = decodeTraced(frame);
    if (!decoded.ok) throw new Error(decoded.code);
    return decoded.value;
  });
const hop = (elapsed: number, address = BOB.address): TracedHop => ({ address, elapsed: elapsed as Millis });

describe('a probe that passes', () => {
  test('goes the way of a message, and its answer back, with our name and time in front', () => {
    const scene = onTheWay();
    const [frame] = sent(scene.probe(scene.left, 2), 'probe', scene.right);
    expect(decodeProbe(frame?.frame ?? new Uint8Array())).toMatchObject({ ok: true, value: { hops: 3, nonce: NONCE } });
    scene.later(35);
    const effects = scene.traced(scene.right, [hop(0)]);
    expect(answers(effects, scene.left)).toEqual([
      { kind: 'traced', nonce: NONCE, reached: true, hops: [hop(35, scene.me.address), hop(0)] },
    ]);
    // Once.
    expect(refusals(scene.traced(scene.right, [hop(0)]))).toEqual(['not-found']);
  });
  test('is answered here when it is for us, when there is no way on, and when it has no hop left', () => {
    const scene = onTheWay();
    const here = hop(0, scene.me.address);
    expect(answers(scene.probe(scene.left, 0, scene.me.address), scene.left)).toMatchObject([
      { reached: true, hops: [here] },
    ]);
    expect(answers(scene.probe(scene.left, 0, ALICE.address), scene.left)).toMatchObject([
      { reached: false, hops: [here] },
    ]);
    expect(answers(scene.probe(scene.left, 7), scene.left)).toMatchObject([{ reached: false, hops: [here] }]);
    expect(answers(scene.probe(scene.right), scene.right)).toMatchObject([{ reached: false }]);
  });
  test('is refused when it comes round, and known again for ten seconds', () => {
    const scene = onTheWay();
    scene.probe(scene.left);
    expect(refusals(scene.probe(scene.right))).toEqual(['looping']);
    scene.later(9_999);
    expect(refusals(scene.probe(scene.left))).toEqual(['looping']);
    scene.later(1);
    expect(refusals(scene.probe(scene.left))).toEqual([]);
  });
  test('is answered by the neighbour that was asked, and nobody else', () => {
    const scene = onTheWay();
    scene.probe(scene.left);
    expect(refusals(scene.traced(scene.left, [hop(0)]))).toEqual(['not-found']);
    expect(refusals(scene.traced(scene.right, [hop(0)], 'ffffffffffffffff'))).toEqual(['not-found']);
    expect(answers(scene.traced(scene.right, [hop(0)]), scene.left).length).toBe(1);
  });
  test('finds nobody when whoever asked is gone, and adds nothing to eight hops', () => {
    const scene = onTheWay();
    scene.probe(scene.left);
    scene.hangUp(scene.left);
    expect(sent(scene.traced(scene.right, [hop(0)]))).toEqual([]);
    const other = onTheWay();
    other.probe(other.left);
    expect(sent(other.traced(other.right, Array<TracedHop>(8).fill(hop(1))))).toEqual([]);
  });
  test('learns no name of a node that says nobody who it is', () => {
    const scene = onTheWay({ role: 'leaf' });
    scene.probe(scene.left);
    expect(answers(scene.traced(scene.right, [hop(0)]), scene.left)[0]?.hops[0]?.address).toBeUndefined();
  });
  test('that is malformed is refused', () => {
    const scene = onTheWay();
    const flawed = [Uint8Array.of(0x18, 0), Uint8Array.of(0x19, 0)];
    expect(refusals(scene.act(() => scene.mesh.probes.onProbe(scene.left, flawed[0] ?? new Uint8Array())))).toEqual([
      'malformed',
    ]);
    expect(refusals(scene.act(() => scene.mesh.probes.onTraced(scene.left, flawed[1] ?? new Uint8Array())))).toEqual([
      'malformed',
    ]);
  });
});

describe('a trace of ours', () => {
  const begin = (scene: ReturnType<typeof onTheWay>, target = BOB.address) => {
    let name = '';
    const effects = scene.act(() => {
      name = scene.mesh.probes.trace(target);
    });
    return { name, effects };
  };
  const result = (scene: ReturnType<typeof onTheWay>, name: string) =>
    scene.act(() => undefined) && scene.mesh.probes.result(name);
  test('has the round trip to each hop: ours, less what the hop waited itself', () => {
    const scene = onTheWay();
    const { name, effects } = begin(scene);
    expect([sent(effects, 'probe', scene.right).length, result(scene, name)]).toEqual([1, undefined]);
    scene.later(50);
    scene.traced(scene.right, [hop(40, ALICE.address), hop(0)], name);
    expect(result(scene, name)).toEqual({
      target: BOB.address,
      reached: true,
      hops: [
        { address: ALICE.address, roundTrip: 10 },
        { address: BOB.address, roundTrip: 50 },
      ],
    });
  });
  test('never shows less than nothing, whatever a hop claims', () => {
    const scene = onTheWay();
    const { name } = begin(scene);
    scene.traced(scene.right, [hop(60_000)], name);
    expect(result(scene, name)?.hops).toEqual([{ address: BOB.address, roundTrip: 0 }]);
  });
  test('ends after five seconds without an answer, at once without a way, and here for oneself', () => {
    const scene = onTheWay();
    const { name } = begin(scene);
    scene.later(4_999);
    expect(result(scene, name)).toBeUndefined();
    scene.later(1);
    expect(result(scene, name)).toEqual({ target: BOB.address, reached: false, hops: [] });
    expect(refusals(scene.traced(scene.right, [hop(0)], name))).toEqual(['not-found']);
    expect(result(scene, begin(scene, ALICE.address).name)).toMatchObject({ reached: false, hops: [] });
    const leaf = onTheWay({ role: 'leaf', practice: true });
    const own = begin(leaf, leaf.me.address);
    expect([sent(own.effects), result(leaf, own.name)?.reached]).toEqual([[], true]);
  });
});
