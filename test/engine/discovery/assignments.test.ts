/** An operator's relay tells a node where to link itself: every state, every refusal, and that a restart forgets nothing. */
import { describe, expect, test } from 'vitest';
import { createMemoryDisk, createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { KeyName, Millis, NodeAddress } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import type { AssignmentOrder } from '#engine/command.ts';
import type { HeldAssignment } from '#engine/discovery/assignments.ts';
import type { Driver } from '#host/driver.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const ORIGIN = 'https://second.example';

const at = (driver: Driver, origin: string): Driver => ({
  ...driver,
  attach: (connect, capability) => driver.attach((handlers) => ({ ...connect(handlers), remote: origin }), capability),
});
const held = (node: TestNode): readonly HeldAssignment[] => node.engine.views.mesh().assignments;
const states = (node: TestNode): string[] => held(node).map(({ state }) => state);

/** A practice that dialled its own relay, and a second relay that it does not know. */
const setUp = async () => {
  const clock = createVirtualClock();
  const disk = createMemoryDisk();
  const [own, second] = [
    await createTestNode({ role: 'relay', clock }),
    await createTestNode({ role: 'relay', clock }),
  ];
  const practice = await createTestNode({ role: 'leaf', clock, store: createMemoryStore(disk) });
  joinNodes(own.driver, second.driver, clock, 5);
  const join = (): (() => void) => joinNodes(at(practice.driver, 'https://own.example'), own.driver, clock, 5);
  let cut = join();
  await clock.run(2_000);
  const node = await practice.adopt();
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await clock.run(5_000);
  // It announces itself on a new link, now that it has an identity.
  cut();
  cut = join();
  await clock.until(() => [own, second].every((relay) => relay.engine.views.mesh().routesTo(node) > 0));
  const [known] = [...own.engine.views.mesh().nodes].filter(({ address }) => address !== node);
  if (known === undefined) throw new Error('no second relay');
  const order = (changed: Partial<AssignmentOrder> = {}): AssignmentOrder => ({
    node,
    relay: known.address,
    origin: ORIGIN,
    expires: (clock.now() + HOUR) as Millis,
    ...changed,
  });
  const assign = async (changed: Partial<AssignmentOrder> = {}, by = own): Promise<string> => {
    const reply = await by.driver.command({ kind: 'assign', ...order(changed) });
    await clock.run(5_000);
    return reply.ok ? 'sent' : reply.code;
  };
  const dial = async (): Promise<void> => {
    joinNodes(at(practice.driver, ORIGIN), second.driver, clock, 5);
    await clock.run(100);
  };
  /** The practice's laptop is closed for so long. */
  const away = async (during: () => Promise<unknown>, duration: number): Promise<void> => {
    cut();
    await during();
    await clock.run(duration);
    cut = join();
    await clock.run(5_000);
  };
  return { clock, disk, own, second, practice, node, relay: known.address, assign, dial, away };
};

describe('an assignment', () => {
  test('arrives, is pending, active while the link opens, and completed when the assigned relay answers', async () => {
    const { own, practice, relay, assign, dial } = await setUp();
    expect(await assign()).toBe('sent');
    expect(held(practice)).toMatchObject([{ relay, origin: ORIGIN, state: 'pending' }]);
    expect(own.engine.views.mesh().deliveries.map(({ phase }) => phase)).toEqual(['delivered']);
    await dial();
    expect(states(practice)).toEqual(['completed']);
    for (const state of ['pending', 'active', 'completed']) {
      expect(practice.counters.get(`assignments ${state}`)).toBe(1);
    }
  });

  test('fails when another relay answers there, and when nobody does', async () => {
    const { practice, assign, dial } = await setUp();
    await assign({ relay: 'ee'.repeat(16) as NodeAddress });
    await assign({ origin: 'https://third.example' });
    await dial();
    expect(states(practice)).toEqual(['failed', 'pending']);
    await practice.driver.command({ kind: 'assignment-failed', origin: 'https://third.example' });
    expect(states(practice)).toEqual(['failed', 'failed']);
    await practice.driver.command({ kind: 'assignment-failed', origin: 'https://nobody.example' });
    expect(states(practice)).toEqual(['failed', 'failed']);
  });

  test('to where the node is linked already is completed at once', async () => {
    const { practice, assign, dial } = await setUp();
    await dial();
    await assign();
    expect(states(practice)).toEqual(['completed']);
  });

  test('survives a restart, and ends at its time, also while the node is off', async () => {
    const { clock, disk, practice, assign } = await setUp();
    await assign();
    await assign({ origin: 'https://third.example', expires: (clock.now() + 2 * HOUR) as Millis });
    const again = await createTestNode({ role: 'leaf', clock, store: createMemoryStore(disk) });
    expect(states(again)).toEqual(['pending', 'pending']);
    await clock.run(HOUR + MINUTE);
    expect(held(practice).map(({ origin }) => origin)).toEqual(['https://third.example']);
    expect(held(again)).toHaveLength(1);
    await clock.run(HOUR);
    const later = await createTestNode({ role: 'leaf', clock, store: createMemoryStore(disk) });
    expect(held(later)).toEqual([]);
  });

  test('a damaged record is counted, and the node starts without it', async () => {
    const clock = createVirtualClock();
    const store = createMemoryStore();
    await store.commit([{ op: 'put', table: 'meta', key: 'assignments', value: Uint8Array.of(1, 2) }]);
    const node = await createTestNode({ role: 'leaf', clock, store });
    await clock.run(10);
    expect(node.counters.get('unreadable')).toBe(1);
    expect(held(node)).toEqual([]);
  });
});

describe('refused is', () => {
  test('one of a relay that the node did not choose', async () => {
    const { practice, second, assign } = await setUp();
    expect(await assign({ relay: 'ee'.repeat(16) as NodeAddress }, second)).toBe('sent');
    expect(held(practice)).toEqual([]);
    expect(practice.counters.get('refused blocked')).toBeGreaterThan(0);
  });

  test('a ninth', async () => {
    const { practice, assign } = await setUp();
    for (let i = 0; i < 9; i++) await assign({ origin: `https://r${i}.example` });
    expect(held(practice)).toHaveLength(8);
    expect(practice.counters.get('refused over-capacity')).toBeGreaterThan(0);
  });

  test('one that is over when it arrives, as one that arrives in time is not', async () => {
    const { clock, practice, assign, away } = await setUp();
    const until = (minutes: number) => ({ expires: (clock.now() + minutes * MINUTE) as Millis });
    await away(() => assign(until(2)), 5 * MINUTE);
    expect(held(practice)).toEqual([]);
    expect(practice.counters.get('refused expired')).toBeGreaterThan(0);
    await away(() => assign(until(30)), 5 * MINUTE);
    expect(states(practice)).toEqual(['pending']);
  });

  test('what no relay may issue', async () => {
    const { clock, node, practice, assign } = await setUp();
    expect(await assign({ origin: 'http://second.example' })).toBe('malformed');
    expect(await assign({ origin: `https://${'x'.repeat(113)}` })).toBe('malformed');
    expect(await assign({ relay: node })).toBe('malformed');
    expect(await assign({ expires: clock.now() })).toBe('expired');
    expect(await assign({ expires: (clock.now() + 8 * DAY) as Millis })).toBe('from-the-future');
    expect(await assign({}, practice)).toBe('wrong-state');
    expect(held(practice)).toEqual([]);
  });

  test('nothing that an operator says whom the configuration names, also without a link to it', async () => {
    const clock = createVirtualClock();
    const relaySeed = new Uint8Array(32).fill(9);
    const own = await createTestNode({ role: 'relay', clock });
    const root = await createTestNode({ role: 'relay', clock, relaySeed });
    const operator = addressOf(await root.crypto.importIdentity('same' as KeyName, relaySeed));
    const member = await createTestNode({ role: 'relay', clock, config: { operators: [operator] } });
    joinNodes(own.driver, root.driver, clock, 5);
    joinNodes(own.driver, member.driver, clock, 5);
    await clock.run(5_000);
    const node = [...root.engine.views.mesh().nodes].find(({ routes }) => routes[0]?.hops === 2)?.address;
    if (node === undefined) throw new Error('no way to the member');
    const expires = (clock.now() + HOUR) as Millis;
    const order = { node, relay: 'ee'.repeat(16) as NodeAddress, origin: ORIGIN, expires };
    await root.driver.command({ kind: 'assign', ...order });
    await clock.run(1_000);
    expect(held(member)).toMatchObject([{ from: operator, state: 'pending' }]);

    // A relay of the own choice fills the places: the operator's ones are not what makes room, and find some.
    joinNodes(at(member.driver, 'https://own.example'), own.driver, clock, 5);
    await clock.run(1_000);
    for (let i = 0; i < 8; i++) {
      await own.driver.command({ kind: 'assign', ...order, origin: `https://r${i}.example` });
      await clock.run(1_000);
    }
    expect(held(member)).toHaveLength(8);
    expect(member.counters.get('refused over-capacity')).toBeGreaterThan(0);
    await root.driver.command({ kind: 'assign', ...order, origin: 'https://third.example' });
    await clock.run(1_000);
    const origins = held(member).map(({ origin }) => origin);
    expect(origins).toHaveLength(8);
    expect(origins).toEqual(expect.arrayContaining([ORIGIN, 'https://third.example']));
    expect(origins).not.toContain('https://r0.example');
  });
});
