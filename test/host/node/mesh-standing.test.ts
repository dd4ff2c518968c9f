/** What windows are told of a node's place: island, offline and alone are three things. */
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress, OfferId, WireMinute } from '#core/brand.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { NO_COUNTS } from '#engine/topology/region-counts.ts';
import type { TopologyView } from '#engine/views.ts';
import { createMeshCalls } from '#host/node/mesh-calls.ts';
import { createIslandWatch, isOnIsland, toRegions, toStanding } from '#host/node/mesh-standing.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const ABOVE = 'ab'.repeat(16) as NodeAddress;
const PLACE: TopologyView = {
  level: 'RELAY',
  role: 'MEMBER',
  parent: undefined,
  standby: undefined,
  ancestors: [],
  children: 0,
  isIsland: true,
  counts: { changes: 0, losses: 0, flaps: 0 },
};

describe('an island', () => {
  test('has somebody else on it: a parent, or children', () => {
    expect(isOnIsland(PLACE)).toBe(false);
    expect(isOnIsland({ ...PLACE, parent: ABOVE })).toBe(true);
    expect(isOnIsland({ ...PLACE, children: 1 })).toBe(true);
  });

  test('is nobody who has a way up', () => {
    expect(isOnIsland({ ...PLACE, isIsland: false, parent: ABOVE, children: 3 })).toBe(false);
  });
});

test('a standing tells neither the way to the top nor what was counted', () => {
  expect(toStanding({ ...PLACE, parent: ABOVE })).toEqual({
    level: 'RELAY',
    role: 'MEMBER',
    parent: ABOVE,
    standby: undefined,
    children: 0,
    isIsland: true,
  });
});

describe('regions', () => {
  test('only those in which something is free, ascending, each Verfahren in its place', () => {
    const counts = { free: NO_COUNTS.free.slice(), newest: NO_COUNTS.newest.slice() };
    counts.free.set([3, 0, 12, 0], 80 * 4);
    counts.free.set([0, 0, 0, 0xffff], 1 * 4);
    counts.newest.set([468_000], 80);
    counts.newest.set([467_990], 1);
    counts.newest.set([467_980], 2);
    expect(toRegions(counts)).toEqual([
      { region: 1, free: [0, 0, 0, 0xffff], newestAt: fromWireMinute(467_990 as WireMinute) },
      { region: 80, free: [3, 0, 12, 0], newestAt: fromWireMinute(468_000 as WireMinute) },
    ]);
  });

  test('nothing free is no row', () => {
    expect(toRegions(NO_COUNTS)).toEqual([]);
  });
});

const setUp = async () => {
  const clock = createVirtualClock();
  const root = { strategy: 'static', level: 'ROOT', role: 'LEADER', parents: [] } as const;
  const top = await createTestNode({ role: 'relay', clock, config: { place: root } });
  const relay = await createTestNode({ role: 'relay', clock });
  const phone = await createTestNode({ role: 'leaf', clock });
  const told: boolean[] = [];
  const watch = createIslandWatch(phone.engine.views, () => told.push(isOn(phone)));
  phone.driver.subscribe((topic) => (topic === 'mesh' ? watch() : undefined));
  return { clock, top, relay, phone, told };
};
/** The day after tomorrow, on the grid of five minutes; the same all through a test. */
const startAt = (clock: VirtualClock): Millis => ((Math.floor(clock.now() / 86_400_000) + 2) * 86_400_000) as Millis;
const announce = async (node: TestNode, clock: VirtualClock): Promise<NodeAddress> => {
  const address = await node.adopt();
  await node.driver.command({ kind: 'save-profile', profile: PROFILE });
  expect(await node.driver.command({ kind: 'save-offer', offer: OFFER })).toMatchObject({ ok: true });
  const starts = [startAt(clock)];
  expect(await node.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts })).toMatchObject({ ok: true });
  return address;
};
const isOn = (node: TestNode): boolean => isOnIsland(node.engine.views.topology());

describe('a phone at a relay', () => {
  test('that never had anybody above it is on no island', async () => {
    const { clock, relay, phone, told } = await setUp();
    joinNodes(phone.driver, relay.driver, clock);
    await clock.run(60_000);
    expect([isOn(phone), isOn(relay), told]).toEqual([false, false, []]);
    expect(phone.engine.views.topology().parent).toBeDefined();
  });

  test('that loses the relay above it is told so once, and once when it is back', async () => {
    const { clock, top, relay, phone, told } = await setUp();
    const separate = joinNodes(relay.driver, top.driver, clock);
    joinNodes(phone.driver, relay.driver, clock);
    await clock.run(10_000);
    expect(isOn(phone)).toBe(false);
    separate();
    await clock.run(10_000);
    expect([isOn(phone), isOn(relay), isOn(top), told]).toEqual([true, true, false, [true]]);
    const { standing } = await createMeshCalls({
      driver: phone.driver,
      views: phone.engine.views,
      clock,
      onMessage: () => undefined,
    }).mesh();
    expect(standing).toMatchObject({ level: 'LEAF', role: 'MEMBER', isIsland: true, children: 0 });
    joinNodes(relay.driver, top.driver, clock);
    await clock.run(10_000);
    expect([isOn(phone), isOn(relay), told]).toEqual([false, false, [true, false]]);
  });

  test('that it loses too is offline, not on an island, and a new link does not call it one', async () => {
    const { clock, relay, phone, told } = await setUp();
    const separate = joinNodes(phone.driver, relay.driver, clock);
    await clock.run(10_000);
    separate();
    await clock.run(100);
    expect(phone.engine.views.topology()).toMatchObject({ parent: undefined, isIsland: true });
    expect(isOn(phone)).toBe(false);
    joinNodes(phone.driver, relay.driver, clock);
    await clock.run(10_000);
    expect(phone.engine.views.topology().parent).toBeDefined();
    expect([isOn(phone), told]).toEqual([false, []]);
  });
});

test('what is announced and asked for on an island is accepted, and arrives when the parts meet', async () => {
  const { clock, top, relay, phone } = await setUp();
  const practices = [await createTestNode({ role: 'leaf', clock }), await createTestNode({ role: 'leaf', clock })];
  const [outside, inside] = practices as [TestNode, TestNode];
  const separate = joinNodes(relay.driver, top.driver, clock);
  for (const [leaf, at] of [
    [phone, relay],
    [inside, relay],
    [outside, top],
  ] as const)
    joinNodes(leaf.driver, at.driver, clock);
  await clock.run(1_000);
  const practice = await announce(outside, clock);
  await clock.until(() => phone.engine.views.slots.size === 1);
  separate();
  await clock.run(10_000);
  expect([isOn(phone), isOn(inside)]).toEqual([true, true]);

  await announce(inside, clock);
  const ref = { practice, offer: 0 as OfferId, start: startAt(clock) };
  const request = { requestId: '00000000000000a1', pseudonym: 'Mondlicht', code: '', text: '', display: '' };
  expect(await phone.driver.command({ kind: 'reserve', ...request, ...ref })).toMatchObject({ ok: true });
  const phase = (): string | undefined => phone.engine.views.requests()[0]?.phase;
  await clock.until(() => phase() === 'custody' && phone.engine.views.slots.size === 2);
  expect(outside.engine.views.slots.size).toBe(1);

  joinNodes(relay.driver, top.driver, clock);
  await clock.until(() => phase() === 'delivered' && outside.engine.views.slots.size === 2);
  expect(outside.engine.views.inbox()).toMatchObject([{ pseudonym: 'Mondlicht', phase: 'open' }]);
});
