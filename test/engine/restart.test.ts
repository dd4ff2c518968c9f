/** What a node had seen, it still knows after a restart: a replay finds the same answer. */
import { describe, expect, test } from 'vitest';
import type { Bucket, Millis, OfferId } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { encodeBundle, removalCommitment } from '#core/wire/bundle.ts';
import { KIND } from '#core/wire/kinds.ts';
import { encodeRemoval } from '#core/wire/removal.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestCrypto, createTestNode, type JoinedLink, joinWith, type TestNode } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const count = ({ counters }: TestNode, code: RefusalCode): number => counters.get(`refused ${code}`) ?? 0;

/** A node that can lose power and start again from its disk and its keys. */
const createMortal = async (role: 'relay' | 'leaf', clock: VirtualClock) => {
  const crypto = createTestCrypto();
  let store = createFaultStore();
  const relaySeed = new Uint8Array(32).fill(8);
  let node = await createTestNode({ role, clock, crypto, store, relaySeed });
  return {
    node: () => node,
    powerCut: async (): Promise<void> => {
      void node.driver.stop();
      store = store.crash();
      node = await createTestNode({ role, clock, crypto, store, relaySeed });
    },
  };
};

test('a relay refuses what it had seen removed, and knows what it had', async () => {
  const clock = createVirtualClock();
  const relay = await createMortal('relay', clock);
  const secret = new Uint8Array(8).fill(4);
  const bundle = (fill: number): Uint8Array => {
    const body = new Uint8Array(339).fill(fill);
    const header = { bucket: 7 as Bucket, created: toWireMinute(clock.now()), body };
    return encodeBundle({ kind: 'bundle', ...header, commitment: removalCommitment(header, secret) });
  };
  const [kept, removed] = [bundle(1), bundle(2)];
  const signer = createSigner(1);
  const open = async () => {
    const peer = openRawPeer(relay.node(), clock.now());
    await clock.run(10);
    return async (...frames: Uint8Array[]): Promise<readonly Uint8Array[]> => {
      for (const frame of frames) peer.send(frame);
      await clock.run(100);
      return peer.received;
    };
  };
  const before = await open();
  const records = [signer.identity(clock.now()), signer.announce(clock.now())];
  await before(...records, kept, removed);
  await before(encodeRemoval({ kind: 'removal', id: messageIdOf(removed), secret }));
  const status = { announcements: 1, identities: 2, bundles: 1, bundleBytes: 352 };
  expect(relay.node().engine.views.status()).toMatchObject(status);

  await relay.powerCut();
  expect(relay.node().engine.views.status()).toMatchObject(status);
  const after = await open();
  const heard = await after(...records, kept, removed);
  expect(relay.node().engine.views.status()).toMatchObject(status);
  expect(count(relay.node(), 'replayed')).toBe(1);
  // Who still carries it learns that it can go.
  expect(heard.filter((frame) => frame[0] === KIND.removal)).toHaveLength(1);
});

describe('a conversation whose every frame is heard again', () => {
  const setUp = async () => {
    const clock = createVirtualClock();
    const relay = await createTestNode({ role: 'relay', clock });
    const practice = await createMortal('leaf', clock);
    const patient = await createMortal('leaf', clock);
    const heard: { readonly by: 'practice' | 'patient'; readonly frame: Uint8Array }[] = [];
    const join = (by: 'practice' | 'patient'): JoinedLink =>
      joinWith((by === 'practice' ? practice : patient).node().driver, relay.driver, clock, (frame, to) => {
        if (to === 'dialler' && frame[0] === KIND.bundle) heard.push({ by, frame });
        return [1];
      });
    const links = { practice: join('practice'), patient: join('patient') };
    const address = await practice.node().adopt();
    const { command } = practice.node().driver;
    await command({ kind: 'save-profile', profile: PROFILE });
    await command({ kind: 'save-offer', offer: OFFER });
    const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * 3_600_000) as Millis;
    await command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] });
    await clock.until(() => patient.node().engine.views.slots.size === 1);
    await patient.node().driver.command({
      kind: 'reserve',
      requestId: '00000000000000a1',
      practice: address,
      offer: 0 as OfferId,
      start,
      pseudonym: 'Mondlicht',
      code: '',
      text: '',
      display: '',
    });
    await clock.until(() => practice.node().engine.views.inbox().length === 1);
    await command({ kind: 'confirm', requestId: '00000000000000a1', note: 'Hinterhaus' });
    await clock.until(() => patient.node().engine.views.requests()[0]?.phase === 'confirmed');
    await clock.run(60_000);
    return { clock, practice, patient, heard, links, join };
  };
  type Scene = Awaited<ReturnType<typeof setUp>>;
  const known = ({ practice, patient }: Scene): unknown =>
    structuredClone([practice.node().engine.views.inbox(), patient.node().engine.views.requests()]);
  const hearAgain = async ({ clock, heard, links }: Scene): Promise<void> => {
    for (const { by, frame } of [...heard]) links[by].inject('dialler', frame);
    await clock.run(1_000);
  };

  test('by who was there: nothing changes', async () => {
    const scene = await setUp();
    const before = known(scene);
    expect(scene.heard.map(({ by }) => by)).toEqual(['practice', 'patient', 'patient']);
    await hearAgain(scene);
    expect(known(scene)).toEqual(before);
  });

  test('by who started anew since: nothing changes either, and the answer is not taken twice', async () => {
    const scene = await setUp();
    const before = known(scene);
    await scene.practice.powerCut();
    await scene.patient.powerCut();
    scene.links.practice = scene.join('practice');
    scene.links.patient = scene.join('patient');
    await scene.clock.run(1_000);
    await hearAgain(scene);
    expect(known(scene)).toEqual(before);
    expect(count(scene.practice.node(), 'replayed')).toBe(1);
    expect(count(scene.patient.node(), 'replayed')).toBe(1);
  });
});
