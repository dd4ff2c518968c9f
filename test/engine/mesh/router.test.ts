/** Hop by hop: who takes an envelope, what happens when nobody does, and that nobody else's answer counts. */
import { describe, expect, test } from 'vitest';
import type { MessageId } from '#core/brand.ts';
import { encodeEnvelope } from '#core/wire/envelope.ts';
import { encodeRouted } from '#core/wire/routed.ts';
import {
  announceAt,
  createScene,
  forged,
  idOf,
  messageTo,
  receiptFor,
  type Scene,
  type SceneOptions,
  seal,
  sent,
} from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { refusals } from '#test/engine/step-harness.ts';

const [ALICE, BOB, CAROL] = [createSigner(1), createSigner(2), createSigner(3)] as const;
const MESSAGE = messageTo(ALICE, BOB.address, 'hello');
const ID = idOf(MESSAGE);

/** Alice's side on the left, two ways to Bob on the right: the nearer first. */
const betweenTwoWays = (options: SceneOptions = {}) => {
  const scene = createScene(options);
  for (const signer of [ALICE, BOB, CAROL]) scene.know(signer);
  const [left, right, other] = [scene.relay(), scene.relay(), scene.relay()];
  scene.announce(right, BOB, { hops: 2 });
  scene.announce(other, BOB, { hops: 3 });
  return { ...scene, left, right, other };
};
const ways = ({ mesh }: Scene): number => mesh.nodes.get(BOB.address)?.routes.length ?? 0;

describe('a message for somebody else', () => {
  test('is taken, goes on by the nearest way with one hop more, and is forgotten when the next hop took it', () => {
    const scene = betweenTwoWays();
    const effects = scene.envelope(scene.left, MESSAGE);
    expect(sent(effects, 'ack')).toMatchObject([{ link: scene.left.link, ack: { taken: true, ids: [ID] } }]);
    expect(sent(effects, 'unicast')).toMatchObject([{ link: scene.right.link, transit: true, envelope: { hops: 1 } }]);
    expect(sent(effects, 'unicast')[0]?.envelope).toEqual({ ...MESSAGE, hops: 1 });
    expect(scene.mesh.router.inFlight).toBe(1);
    scene.ack(scene.right, true, ID);
    expect(scene.mesh.router.inFlight).toBe(0);
    expect(sent(scene.later(10_000), 'unicast')).toEqual([]);
    expect(scene.checks()).toBe(1);
  });
  test('takes the second way when the first does not answer in 400 ms, and then does not take that way again', () => {
    const scene = betweenTwoWays();
    scene.envelope(scene.left, MESSAGE);
    expect(sent(scene.later(399), 'unicast')).toEqual([]);
    expect(sent(scene.later(1), 'unicast')).toMatchObject([{ link: scene.other.link }]);
    scene.ack(scene.other, true, ID);
    const next = messageTo(ALICE, BOB.address, 'next');
    expect(sent(scene.envelope(scene.left, next), 'unicast')).toMatchObject([{ link: scene.other.link }]);
  });
  test('takes the second way at once when the first says no, or is gone', () => {
    for (const fail of [
      (scene: ReturnType<typeof betweenTwoWays>) => scene.ack(scene.right, false, ID),
      (scene: ReturnType<typeof betweenTwoWays>) => scene.hangUp(scene.right),
    ]) {
      const scene = betweenTwoWays();
      scene.envelope(scene.left, MESSAGE);
      expect(sent(fail(scene), 'unicast')).toMatchObject([{ link: scene.other.link, envelope: { hops: 1 } }]);
    }
  });
  test('waits longer for the second answer than for the first', () => {
    const scene = betweenTwoWays();
    scene.envelope(scene.left, MESSAGE);
    scene.ack(scene.right, false, ID);
    expect(sent(scene.later(799), 'routed')).toEqual([]);
    expect(sent(scene.later(1), 'routed').length).toBeGreaterThan(0);
  });
  test('is not sent a second time when the same neighbour gives it again, but is answered', () => {
    const scene = betweenTwoWays();
    scene.envelope(scene.left, MESSAGE);
    const effects = scene.envelope(scene.left, MESSAGE);
    expect(sent(effects).map(({ kind, ack }) => [kind, ack?.taken])).toEqual([['ack', true]]);
  });
  test('never goes back to whoever gave it, even when that is the only way', () => {
    const scene = betweenTwoWays();
    const effects = [...scene.envelope(scene.right, MESSAGE), ...scene.later(5_000)];
    expect(sent(effects, 'unicast', scene.right)).toEqual([]);
    expect(sent(effects, 'routed', scene.right)).toEqual([]);
    expect(sent(effects, 'unicast', scene.other).length).toBe(1);
  });
});

describe('it is not taken', () => {
  const refusal = (scene: Scene, peer: Parameters<Scene['envelope']>[0], envelope = MESSAGE) => {
    const effects = scene.envelope(peer, envelope);
    expect(sent(effects, 'unicast')).toEqual([]);
    expect(sent(effects, 'ack', peer)).toMatchObject([{ ack: { taken: false, ids: [idOf(envelope)] } }]);
    return refusals(effects);
  };
  test('when it came from another neighbour just before: it goes in a circle', () => {
    const scene = betweenTwoWays();
    scene.envelope(scene.left, MESSAGE);
    expect(refusal(scene, scene.other)).toEqual(['looping']);
    scene.ack(scene.right, true, ID);
    scene.later(3_999);
    expect(refusal(scene, scene.other)).toEqual(['looping']);
    scene.later(1);
    expect(sent(scene.envelope(scene.other, MESSAGE), 'ack')).toMatchObject([{ ack: { taken: true } }]);
  });
  test('when it is our own that comes back, and our own journey goes on', () => {
    const scene = betweenTwoWays();
    const own = scene.act(() => scene.mesh.messages.send(BOB.address, Uint8Array.of(1), () => undefined));
    const [first] = sent(own, 'unicast');
    if (first?.envelope === undefined) throw new Error('nothing was sent');
    expect(refusal(scene, scene.other, { ...first.envelope, hops: 2 })).toEqual(['looping']);
    // Still ours, and still without a hop.
    expect(sent(scene.later(400), 'unicast')).toMatchObject([{ link: scene.other.link, envelope: { hops: 0 } }]);
  });
  test('when it has gone seven hops, or claims eight', () => {
    const scene = betweenTwoWays();
    expect(sent(scene.envelope(scene.left, { ...MESSAGE, hops: 6 }), 'unicast')).toMatchObject([
      { envelope: { hops: 7 } },
    ]);
    const other = messageTo(ALICE, BOB.address, 'other');
    expect(refusal(scene, scene.left, { ...other, hops: 7 })).toEqual(['too-many-hops']);
    expect(refusal(scene, scene.left, { ...other, hops: 8 })).toEqual(['too-many-hops']);
  });
  test('when too many are on their way', () => {
    const scene = betweenTwoWays({ limits: { journeys: 3 } });
    for (let i = 0; i < 3; i++) scene.envelope(scene.left, messageTo(ALICE, BOB.address, `message ${i}`));
    expect(refusal(scene, scene.left)).toEqual(['over-capacity']);
    expect(scene.mesh.router.inFlight).toBe(3);
  });
  test('by a leaf that knows no way', () => {
    const scene = createScene({ role: 'leaf' });
    expect(refusal(scene, scene.neighbour())).toEqual(['no-path']);
  });
});

test('what is no message and no receipt, or too large, goes nowhere: as an envelope, as a flood, as something to keep', () => {
  const scene = betweenTwoWays();
  const wrong = [
    { envelope: seal(ALICE, BOB.address, Uint8Array.of(0x12, 1)), code: 'unknown-kind' },
    { envelope: seal(ALICE, BOB.address, new Uint8Array(0)), code: 'unknown-kind' },
    { envelope: messageTo(ALICE, BOB.address, 'x'.repeat(16_385)), code: 'too-large' },
  ];
  for (const { envelope, code } of wrong) {
    // Custody and announcements are read as what they are first.
    if (envelope.payload[0] !== 0x12) expect(refusals(scene.envelope(scene.left, envelope))).toEqual([code]);
    for (const mode of ['flood', 'keep'] as const) {
      const effects = scene.flood(scene.left, envelope, mode === 'flood' ? 3 : 0, mode);
      expect([refusals(effects), sent(effects)]).toEqual([[code], []]);
    }
  }
  expect(refusals(scene.flood(scene.left, announceAt(ALICE, scene.now()), 3))).toEqual(['malformed']);
  expect(refusals(scene.act(() => scene.mesh.router.onRouted(scene.left, Uint8Array.of(0x1a, 9, 0, 0))))).toEqual([
    'malformed',
  ]);
  expect(refusals(scene.act(() => scene.mesh.router.onAck(scene.left, Uint8Array.of(0x2d, 2))))).toEqual(['malformed']);
  const broken = encodeRouted({ kind: 'routed', mode: 'flood', scope: 1, envelope: Uint8Array.of(0x11, 0) });
  expect(refusals(scene.act(() => scene.mesh.router.onRouted(scene.left, broken)))).toEqual(['malformed']);
  expect(scene.mesh.router.inFlight).toBe(0);
});

describe('answers', () => {
  test('of others than the next hop change nothing, however many', () => {
    const scene = betweenTwoWays();
    scene.envelope(scene.left, MESSAGE);
    for (const liar of [scene.left, scene.other, scene.relay()]) {
      for (const taken of [true, false]) expect(sent(scene.ack(liar, taken, ID), 'unicast')).toEqual([]);
    }
    expect([scene.mesh.router.inFlight, ways(scene)]).toEqual([1, 2]);
    const many = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(32, '0') as MessageId);
    for (let i = 0; i < 1_000; i++) scene.ack(scene.right, i % 2 === 0, ...many);
    expect([scene.mesh.router.inFlight, ways(scene)]).toEqual([1, 2]);
  });
  test('that come after the time was up do not count', () => {
    const scene = betweenTwoWays();
    scene.envelope(scene.left, MESSAGE);
    scene.later(400);
    scene.ack(scene.right, true, ID);
    expect(scene.mesh.router.inFlight).toBe(1);
    scene.ack(scene.other, true, ID);
    expect(scene.mesh.router.inFlight).toBe(0);
  });
  test('"not taken" by what was made to fail ends no path: the destination refused it, or it had no hop left', () => {
    const scene = betweenTwoWays();
    const direct = scene.relay();
    scene.announce(direct, CAROL);
    const bad = forged(messageTo(ALICE, CAROL.address, 'forged'));
    expect(sent(scene.envelope(scene.left, bad), 'unicast', direct).length).toBe(1);
    scene.ack(direct, false, idOf(bad));
    expect(scene.mesh.nodes.get(CAROL.address)?.routes.length).toBe(1);
    const last = messageTo(ALICE, BOB.address, 'last', 6);
    scene.envelope(scene.left, last);
    scene.ack(scene.right, false, idOf(last));
    expect(ways(scene)).toBe(2);
  });
});

describe('a neighbour that is gone', () => {
  test('is no way any more, and what it gave goes on without it', () => {
    const scene = betweenTwoWays();
    scene.envelope(scene.left, MESSAGE);
    scene.hangUp(scene.left);
    const effects = [...scene.ack(scene.right, false, ID), ...scene.ack(scene.other, true, ID)];
    expect(sent(effects, 'unicast')).toMatchObject([{ link: scene.other.link }]);
    expect(sent([...effects, ...scene.later(10_000)], undefined, scene.left)).toEqual([]);
  });
  test('leaves no timer behind', () => {
    const scene = betweenTwoWays();
    scene.envelope(scene.left, MESSAGE);
    for (const peer of [scene.left, scene.right, scene.other]) scene.hangUp(peer);
    scene.later(10_000);
    expect(scene.mesh.router.inFlight).toBe(0);
  });
});

describe('a leaf', () => {
  test('without a path gives it to its relay; without a relay to whoever joins it to the others', () => {
    const scene = createScene({ role: 'leaf', practice: true });
    const send = () => scene.act(() => scene.mesh.messages.send(BOB.address, Uint8Array.of(1), () => undefined));
    const plain = scene.neighbour();
    expect(sent(send(), 'unicast')).toEqual([]);
    const bridge = scene.neighbour({ bridge: true });
    expect(sent(send(), 'unicast')).toMatchObject([{ link: bridge.link }]);
    const relay = scene.relay();
    const effects = send();
    expect(sent(effects, 'unicast')).toMatchObject([{ link: relay.link }]);
    expect(sent(effects, undefined, plain)).toEqual([]);
  });
  test('does not flood, and asks a relay to keep what nobody takes', () => {
    const scene = createScene({ role: 'leaf', practice: true });
    const relay = scene.relay();
    scene.act(() => scene.mesh.messages.send(BOB.address, Uint8Array.of(1), () => undefined));
    const effects = scene.later(400);
    expect(sent(effects, 'routed')).toMatchObject([{ link: relay.link, mode: 'keep', scope: 0 }]);
    expect(scene.mesh.router.inFlight).toBe(0);
  });
});

describe('a message of ours whose receipt does not come', () => {
  test('takes another way with each attempt, as long as there is one: who takes and drops is got round', () => {
    const scene = betweenTwoWays();
    const first = scene.act(() => scene.mesh.messages.send(BOB.address, Uint8Array.of(1), () => undefined));
    const [message] = sent(first, 'unicast');
    if (message?.envelope === undefined) throw new Error('nothing was sent');
    expect(message.link).toBe(scene.right.link);
    const id = idOf(message.envelope);
    scene.ack(scene.right, true, id);
    expect(sent(scene.later(5_000), 'unicast')).toMatchObject([{ link: scene.other.link }]);
    scene.ack(scene.other, true, id);
    expect(sent(scene.later(10_000), 'unicast')).toMatchObject([{ link: scene.right.link }]);
    // The first choice is still the first for others.
    expect(sent(scene.envelope(scene.left, MESSAGE), 'unicast')).toMatchObject([{ link: scene.right.link }]);
  });
  test('is looked for no longer once the receipt is there', () => {
    const scene = createScene();
    scene.know(BOB);
    const neighbour = scene.relay();
    const effects = scene.act(() => scene.mesh.messages.send(BOB.address, Uint8Array.of(1), () => undefined));
    const [flood] = sent(effects, 'routed', neighbour);
    if (flood?.envelope === undefined) throw new Error('nothing was flooded');
    scene.envelope(neighbour, receiptFor(BOB, scene.me.address, idOf(flood.envelope)));
    expect([scene.mesh.router.inFlight, scene.mesh.messages.shelf.size]).toEqual([0, 0]);
    expect(sent(scene.later(60_000)).filter(({ kind }) => kind === 'routed' || kind === 'unicast')).toEqual([]);
  });
});

test('frames that are no envelope are malformed', () => {
  const scene = betweenTwoWays();
  const frame = encodeEnvelope(MESSAGE);
  for (const bytes of [frame.subarray(0, 40), Uint8Array.of(0x11), Uint8Array.of(0x11, 9, ...frame.subarray(2))])
    expect(refusals(scene.act(() => scene.mesh.onEnvelope(scene.left, bytes)))).toEqual(['malformed']);
});
