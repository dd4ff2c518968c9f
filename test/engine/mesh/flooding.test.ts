/** Looking for a node in rings, and keeping what finds none: at a relay, on its disk, or at a neighbour's. */
import { describe, expect, test } from 'vitest';
import type { NodeAddress } from '#core/brand.ts';
import { decodeCustody } from '#core/wire/custody.ts';
import type { Effect } from '#engine/effect.ts';
import {
  createScene,
  forged,
  idOf,
  messageTo,
  RELAY_BITS,
  receiptFor,
  type Scene,
  type SceneOptions,
  sent,
} from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { ofKind, refusals } from '#test/engine/step-harness.ts';

const [ALICE, BOB, CAROL] = [createSigner(1), createSigner(2), createSigner(3)] as const;
const MESSAGE = messageTo(ALICE, BOB.address, 'hello');
const ID = idOf(MESSAGE);

const amongRelays = (options: SceneOptions = {}) => {
  const scene = createScene(options);
  for (const signer of [ALICE, BOB, CAROL]) scene.know(signer);
  const [left, right] = [scene.relay(CAROL), scene.relay()];
  return { ...scene, left, right, bridge: scene.neighbour({ bridge: true }), plain: scene.neighbour() };
};
const links = (effects: readonly Effect[], kind: 'routed' | 'unicast' = 'routed') =>
  sent(effects, kind).map(({ link }) => link);
const custodyOf = (effects: readonly Effect[]) =>
  ofKind(effects, 'send').flatMap((effect) => {
    const { link, transit } = effect;
    const [one] = sent([effect]);
    const custody = one?.envelope === undefined ? undefined : decodeCustody(one.envelope.payload);
    return custody?.ok ? [{ link, transit, ids: custody.value.ids }] : [];
  });

describe('a flood of what we carry', () => {
  test('goes two hops to every neighbour that routes but the giver, then seven, then the message is kept', () => {
    const scene = amongRelays();
    const first = scene.envelope(scene.left, MESSAGE);
    expect(links(first)).toEqual([scene.right.link, scene.bridge.link]);
    expect(sent(first, 'routed')).toMatchObject([{ mode: 'flood', scope: 2, envelope: { hops: 1 } }, { scope: 2 }]);
    expect(links(scene.later(399))).toEqual([]);
    expect(sent(scene.later(1), 'routed').map(({ scope }) => scope)).toEqual([7, 7]);
    expect(scene.later(1_199).some(({ kind }) => kind === 'persist')).toBe(false);
    const last = scene.later(10);
    expect(ofKind(last, 'persist').flatMap(({ ops }) => ops)).toMatchObject([{ op: 'put', table: 'routed', key: ID }]);
    expect([scene.mesh.router.inFlight, scene.mesh.messages.shelf.size]).toEqual([0, 1]);
  });
  test('ends with a path: the message goes there at once', () => {
    const scene = amongRelays();
    scene.envelope(scene.left, MESSAGE);
    scene.later(100);
    expect(links(scene.announce(scene.right, BOB, { hops: 1 }), 'unicast')).toEqual([scene.right.link]);
    scene.ack(scene.right, true, ID);
    expect(links(scene.later(3_000))).toEqual([]);
  });
  test('does not hurry on because of a path that leads back to whoever gave the message', () => {
    const scene = amongRelays();
    scene.envelope(scene.left, MESSAGE);
    scene.later(100);
    const effects = scene.announce(scene.left, BOB, { hops: 1 });
    expect([links(effects), links(effects, 'unicast')]).toEqual([[], []]);
    // The second ring goes out when it is time, and another way may still be found then.
    expect(links(scene.later(300)).length).toBe(2);
    scene.later(500);
    expect(links(scene.announce(scene.right, BOB, { hops: 1 }), 'unicast')).toEqual([scene.right.link]);
  });
  test('tries a neighbour anew that did not answer before and has a new path', () => {
    const scene = amongRelays();
    scene.announce(scene.right, BOB, { hops: 1 });
    expect(links(scene.envelope(scene.left, MESSAGE), 'unicast')).toEqual([scene.right.link]);
    expect(links(scene.later(1_100)).length).toBe(4);
    expect(links(scene.announce(scene.right, BOB, { hops: 1 }), 'unicast')).toEqual([scene.right.link]);
  });
});

describe('a flood of somebody else', () => {
  test('goes on with a scope less by one, once, and again only where it goes further', () => {
    const scene = amongRelays();
    const effects = scene.flood(scene.left, MESSAGE, 2);
    expect(sent(effects, 'routed')).toMatchObject([
      { link: scene.right.link, scope: 1, mode: 'flood', envelope: { hops: 1 } },
      { link: scene.bridge.link, scope: 1 },
    ]);
    for (const scope of [2, 1, 0]) expect(sent(scene.flood(scene.right, MESSAGE, scope))).toEqual([]);
    expect(links(scene.flood(scene.right, MESSAGE, 7))).toEqual([scene.left.link, scene.bridge.link]);
    expect(scene.checks()).toBe(0);
    expect(scene.mesh.router.inFlight).toBe(0);
  });
  test('ends where its scope ends, and after eight hops whatever its scope says', () => {
    const scene = amongRelays();
    expect(sent(scene.flood(scene.left, MESSAGE, 0))).toEqual([]);
    const far = messageTo(ALICE, BOB.address, 'far');
    expect(sent(scene.flood(scene.left, { ...far, hops: 7 }, 8))).toEqual([]);
    expect(sent(scene.flood(scene.left, { ...far, hops: 8 }, 8))).toEqual([]);
  });
  test('becomes a journey where there is a path, and says nothing of that path when it fails', () => {
    const scene = amongRelays();
    scene.announce(scene.right, BOB, { hops: 1 });
    const effects = scene.flood(scene.left, MESSAGE, 2);
    expect([links(effects), links(effects, 'unicast')]).toEqual([[], [scene.right.link]]);
    // The next hop has it from another branch of the flood already.
    const failed = scene.ack(scene.right, false, ID);
    expect([links(failed), scene.mesh.router.inFlight, scene.mesh.messages.shelf.size]).toEqual([[], 0, 0]);
    expect(scene.mesh.nodes.get(BOB.address)?.routes.length).toBe(1);
  });
  test('is not passed on by a plain leaf', () => {
    const scene = createScene({ role: 'leaf', practice: true });
    const [relay, other] = [scene.relay(), scene.neighbour({ bridge: true })];
    expect(sent(scene.flood(relay, MESSAGE, 5), undefined, other)).toEqual([]);
  });
  test('that looks for us makes us say where we are, and delivers', () => {
    const scene = amongRelays();
    scene.later(6_000);
    const mine = messageTo(ALICE, scene.me.address, 'for you');
    const effects = scene.flood(scene.left, mine, 2);
    expect(sent(effects, 'broadcast').map(({ envelope }) => envelope?.source)).toContain(scene.me.address);
    expect(ofKind(effects, 'message').length).toBe(1);
    expect(sent(effects, 'ack', scene.left)).toMatchObject([{ ack: { taken: true } }]);
  });
  test('that nobody signed makes us say nothing', () => {
    const scene = amongRelays();
    scene.later(6_000);
    const effects = scene.flood(scene.left, forged(messageTo(ALICE, scene.me.address, 'for you')), 2);
    expect(sent(effects, 'broadcast')).toEqual([]);
    expect(ofKind(effects, 'message')).toEqual([]);
    expect(sent(effects, 'ack', scene.left)).toMatchObject([{ ack: { taken: false } }]);
    const unknown = messageTo(createSigner(9), scene.me.address, 'for you');
    expect(sent(scene.flood(scene.left, unknown, 2), 'broadcast')).toEqual([]);
  });
  test('is rate-limited for each link: one neighbour cannot make us shout for ever', () => {
    const scene = amongRelays();
    let passed = 0;
    for (let i = 0; i < 1_000; i++) {
      passed += links(scene.flood(scene.left, messageTo(ALICE, BOB.address, `message ${i}`), 7)).length / 2;
    }
    expect(passed).toBe(256);
    const other = scene.flood(scene.right, messageTo(ALICE, BOB.address, 'of another'), 7);
    expect(links(other).length).toBe(2);
    scene.later(1_000);
    expect(links(scene.flood(scene.left, messageTo(ALICE, BOB.address, 'later'), 7)).length).toBe(2);
  });
});

describe('custody of a relay', () => {
  const kept = (scene: ReturnType<typeof amongRelays>, envelope = MESSAGE): Effect[] => [
    ...scene.envelope(scene.left, envelope),
    ...scene.later(1_610),
  ];
  test('is said to whoever gave the message, after it is on disk', () => {
    const scene = amongRelays();
    const effects = kept(scene);
    expect(custodyOf(effects)).toEqual([{ link: scene.left.link, transit: false, ids: [ID] }]);
    const persisted = effects.findIndex(({ kind }) => kind === 'persist');
    const said = effects.findIndex((effect) => effect.kind === 'send' && !effect.transit);
    expect(persisted).toBeGreaterThan(-1);
    expect(said).toBeGreaterThan(persisted);
  });
  test('is not given for what its source did not sign, or nobody knows', () => {
    const scene = amongRelays();
    for (const [envelope, code] of [
      [forged(MESSAGE), 'bad-signature'],
      [messageTo(createSigner(9), BOB.address, 'of a stranger'), 'unknown-key'],
    ] as const) {
      const effects = kept(scene, envelope);
      expect([custodyOf(effects), ofKind(effects, 'persist'), refusals(effects)]).toEqual([[], [], [code]]);
      const asked = scene.flood(scene.left, envelope, 0, 'keep');
      expect(sent(asked, 'ack')).toMatchObject([{ ack: { taken: false } }]);
      expect([custodyOf([...asked, ...scene.later(10)]), ofKind(asked, 'persist')]).toEqual([[], []]);
      scene.later(5_000);
    }
    expect(scene.mesh.messages.shelf.size).toBe(0);
  });
  test('is given again for a copy, without a second check or a second place', () => {
    const scene = amongRelays();
    kept(scene);
    scene.later(20_000);
    const checks = scene.checks();
    const again = kept(scene);
    expect(custodyOf(again)).toMatchObject([{ ids: [ID] }]);
    expect([scene.checks() - checks, scene.mesh.messages.shelf.size]).toEqual([0, 1]);
  });
  test('ends when the destination itself says that it arrived, and with nobody else’s word', () => {
    const scene = amongRelays();
    kept(scene);
    const lies = [
      receiptFor(CAROL, ALICE.address, ID),
      forged(receiptFor(BOB, ALICE.address, ID)),
      receiptFor(BOB, ALICE.address, idOf(messageTo(ALICE, BOB.address, 'another'))),
    ];
    for (const lie of lies) {
      scene.envelope(scene.right, lie);
      expect(scene.mesh.messages.shelf.size).toBe(1);
    }
    const effects = scene.envelope(scene.right, receiptFor(BOB, ALICE.address, ID));
    expect(ofKind(effects, 'persist').flatMap(({ ops }) => ops)).toEqual([{ op: 'delete', table: 'routed', key: ID }]);
    expect(scene.mesh.messages.shelf.size).toBe(0);
  });
  test('is tried again at growing intervals, and at once when there is a path', () => {
    const scene = amongRelays();
    kept(scene);
    const attempts: number[] = [];
    const begun = scene.now();
    for (let second = 0; second < 200; second++) {
      if (links(scene.later(1_000)).length > 0) attempts.push(Math.round((scene.now() - begun) / 1_000));
    }
    // Each attempt floods twice, in the same second or the next.
    const starts = attempts.filter((at, index) => at - (attempts[index - 1] ?? -10) > 2);
    expect(starts).toEqual([5, 15, 35, 75, 155]);
    expect(links(scene.announce(scene.right, BOB, { hops: 1 }), 'unicast')).toEqual([scene.right.link]);
  });
  test('of a receipt ends when the next hop takes it, as nobody confirms receipts', () => {
    const scene = amongRelays();
    const receipt = receiptFor(ALICE, BOB.address, ID);
    kept(scene, receipt);
    expect(scene.mesh.messages.shelf.size).toBe(1);
    scene.later(2_000);
    expect(links(scene.announce(scene.right, BOB, { hops: 1 }), 'unicast')).toEqual([scene.right.link]);
    const effects = scene.ack(scene.right, true, idOf(receipt));
    expect(ofKind(effects, 'persist').flatMap(({ ops }) => ops)).toMatchObject([{ op: 'delete', table: 'routed' }]);
    expect(sent(scene.later(3_600_000), 'unicast')).toEqual([]);
  });
  test('is not passed on to others with each attempt: it is kept once', () => {
    const scene = amongRelays();
    kept(scene);
    const effects = scene.later(3_600_000);
    expect(sent(effects, 'routed').filter(({ mode }) => mode === 'keep')).toEqual([]);
  });
  test('where there is no room is asked of another relay that keeps', () => {
    const scene = amongRelays({ limits: { routedMessages: 16 } });
    // One source has a sixteenth of the room.
    kept(scene);
    const effects = kept(scene, messageTo(ALICE, BOB.address, 'one more'));
    expect(sent(effects, 'routed').filter(({ mode }) => mode === 'keep')).toMatchObject([
      { link: scene.right.link, scope: 0 },
    ]);
    expect(scene.mesh.messages.shelf.size).toBe(1);
    kept(scene, messageTo(CAROL, BOB.address, 'of somebody else'));
    expect(scene.mesh.messages.shelf.size).toBe(2);
  });
  test('is not asked of a relay that says that it keeps nothing', () => {
    const scene = createScene({ limits: { routedMessages: 0 } });
    for (const signer of [ALICE, BOB, CAROL]) scene.know(signer);
    const left = scene.relay();
    const keeper = scene.relay(CAROL);
    scene.announce(keeper, CAROL, { capabilities: RELAY_BITS & ~2 });
    const effects = [...scene.envelope(left, MESSAGE), ...scene.later(1_610)];
    expect(sent(effects, 'routed').filter(({ mode }) => mode === 'keep')).toEqual([]);
  });
  test('can be asked for: kept, answered, delivered later; for the relay itself it is a message', () => {
    const scene = amongRelays();
    const effects = scene.flood(scene.left, MESSAGE, 0, 'keep');
    expect(sent(effects, 'ack', scene.left)).toMatchObject([{ ack: { taken: true, ids: [ID] } }]);
    expect(custodyOf(scene.later(10))).toMatchObject([{ link: scene.left.link, ids: [ID] }]);
    scene.later(2_000);
    expect(links(scene.announce(scene.right, BOB), 'unicast')).toEqual([scene.right.link]);
    const mine = messageTo(ALICE, scene.me.address, 'for the relay');
    expect(ofKind(scene.flood(scene.left, mine, 0, 'keep'), 'message').length).toBe(1);
  });
  test('is refused by a leaf', () => {
    const scene = createScene({ role: 'leaf', practice: true });
    scene.know(ALICE);
    const relay = scene.relay();
    expect(sent(scene.flood(relay, MESSAGE, 0, 'keep'), 'ack')).toMatchObject([{ ack: { taken: false } }]);
    expect(scene.mesh.messages.shelf.size).toBe(0);
  });
  test('ends after 24 hours', () => {
    const scene = amongRelays();
    kept(scene);
    scene.later(24 * 3_600_000 - 10_000);
    expect(scene.mesh.messages.shelf.size).toBe(1);
    const effects = scene.later(10_000);
    expect(scene.mesh.messages.shelf.size).toBe(0);
    expect(ofKind(effects, 'persist').flatMap(({ ops }) => ops)).toEqual([{ op: 'delete', table: 'routed', key: ID }]);
  });
});

test('a flood of envelopes that nobody signed keeps nobody else’s message out', () => {
  const scene: Scene = createScene({ limits: { routedMessages: 160 } });
  scene.know(ALICE);
  const hostile = scene.relay();
  const nobody = (number: number) => number.toString(16).padStart(32, '0') as NodeAddress;
  for (let i = 0; i < 500; i++) {
    scene.flood(hostile, forged(messageTo(ALICE, nobody(i), `forged ${i}`)), 0, 'keep');
    scene.flood(hostile, messageTo(createSigner(100 + (i % 50)), nobody(i), 'of strangers'), 0, 'keep');
  }
  expect(scene.mesh.messages.shelf.size).toBe(0);
  for (let i = 0; i < 50; i++) scene.flood(hostile, messageTo(ALICE, nobody(i), `signed ${i}`), 0, 'keep');
  expect(scene.mesh.messages.shelf.size).toBe(10);
});
