import { describe, expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { encodeLocal } from '#core/local-record.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

/** The practice's, from its words. */
const SEED = new Uint8Array(32).fill(7);

const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  const patient = await createTestNode({ role: 'leaf', clock });
  const lose = joinNodes(practice.driver, relay.driver, clock);
  // The link stands before the practice exists: its bucket is told when it does.
  await clock.run(1_000);
  const address = await practice.adopt(false, SEED);
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  const offer = await practice.driver.command({ kind: 'save-offer', offer: OFFER });
  expect(offer).toEqual({ ok: true, value: '0' });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * 3_600_000) as Millis;
  expect(await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] })).toMatchObject({
    ok: true,
  });
  const cut = joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 1);
  return { clock, relay, practice, patient, address, start, cut, lose };
};

type Scene = Awaited<ReturnType<typeof setUp>>;

const reserve = (scene: Scene, node: TestNode, requestId: string, pseudonym = 'Mondlicht') =>
  node.driver.command({
    kind: 'reserve',
    requestId,
    practice: scene.address,
    offer: 0 as OfferId,
    start: scene.start,
    pseudonym,
    code: '',
    text: 'Ich könnte auch per Video kommen.',
    display: '',
  });

/** The practice on another device, not linked yet. */
const restore = async ({ clock }: Scene): Promise<TestNode> => {
  const second = await createTestNode({ role: 'leaf', clock });
  await second.adopt(true, SEED);
  return second;
};

const phaseOf = (node: TestNode, requestId: string) =>
  node.engine.views.requests().find((request) => request.requestId === requestId)?.phase;
const openEntries = (node: TestNode) => node.engine.views.inbox().filter((entry) => entry.phase === 'open');
const waitFor = (clock: VirtualClock, node: TestNode, id: string, phase: string) =>
  clock.until(() => phaseOf(node, id) === phase);

describe('announce, search, reserve, confirm', () => {
  test('a request is kept, delivered and confirmed, each state when it is true', async () => {
    const scene = await setUp();
    const { clock, practice, patient } = scene;
    expect(await reserve(scene, patient, '00000000000000a1')).toEqual({ ok: true, value: '00000000000000a1' });
    await waitFor(clock, patient, '00000000000000a1', 'delivered');
    const [entry] = openEntries(practice);
    expect(entry).toMatchObject({ pseudonym: 'Mondlicht', text: 'Ich könnte auch per Video kommen.' });
    expect(
      await practice.driver.command({
        kind: 'confirm',
        requestId: entry?.requestId ?? '',
        note: 'Hinterhaus, 2. Stock',
        how: 'VOR_ORT',
      }),
    ).toMatchObject({ ok: true });
    await waitFor(clock, patient, '00000000000000a1', 'confirmed');
    const [request] = patient.engine.views.requests();
    expect(request).toMatchObject({ note: 'Hinterhaus, 2. Stock', how: 'VOR_ORT' });
    expect(Object.keys(request?.times ?? {})).toEqual(
      expect.arrayContaining(['queued', 'sent', 'custody', 'delivered', 'confirmed']),
    );
    // The slot is gone everywhere, and the relay has let go of every bundle.
    await clock.until(() => patient.engine.views.slots.size === 0);
    await clock.run(60_000);
    expect(scene.relay.engine.views.status().bundles).toBe(0);
    expect(scene.relay.engine.views.status().announcements).toBe(0);
  });

  test('two requests for one slot: confirming one rejects the other, and a second confirmation is refused', async () => {
    const scene = await setUp();
    const { clock, practice, patient, relay } = scene;
    const second = await createTestNode({ role: 'leaf', clock });
    joinNodes(second.driver, relay.driver, clock);
    await clock.until(() => second.engine.views.slots.size === 1);
    await reserve(scene, patient, '00000000000000a1');
    await reserve(scene, second, '00000000000000b2', 'Fuchs');
    await clock.until(() => openEntries(practice).length === 2);
    const confirm = (requestId: string) => practice.driver.command({ kind: 'confirm', requestId, note: '' });
    const [first, other] = await Promise.all([confirm('00000000000000a1'), confirm('00000000000000b2')]);
    expect(first).toMatchObject({ ok: true });
    expect(other).toEqual({ ok: false, code: 'wrong-state' });
    await waitFor(clock, patient, '00000000000000a1', 'confirmed');
    await waitFor(clock, second, '00000000000000b2', 'rejected');
    expect(second.engine.views.requests()[0]?.refusal).toBe('slot-taken');
  });

  test('a second tap makes no second request', async () => {
    const scene = await setUp();
    const [one, two] = await Promise.all([
      reserve(scene, scene.patient, '00000000000000a1'),
      reserve(scene, scene.patient, '00000000000000c3'),
    ]);
    expect(one).toEqual(two);
    expect(scene.patient.engine.views.requests()).toHaveLength(1);
  });

  test('the patient cancels a confirmed appointment, and the slot is free again', async () => {
    const scene = await setUp();
    const { clock, practice, patient } = scene;
    await reserve(scene, patient, '00000000000000a1');
    await clock.until(() => openEntries(practice).length === 1);
    await practice.driver.command({ kind: 'confirm', requestId: '00000000000000a1', note: '' });
    await waitFor(clock, patient, '00000000000000a1', 'confirmed');
    await patient.driver.command({ kind: 'cancel', requestId: '00000000000000a1' });
    expect(patient.engine.views.requests()[0]?.cancelHeldAt).toBeUndefined();
    await clock.until(() => practice.engine.views.inbox()[0]?.phase === 'cancelled');
    await clock.until(() => patient.engine.views.requests()[0]?.cancelHeldAt !== undefined);
    await clock.until(() => patient.engine.views.slots.size === 1);
    expect(phaseOf(patient, '00000000000000a1')).toBe('cancelled');
  });

  test('a rejection by hand gives no reason', async () => {
    const scene = await setUp();
    const { clock, practice, patient } = scene;
    await reserve(scene, patient, '00000000000000a1');
    await clock.until(() => openEntries(practice).length === 1);
    await practice.driver.command({ kind: 'reject', requestId: '00000000000000a1' });
    await waitFor(clock, patient, '00000000000000a1', 'rejected');
    expect(patient.engine.views.requests()[0]?.refusal).toBeUndefined();
  });

  test('a withdrawn slot tells whoever asked for it', async () => {
    const scene = await setUp();
    const { clock, practice, patient } = scene;
    await reserve(scene, patient, '00000000000000a1');
    await clock.until(() => openEntries(practice).length === 1);
    await practice.driver.command({ kind: 'withdraw-slot', offer: 0 as OfferId, start: scene.start });
    await waitFor(clock, patient, '00000000000000a1', 'rejected');
    expect(patient.engine.views.requests()[0]?.refusal).toBe('slot-gone');
    await clock.until(() => patient.engine.views.slots.size === 0);
  });

  test('without an answer a request expires, and nothing is booked', async () => {
    const scene = await setUp();
    const { clock, patient } = scene;
    await reserve(scene, patient, '00000000000000a1');
    await waitFor(clock, patient, '00000000000000a1', 'delivered');
    await clock.until(() => phaseOf(patient, '00000000000000a1') === 'expired', 25 * 3_600_000);
    expect(scene.practice.engine.views.inbox()[0]?.phase).toBe('expired');
    expect(await scene.practice.driver.command({ kind: 'confirm', requestId: '00000000000000a1', note: '' })).toEqual({
      ok: false,
      code: 'expired',
    });
  });

  test('a patient without a link keeps the request and sends it when a relay is there', async () => {
    const scene = await setUp();
    const { clock, patient, relay, cut } = scene;
    cut();
    await clock.run(1_000);
    await reserve(scene, patient, '00000000000000a1');
    await clock.run(5_000);
    expect(phaseOf(patient, '00000000000000a1')).toBe('queued');
    joinNodes(patient.driver, relay.driver, clock);
    await waitFor(clock, patient, '00000000000000a1', 'delivered');
  });

  test('a request that the lost device never received is told to ask again once the practice is restored', async () => {
    const scene = await setUp();
    const { clock, relay, patient, lose } = scene;
    lose();
    await clock.run(1_000);
    await reserve(scene, patient, '00000000000000a1');
    await waitFor(clock, patient, '00000000000000a1', 'custody');
    joinNodes((await restore(scene)).driver, relay.driver, clock);
    await waitFor(clock, patient, '00000000000000a1', 'refused');
    expect(patient.engine.views.requests()[0]?.refusal).toBe('stale-epoch');
  });

  test('who was confirmed by a device that was replaced is told that the new one hears nothing from here', async () => {
    const scene = await setUp();
    const { clock, relay, practice, patient } = scene;
    const requestId = '00000000000000a1';
    await reserve(scene, patient, requestId);
    await clock.until(() => openEntries(practice).length === 1);
    await practice.driver.command({ kind: 'confirm', requestId, note: '' });
    await waitFor(clock, patient, requestId, 'confirmed');
    expect(patient.engine.views.requests()[0]?.practiceMoved).toBe(false);
    joinNodes((await restore(scene)).driver, relay.driver, clock);
    await clock.until(() => patient.engine.views.requests()[0]?.practiceMoved === true);
    expect(phaseOf(patient, requestId)).toBe('confirmed');
  });

  test('what was kept before moves were noted catches up with one at the next start, without a link', async () => {
    const scene = await setUp();
    const { clock, relay, patient, cut } = scene;
    await reserve(scene, patient, '00000000000000a1');
    await waitFor(clock, patient, '00000000000000a1', 'delivered');
    joinNodes((await restore(scene)).driver, relay.driver, clock);
    await clock.until(() => patient.engine.views.requests()[0]?.practiceMoved === true);
    cut();
    await clock.run(1_000);
    const { store, crypto } = patient;
    const onDisk = async () => {
      const [entry] = await store.entries('requests');
      return { key: entry?.key ?? '', record: JSON.parse(new TextDecoder().decode(entry?.value)) };
    };
    const { key, record } = await onDisk();
    delete record.practiceMoved;
    await store.commit([{ op: 'put', table: 'requests', key, value: encodeLocal(record) }]);
    const again = await createTestNode({ role: 'leaf', clock, crypto, store });
    expect(again.engine.views.requests()).toMatchObject([{ phase: 'delivered', practiceMoved: true }]);
    await clock.run(1);
    expect((await onDisk()).record).toMatchObject({ phase: 'delivered', practiceMoved: true });
  });

  test('restoring on a second device withdraws the old offers and retires the first', async () => {
    const scene = await setUp();
    const { clock, relay, practice, start } = scene;
    await clock.until(() => relay.engine.views.slots.size === 1);
    const second = await restore(scene);
    expect(second.engine.views.practice()).toMatchObject({ restoring: true, epoch: 0 });
    joinNodes(second.driver, relay.driver, clock);
    await clock.until(() => second.engine.views.practice()?.restoring === false);
    expect(second.engine.views.practice()).toMatchObject({ epoch: 1, profile: { name: PROFILE.name } });
    await clock.until(() => relay.engine.views.slots.size === 0);
    await clock.until(() => practice.engine.views.practice()?.retired === true);
    expect(await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] })).toEqual({
      ok: false,
      code: 'stale-epoch',
    });
  });
});
