/** Ways over links of several classes: by size, by what came up, and against whoever lies. */
import { describe, expect, test } from 'vitest';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import { encodeAck } from '#core/wire/ack.ts';
import { encodeProbe } from '#core/wire/probe.ts';
import type { CommandReply } from '#engine/command.ts';
import {
  announceAt,
  createScene,
  idOf,
  messageTo,
  type Scene,
  type SceneOptions,
  sent,
} from '#test/engine/mesh/mesh-scene.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { refusals } from '#test/engine/step-harness.ts';

const [ALICE, BOB, CAROL] = [createSigner(1), createSigner(2), createSigner(3)] as const;
/** An envelope of so many bytes. */
const messageOf = (bytes: number) => messageTo(ALICE, BOB.address, 'x'.repeat(bytes - 99));
const tooLarge = (scene: Scene, peer: Parameters<Scene['envelope']>[0], one: ReturnType<typeof messageOf>) =>
  scene.act(() =>
    scene.mesh.router.onAck(peer, encodeAck({ kind: 'ack', taken: false, tooLarge: true, ids: [idOf(one)] })),
  );
const meeting = (options: SceneOptions = {}): Scene => {
  const scene = createScene(options);
  for (const signer of [ALICE, BOB, CAROL]) scene.know(signer);
  return scene;
};
/** Whoever carries for us: the next station towards the internet. */
const carrier = (scene: Scene, capability: LinkCapability = 'constrained') => {
  const peer = scene.link({ capability, dialled: true });
  peer.hello = { ...(peer.hello as NonNullable<typeof peer.hello>), carries: true };
  scene.act(() => scene.mesh.welcome(peer));
  return peer;
};
const below = (scene: Scene, remote: string, capability: LinkCapability = 'constrained') =>
  scene.neighbour({ capability, remote });

describe('where two links lead to the destination', () => {
  test.each([
    ['constrained', 244, 'narrow'],
    ['constrained', 245, 'wide'],
    ['constrained', 4_097, 'wide'],
    ['severe', 110, 'wide'],
    ['medium', 4_097, 'narrow'],
  ] as const)('the first is %s, and %d bytes take the %s one', (capability, bytes, which) => {
    const scene = meeting();
    const from = scene.relay();
    const [narrow, wide] = [scene.neighbour({ relay: true, capability, dialled: true }), scene.relay()];
    for (const peer of [narrow, wide]) scene.announce(peer, BOB, { hops: 2 });
    const effects = scene.envelope(from, messageOf(bytes));
    expect(sent(effects, 'unicast').map(({ link }) => link)).toEqual([which === 'wide' ? wide.link : narrow.link]);
  });

  test('the narrow one takes what fits when the wide one does not, and no more', () => {
    for (const [bytes, goes] of [
      [484, true],
      [485, false],
    ] as const) {
      const scene = meeting();
      const from = scene.relay();
      const [narrow, wide] = [below(scene, 'radio:1', 'severe'), scene.relay()];
      scene.announce(wide, BOB, { hops: 2 });
      scene.envelope(narrow, messageTo(BOB, ALICE.address, 'up'));
      const message = messageOf(bytes);
      scene.envelope(from, message);
      const effects = scene.ack(wide, false, idOf(message));
      expect(sent(effects, 'unicast', narrow)).toHaveLength(goes ? 1 : 0);
      expect(sent(effects, 'ack', from).map(({ ack }) => ack)).toEqual(
        goes ? [] : [{ kind: 'ack', taken: false, tooLarge: true, ids: [idOf(message)] }],
      );
    }
  });
});

describe('a station in between', () => {
  test('passes up what comes from below without knowing the key, and sends the answer down', () => {
    const scene = createScene({ role: 'leaf' });
    const [up, down] = [carrier(scene), below(scene, 'radio:1')];
    const raised = scene.announce(down, BOB);
    expect(sent(raised, 'broadcast')).toMatchObject([{ link: up.link, envelope: { source: BOB.address, hops: 1 } }]);
    expect(scene.checks()).toBe(0);
    const message = messageOf(110);
    const lowered = scene.envelope(up, message);
    expect(sent(lowered, 'unicast')).toMatchObject([{ link: down.link, envelope: { hops: 1 } }]);
    expect(sent(lowered, 'ack')).toMatchObject([{ link: up.link, ack: { taken: true } }]);
    // Whoever is impatient above gets its word again, and the air is spared.
    scene.later(10_000);
    expect(sent(scene.envelope(up, message)).map(({ kind }) => kind)).toEqual(['ack']);
    scene.ack(down, true, idOf(message));
    scene.later(500_000);
    expect(sent(scene.envelope(up, message)).map(({ kind }) => kind)).toEqual(['ack']);
    scene.later(60_000);
    expect(sent(scene.envelope(up, message), 'unicast', down)).toHaveLength(1);
  });

  test('says at once what does not fit below, and what leads nowhere; and keeps nobody’s announcements', () => {
    const scene = createScene({ role: 'leaf' });
    const [up, down] = [carrier(scene), below(scene, 'radio:1')];
    scene.announce(down, BOB);
    const long = messageOf(4_097);
    expect(sent(scene.envelope(up, long), 'ack')).toMatchObject([{ ack: { taken: false, tooLarge: true } }]);
    const nowhere = messageTo(ALICE, CAROL.address, 'x');
    const effects = scene.envelope(up, nowhere);
    expect(sent(effects, 'ack').map(({ ack }) => ack)).toEqual([{ kind: 'ack', taken: false, ids: [idOf(nowhere)] }]);
    expect(refusals(effects)).toEqual(['no-path']);
    expect(scene.mesh.nodes.size).toBe(0);
    // From above nothing comes down, and nothing is believed.
    expect(sent(scene.announce(up, CAROL))).toEqual([]);
  });

  test.each([
    ['further down is no way any more when the next station does not take it', 1, ['no-path']],
    ['at the other end may know the key later', 0, []],
  ] as const)('whoever is %s', (_, hops, refused) => {
    const scene = createScene({ role: 'leaf' });
    const [up, down] = [carrier(scene), below(scene, 'radio:1')];
    scene.envelope(down, messageTo(BOB, CAROL.address, 'up', hops));
    const message = messageOf(110);
    scene.envelope(up, message);
    scene.ack(down, false, idOf(message));
    expect(refusals(scene.envelope(up, messageOf(111)))).toEqual(refused);
  });

  test('asks nobody over the air for the way, and passes no such question on', () => {
    const scene = createScene({ role: 'leaf' });
    const [up, asker] = [carrier(scene), scene.neighbour()];
    const asked = scene.act(() => void scene.mesh.probes.trace(BOB.address));
    expect(sent(asked)).toEqual([]);
    const probe = encodeProbe({ kind: 'probe', hops: 0, nonce: '0102030405060708', target: BOB.address });
    const effects = scene.act(() => scene.mesh.probes.onProbe(asker, probe));
    expect(sent(effects).map(({ link, kind }) => [link, kind])).toEqual([[asker.link, 'traced']]);
    expect(sent(scene.flood(asker, messageOf(110), 2), 'routed', up)).toEqual([]);
  });

  test('has no way down once the link is gone', () => {
    const scene = createScene({ role: 'leaf' });
    const [up, down] = [carrier(scene), below(scene, 'radio:1')];
    scene.announce(down, BOB);
    scene.hangUp(down);
    expect(refusals(scene.envelope(up, messageOf(110)))).toEqual(['no-path']);
  });

  test('passes up sixteen announcements of one station, then one every two minutes, however often it dials', () => {
    const scene = createScene({ role: 'leaf' });
    const up = carrier(scene);
    const flood = (count: number): number =>
      Array.from({ length: count }, (_, index) => {
        const down = below(scene, 'radio:1');
        const raised = scene.envelope(down, announceAt(createSigner(100 + index), scene.now()));
        scene.hangUp(down);
        return sent(raised, 'broadcast', up).length;
      }).reduce((sum, one) => sum + one, 0);
    expect(flood(40)).toBe(16);
    scene.later(240_000);
    expect(flood(40)).toBe(2);
    expect(sent(scene.announce(below(scene, 'radio:2'), BOB), 'broadcast', up)).toHaveLength(1);
  });

  test('waits long for the word of a station, and goes no other way meanwhile', () => {
    const scene = createScene({ role: 'leaf' });
    const [up, down] = [carrier(scene), below(scene, 'radio:1')];
    scene.envelope(down, messageTo(BOB, ALICE.address, 'up'));
    scene.ack(up, true, idOf(messageTo(BOB, ALICE.address, 'up')));
    scene.envelope(up, messageOf(110));
    expect(sent(scene.later(890_000))).toEqual([]);
    expect(scene.mesh.router.inFlight).toBe(1);
    scene.later(20_000);
    expect(scene.mesh.router.inFlight).toBe(0);
  });
});

describe('against liars', () => {
  test('a path that was announced and verified goes before what anybody says from below', () => {
    const scene = meeting();
    const [from, right, liar] = [scene.relay(), scene.relay(), below(scene, 'radio:666')];
    scene.announce(right, BOB, { hops: 2 });
    scene.envelope(liar, messageTo(BOB, CAROL.address, 'I am Bob'));
    expect(sent(scene.envelope(from, messageOf(110)), 'unicast').map(({ link }) => link)).toEqual([right.link]);
  });

  test('nothing that comes by a wide link, or from above, leaves a way down', () => {
    const scene = createScene({ role: 'leaf' });
    const [up, asker] = [carrier(scene), below(scene, 'radio:1')];
    const stranger = scene.neighbour();
    scene.envelope(up, messageTo(BOB, CAROL.address, 'x'));
    scene.envelope(stranger, messageTo(BOB, CAROL.address, 'y'));
    expect(sent(scene.envelope(asker, messageOf(110)), 'unicast').map(({ link }) => link)).toEqual([up.link]);
  });

  test('“too large” ends no path, only a journey; and of what nobody sent it says nothing', () => {
    const scene = meeting();
    const [from, right] = [scene.relay(), scene.relay()];
    scene.announce(right, BOB, { hops: 2 });
    const message = messageOf(110);
    scene.envelope(from, message);
    expect(sent(tooLarge(scene, right, message), 'ack', from)).toMatchObject([{ ack: { tooLarge: true } }]);
    expect(scene.mesh.nodes.get(BOB.address)?.routes).toHaveLength(1);
    scene.later(10_000);
    expect(sent(tooLarge(scene, right, message))).toEqual([]);
    expect(sent(tooLarge(scene, right, messageOf(111)))).toEqual([]);
  });

  test('a message of ours that is said to be too large is tried again all the same', () => {
    const scene = meeting();
    const right = scene.relay();
    scene.announce(right, BOB, { hops: 2 });
    const replies: CommandReply[] = [];
    const first = scene.act(() =>
      scene.mesh.messages.send(BOB.address, new Uint8Array(10), (reply) => void replies.push(reply)),
    );
    const [one] = sent(first, 'unicast');
    if (one?.envelope === undefined) throw new Error('nothing was sent');
    tooLarge(scene, right, one.envelope);
    const delivery = () => scene.mesh.messages.deliveries.all()[0];
    expect(delivery()).toMatchObject({ phase: 'refused', code: 'too-large' });
    expect(sent(scene.later(590_000), 'unicast')).toEqual([]);
    expect(sent(scene.later(20_000), 'unicast').length).toBeGreaterThan(0);
  });

  test('“too large” counts from whoever took it, minutes later too, and is passed on once', () => {
    const scene = createScene({ role: 'leaf' });
    const [up, down, other] = [carrier(scene), below(scene, 'radio:1'), below(scene, 'radio:2')];
    const message = messageOf(110);
    scene.envelope(down, message);
    scene.ack(up, true, idOf(message));
    scene.later(300_000);
    expect(sent(tooLarge(scene, other, message))).toEqual([]);
    expect(sent(tooLarge(scene, up, message))).toMatchObject([
      { link: down.link, ack: { taken: false, tooLarge: true, ids: [idOf(message)] } },
    ]);
    expect(sent(tooLarge(scene, up, message))).toEqual([]);
  });

  test('nobody but who took a message of ours can say that it is too large', () => {
    const scene = meeting();
    const [right, other] = [scene.relay(), scene.relay()];
    scene.announce(right, BOB, { hops: 2 });
    const first = scene.act(() => scene.mesh.messages.send(BOB.address, new Uint8Array(10), () => {}));
    const [one] = sent(first, 'unicast', right);
    if (one?.envelope === undefined) throw new Error('nothing was sent');
    scene.ack(right, true, idOf(one.envelope));
    const phase = () => scene.mesh.messages.deliveries.all()[0]?.phase;
    tooLarge(scene, other, one.envelope);
    expect(phase()).toBe('queued');
    tooLarge(scene, right, one.envelope);
    expect(phase()).toBe('refused');
  });
});
