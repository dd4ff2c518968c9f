/** Node announcements: what is refused and when, what is passed on to whom, and when our own leave. */
import { describe, expect, test } from 'vitest';
import { CAPABILITY } from '#core/domain/values.ts';
import { decodeNodeAnnounce, encodeNodeAnnounce, type NodeAnnounce } from '#core/wire/node-announce.ts';
import type { Effect } from '#engine/effect.ts';
import {
  announceAt,
  createScene,
  forged,
  RELAY_BITS,
  type Scene,
  type SceneOptions,
  type Signer,
  seal,
  sent,
} from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { ofKind, refusals } from '#test/engine/step-harness.ts';

const [ALICE, BOB] = [createSigner(1), createSigner(2)] as const;
const MINUTE = 60_000;

const receiver = (options: SceneOptions = {}) => {
  const scene = createScene(options);
  for (const signer of [ALICE, BOB]) scene.know(signer);
  const from = scene.relay();
  scene.later(6_000);
  return { ...scene, from };
};
const passedOn = (effects: readonly Effect[], of: Signer = ALICE) =>
  sent(effects, 'broadcast').filter(({ envelope }) => envelope?.source === of.address);
const paths = ({ mesh }: Scene, of: Signer = ALICE) => mesh.nodes.get(of.address)?.routes.length ?? 0;
describe('an announcement is refused', () => {
  const verdict = (scene: ReturnType<typeof receiver>, ...args: Parameters<Scene['envelope']>) => {
    const before = scene.checks();
    const effects = scene.envelope(...args);
    expect(passedOn(effects)).toEqual([]);
    return { codes: refusals(effects), checks: scene.checks() - before };
  };
  const payload = (scene: Scene, changed: Partial<NodeAnnounce>) => {
    const decoded = decodeNodeAnnounce(announceAt(ALICE, scene.now(), changed).payload);
    return decoded.ok ? encodeNodeAnnounce(decoded.value) : announceAt(ALICE, scene.now(), changed).payload;
  };

  test('by its shape, before anything else', () => {
    const scene = receiver();
    const good = payload(scene, {});
    const flawed = [
      { bytes: good.subarray(0, 10), code: 'malformed' },
      { bytes: Uint8Array.of(...good, 0), code: 'malformed' },
      { bytes: good.with(7, 100), code: 'malformed' },
      { bytes: good.with(8, 0x40), code: 'malformed' },
      { bytes: payload(scene, { capabilities: 0 }), code: 'missing-capability' },
      { bytes: payload(scene, { capabilities: RELAY_BITS | 0x0400 }), code: 'missing-capability' },
      { bytes: payload(scene, { capabilities: 0x8000 }), code: 'missing-capability' },
    ] as const;
    // With eight hops and a forged signature besides: shape comes first.
    for (const { bytes, code } of flawed) {
      const envelope = forged(seal(ALICE, undefined, bytes, 8));
      expect(verdict(scene, scene.from, envelope)).toEqual({ codes: [code], checks: 0 });
    }
    const toOne = seal(ALICE, BOB.address, good);
    expect(verdict(scene, scene.from, toOne)).toEqual({ codes: ['malformed'], checks: 0 });
  });
  test('by its hops, its age, and what is known, without a signature check', () => {
    const scene = receiver();
    const now = scene.now();
    const check = (at: number, hops = 0) => verdict(scene, scene.from, forged(announceAt(ALICE, at, { hops })));
    // Each of these is wrong in what comes later as well.
    expect(check(now + 20 * MINUTE, 8)).toEqual({ codes: ['too-many-hops'], checks: 0 });
    expect(check(now + 5 * MINUTE + 1_000)).toEqual({ codes: ['from-the-future'], checks: 0 });
    expect(check(now - 30 * MINUTE)).toEqual({ codes: ['expired'], checks: 0 });
    scene.announce(scene.from, ALICE);
    expect(paths(scene)).toBe(1);
    expect(check(now - 1_000)).toEqual({ codes: ['superseded'], checks: 0 });
    const otherOfThatSecond = announceAt(ALICE, now, { region: 10 });
    expect(verdict(scene, scene.from, otherOfThatSecond)).toEqual({ codes: ['superseded'], checks: 0 });
  });
  test('not when it is just within those bounds', () => {
    const scene = receiver();
    expect(verdict(scene, scene.from, announceAt(ALICE, scene.now() - 30 * MINUTE + 1_000, { hops: 7 })).codes).toEqual(
      [],
    );
    expect(scene.mesh.nodes.get(ALICE.address)?.routes).toMatchObject([{ hops: 8 }]);
    scene.envelope(scene.from, announceAt(BOB, scene.now() + 5 * MINUTE));
    expect(paths(scene, BOB)).toBe(1);
  });
  test('by its signature, and leaves nothing behind', () => {
    const scene = receiver();
    const envelope = forged(announceAt(ALICE, scene.now()));
    expect(verdict(scene, scene.from, envelope)).toEqual({ codes: ['bad-signature'], checks: 1 });
    expect(scene.mesh.nodes.size).toBe(0);
  });
  test('by a capability of FAPP that its identity record does not have', () => {
    const scene = receiver();
    scene.know(BOB, CAPABILITY.THERAPIST);
    expect(verdict(scene, scene.from, announceAt(BOB, scene.now())).codes).toEqual(['missing-capability']);
    const practice = { capabilities: CAPABILITY.THERAPIST | CAPABILITY.ROUTER, level: 0 };
    expect(verdict(scene, scene.from, announceAt(BOB, scene.now(), practice)).codes).toEqual([]);
  });
  test('by the budget of its key: 32 at once, then one in five seconds', () => {
    const scene = receiver();
    const codes = Array.from({ length: 36 }, (_, i) =>
      refusals(scene.envelope(scene.from, announceAt(ALICE, scene.now() - 60_000 + i * 1_000))),
    );
    expect(codes.flat()).toEqual(Array(4).fill('rate-limited'));
    expect(refusals(scene.envelope(scene.from, announceAt(BOB, scene.now())))).toEqual([]);
    scene.later(10_000);
    expect(refusals(scene.announce(scene.from, ALICE))).toEqual([]);
    // What nobody signed costs the key nothing.
    scene.later(10_000);
    for (let i = 0; i < 50; i++) scene.envelope(scene.from, forged(announceAt(ALICE, scene.now() + i * 1_000)));
    expect(refusals(scene.announce(scene.from, ALICE))).toEqual([]);
  });
  test('by a full table, where who is known goes on being known', () => {
    const scene = receiver({ limits: { nodes: 1 } });
    scene.announce(scene.from, ALICE);
    expect(verdict(scene, scene.from, announceAt(BOB, scene.now())).codes).toEqual(['over-capacity']);
    scene.later(2_000);
    expect(refusals(scene.announce(scene.from, ALICE))).toEqual([]);
    expect([paths(scene), scene.mesh.nodes.size]).toEqual([1, 1]);
  });
  test('when too many signatures are being checked', () => {
    const scene = receiver({ limits: { pendingCrypto: 0 } });
    // One check under way that is not done yet.
    scene.step(() =>
      scene.context.crypto.verify(ALICE.publicKey, Uint8Array.of(1), new Uint8Array(64), () => undefined),
    );
    expect(verdict(scene, scene.from, announceAt(ALICE, scene.now())).codes).toEqual(['over-capacity']);
  });
});

describe('an announcement of a key that is not known', () => {
  test('waits on its link, and is judged when the identity record comes', () => {
    const scene = receiver();
    const stranger = createSigner(7);
    expect(refusals(scene.announce(scene.from, stranger))).toEqual([]);
    expect(scene.from.parked.size).toBe(1);
    scene.know(stranger);
    const effects = scene.act(() => {
      for (const { again } of scene.from.parked.values()) again();
    });
    expect([refusals(effects), paths(scene, stranger)]).toEqual([[], 1]);
  });
  test('takes one place, however often it is renewed', () => {
    const scene = receiver();
    const stranger = createSigner(7);
    for (let i = 0; i < 20; i++) {
      scene.announce(scene.from, stranger);
      scene.later(10 * MINUTE);
    }
    expect(scene.from.parked.size).toBe(1);
  });
  test('is refused when that place is full', () => {
    const scene = receiver({ limits: { parkedPerLink: 2 } });
    const codes = [11, 12, 13].flatMap((seed) => refusals(scene.announce(scene.from, createSigner(seed))));
    expect(codes).toEqual(['unknown-key']);
    // Another link has a place of its own.
    expect(refusals(scene.announce(scene.relay(), createSigner(13)))).toEqual([]);
  });
});

describe('a copy by another neighbour', () => {
  test('is a second path, and costs no check, no budget and no passing on', () => {
    const scene = receiver();
    const other = scene.relay();
    const envelope = announceAt(ALICE, scene.now());
    scene.envelope(scene.from, envelope);
    const before = scene.checks();
    const effects = Array.from({ length: 50 }, () => scene.envelope(other, { ...envelope, hops: 1 })).flat();
    expect([refusals(effects), passedOn(effects), scene.checks() - before]).toEqual([[], [], 0]);
    expect(scene.mesh.nodes.get(ALICE.address)?.routes.map(({ peer }) => peer)).toEqual([scene.from, other]);
  });
  test('with another signature is no copy', () => {
    const scene = receiver();
    const other = scene.relay();
    const envelope = announceAt(ALICE, scene.now());
    scene.envelope(scene.from, envelope);
    expect(refusals(scene.envelope(other, forged(envelope)))).toEqual(['superseded']);
    expect(paths(scene)).toBe(1);
  });
  test('that comes while the first is being checked shares its check, and is a path all the same', () => {
    const scene = receiver();
    const other = scene.relay();
    const envelope = announceAt(ALICE, scene.now());
    const before = scene.checks();
    const pending = [scene.from, other].flatMap((peer) =>
      scene.step(() => scene.mesh.announcing.onEnvelope(peer, envelope)),
    );
    scene.settle(pending);
    expect([scene.checks() - before, paths(scene)]).toEqual([1, 2]);
  });
});

test('an announcement whose link ends before the verdict is no path, and ends none', () => {
  const scene = receiver();
  const other = scene.relay();
  scene.announce(other, ALICE, { hops: 1 });
  scene.later(2_000);
  const pending = scene.step(() => scene.mesh.announcing.onEnvelope(scene.from, announceAt(ALICE, scene.now())));
  scene.hangUp(scene.from);
  const effects = scene.settle(pending);
  expect(passedOn(effects)).toEqual([]);
  expect(scene.mesh.nodes.get(ALICE.address)?.routes.map(({ peer }) => peer)).toEqual([other]);
});

describe('a new announcement', () => {
  test('goes on with one hop more to everybody who routes, not to where it came from, and to leaves if it is a relay’s', () => {
    const scene = receiver();
    const [relay, bridge, leaf] = [scene.relay(), scene.neighbour({ bridge: true }), scene.neighbour()];
    const effects = scene.announce(scene.from, ALICE, { hops: 2 });
    expect(passedOn(effects).map(({ link, envelope }) => [link, envelope?.hops])).toEqual([
      [relay.link, 3],
      [bridge.link, 3],
      [leaf.link, 3],
    ]);
    const practice = { capabilities: CAPABILITY.ROUTER, level: 0 } as const;
    const others = passedOn(scene.announce(scene.from, BOB, practice), BOB).map(({ link }) => link);
    expect(others).toEqual([relay.link, bridge.link]);
  });
  test('stays here when it has come eight links far, and at a leaf that joins nothing', () => {
    const relay = receiver();
    relay.relay();
    expect(passedOn(relay.announce(relay.from, ALICE, { hops: 7 }))).toEqual([]);
    const leaf = receiver({ role: 'leaf' });
    leaf.neighbour({ relay: true });
    expect(passedOn(leaf.announce(leaf.from, ALICE))).toEqual([]);
    expect(paths(leaf)).toBe(1);
  });
  test('of our own that comes back is not learned', () => {
    const scene = receiver();
    const effects = scene.announce(scene.from, scene.me, { hops: 2 });
    expect([refusals(effects), scene.mesh.nodes.size, passedOn(effects, scene.me)]).toEqual([[], 0, []]);
  });
});

describe('a new neighbour', () => {
  test('hears what has a way from here, the nearest first, but nothing that it told us itself', () => {
    const scene = receiver();
    const signers = Array.from({ length: 5 }, (_, i) => createSigner(20 + i));
    for (const signer of signers) scene.know(signer);
    const hops = [4, 0, 6, 2, 7];
    for (const [index, signer] of signers.entries()) scene.announce(scene.from, signer, { hops: hops[index] ?? 0 });
    const relay = scene.link({ relay: true });
    const effects = scene.act(() => scene.mesh.welcome(relay));
    const heard = sent(effects, 'broadcast', relay).filter(({ envelope }) => envelope?.source !== scene.me.address);
    expect(heard.map(({ envelope }) => envelope?.hops)).toEqual([1, 3, 5, 7]);
    expect(
      passedOn(
        scene.act(() => scene.mesh.welcome(scene.from)),
        signers[0],
      ),
    ).toEqual([]);
  });
  test('hears 512 at once and then as many every half second, as they are known by then', () => {
    const scene = receiver({ limits: { nodes: 5_000 } });
    const envelope = announceAt(ALICE, scene.now());
    const decoded = decodeNodeAnnounce(envelope.payload);
    if (!decoded.ok) throw new Error(decoded.code);
    for (let i = 0; i < 1_100; i++) {
      const address = i.toString(16).padStart(32, '0') as typeof ALICE.address;
      const id = address as unknown as NonNullable<ReturnType<typeof scene.mesh.nodes.get>>['id'];
      scene.mesh.nodes.put(address, decoded.value, { ...envelope, source: address }, id, scene.now());
      scene.mesh.nodes.addRoute(address, { peer: scene.from, hops: 1 });
    }
    const relay = scene.link({ relay: true });
    const count = (effects: readonly Effect[]): number =>
      sent(effects, 'broadcast', relay).filter(({ envelope: one }) => one?.source !== scene.me.address).length;
    expect(count(scene.act(() => scene.mesh.welcome(relay)))).toBe(512);
    // It asks again and again, as a beacon that changes its mind does.
    const impatient = scene.act(() => {
      for (let i = 0; i < 100; i++) scene.mesh.welcome(relay);
    });
    expect(count(impatient)).toBe(0);
    expect([count(scene.later(499)), count(scene.later(1)), count(scene.later(500))]).toEqual([0, 512, 512]);
    scene.hangUp(scene.from);
    expect(count(scene.later(500))).toBe(0);
    scene.hangUp(relay);
    expect(sent(scene.later(5_000), undefined, relay)).toEqual([]);
  });
  test('that is a plain leaf hears of relays only, and of everybody once it routes', () => {
    const scene = receiver();
    scene.announce(scene.from, ALICE);
    scene.announce(scene.from, BOB, { capabilities: CAPABILITY.ROUTER, level: 1 });
    const leaf = scene.link();
    const first = scene.act(() => scene.mesh.welcome(leaf));
    expect([passedOn(first).length, passedOn(first, BOB).length]).toEqual([1, 0]);
    scene.later(1_000);
    const beacon = { bridge: true, rooted: false };
    const then = scene.act(() => scene.mesh.onBeacon(leaf, beacon));
    expect(passedOn(then, BOB).length).toBe(1);
    expect(sent(scene.act(() => scene.mesh.onBeacon(leaf, beacon)))).toEqual([]);
  });
});

test('a node that fell silent is forgotten after half an hour, and whoever looks at the mesh hears of it', () => {
  const scene = receiver();
  scene.envelope(scene.from, announceAt(ALICE, scene.now()));
  scene.later(20 * MINUTE);
  scene.envelope(scene.from, announceAt(BOB, scene.now()));
  const looks = (effects: readonly Effect[]) => ofKind(effects, 'notify').filter(({ topic }) => topic === 'mesh');
  expect(scene.mesh.nodes.size).toBe(2);
  expect(looks(scene.later(12 * MINUTE)).length).toBeGreaterThan(0);
  expect([...scene.mesh.nodes.all()].map(({ address }) => address)).toEqual([BOB.address]);
  scene.later(30 * MINUTE);
  expect(scene.mesh.nodes.size).toBe(0);
});
