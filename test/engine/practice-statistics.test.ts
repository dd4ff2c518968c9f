/** A practice's statistics over whole nodes: every event counts once, whatever is sent again, and wherever power is lost. */
import { expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { DAY, HOUR } from '#core/domain/limits.ts';
import { TALLIED, type Tallied } from '#core/domain/practice-tally.ts';
import type { Command } from '#engine/command.ts';
import { TALLY_KEY } from '#engine/fapp/practice-tally.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto, createTestNode, joinNodes } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const SLOT = 0 as OfferId;
const id = (n: number): string => n.toString(16).padStart(16, '0');

/** A practice with four slots from 30 hours ahead on, and two people. */
const setUp = async () => {
  const clock = createVirtualClock();
  const crypto = createTestCrypto();
  const relay = await createTestNode({ role: 'relay', clock });
  let store = createFaultStore();
  let practice = await createTestNode({ role: 'leaf', clock, crypto, store });
  let cut = joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  const run = (command: Command) => practice.driver.command(command);
  await run({ kind: 'save-profile', profile: PROFILE });
  await run({ kind: 'save-offer', offer: OFFER });
  const first = Math.ceil(clock.now() / 300_000) * 300_000 + 30 * HOUR;
  const startOf = (slot: number): Millis => (first + slot * HOUR) as Millis;
  await run({ kind: 'add-slots', offer: SLOT, starts: [0, 1, 2, 3].map(startOf) });
  const people = await Promise.all([0, 1].map(() => createTestNode({ role: 'leaf', clock })));
  for (const one of people) joinNodes(one.driver, relay.driver, clock);
  await clock.until(() => people.every(({ engine }) => engine.views.slots.size === 1));
  const phaseOf = (who: 0 | 1, n: number) =>
    people[who]?.engine.views.requests().find(({ requestId }) => requestId === id(n))?.phase;
  const entryOf = (n: number) => practice.engine.views.inbox().find(({ requestId }) => requestId === id(n));
  return {
    ...{ clock, run, startOf, phaseOf, entryOf },
    node: () => practice,
    disk: () => store,
    count: (what: Tallied): number =>
      practice.engine.views.tally().reduce((sum, { counts }) => sum + (counts[TALLIED.indexOf(what)] ?? 0), 0),
    tallied: (): Partial<Record<Tallied, number>> => {
      const sums = TALLIED.map((what, i): [Tallied, number] => [
        what,
        practice.engine.views.tally().reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0),
      ]);
      return Object.fromEntries(sums.filter(([, sum]) => sum > 0));
    },
    answers: (): number =>
      practice.engine.views
        .tally()
        .flatMap(({ answers }) => answers)
        .reduce((sum, one) => sum + one, 0),
    ask: async (who: 0 | 1, n: number, slot: number): Promise<void> => {
      const said = { pseudonym: `P${who}`, code: '', text: '', display: '' };
      const wish = { requestId: id(n), practice: address, offer: SLOT, start: startOf(slot), ...said };
      await people[who]?.driver.command({ kind: 'reserve', ...wish });
      await clock.until(() => phaseOf(who, n) === 'delivered');
    },
    cancel: async (who: 0 | 1, n: number): Promise<void> => {
      await people[who]?.driver.command({ kind: 'cancel', requestId: id(n) });
      await clock.until(() => entryOf(n)?.phase === 'cancelled');
    },
    restart: async (survivors = 0): Promise<void> => {
      cut();
      void practice.driver.stop();
      store = store.crash(survivors);
      practice = await createTestNode({ role: 'leaf', clock, crypto, store });
      cut = joinNodes(practice.driver, relay.driver, clock);
    },
  };
};

test('every event counts once, on all the ways that a request can go, and stays after a restart', async () => {
  const { clock, run, ask, cancel, phaseOf, entryOf, tallied, answers, restart } = await setUp();
  expect(tallied()).toEqual({ announced: 4 });
  await ask(0, 1, 0);
  await ask(1, 2, 0);
  await run({ kind: 'confirm', requestId: id(1), note: '' });
  await run({ kind: 'confirm', requestId: id(1), note: '' });
  await clock.until(() => phaseOf(0, 1) === 'confirmed' && phaseOf(1, 2) === 'rejected');
  expect(tallied()).toEqual({ announced: 4, received: 2, confirmed: 1, passedOver: 1 });
  await ask(1, 3, 1);
  await run({ kind: 'reject', requestId: id(3) });
  await run({ kind: 'reject', requestId: id(3) });
  await ask(0, 4, 2);
  await cancel(0, 4);
  await cancel(0, 1);
  await ask(0, 5, 1);
  await run({ kind: 'confirm', requestId: id(5), note: '' });
  await clock.until(() => phaseOf(0, 5) === 'confirmed');
  await run({ kind: 'call-off', requestId: id(5), reason: 'illness', text: '' });
  await ask(1, 6, 3);
  clock.jump(25 * HOUR);
  await restart();
  expect(entryOf(6)?.phase).toBe('expired');
  await clock.run(60_000);
  const all = { received: 6, confirmed: 2, declined: 1, passedOver: 1, expired: 1 };
  const further = { withdrawn: 1, cancelled: 1, calledOff: 1, announced: 4 };
  expect(tallied()).toEqual({ ...all, ...further });
  expect(answers()).toBe(3);
  await restart();
  await clock.run(60_000);
  expect(tallied()).toEqual({ ...all, ...further });
});

test('a slot counts when it is first announced, not again when its offer is, and anew when it was withdrawn before', async () => {
  const { clock, run, startOf, count, restart } = await setUp();
  await run({ kind: 'add-slots', offer: SLOT, starts: [(startOf(9) + 20 * DAY) as Millis] });
  await clock.run(10_000);
  expect(count('announced')).toBe(5);
  clock.jump(14 * HOUR);
  await restart();
  await clock.run(60_000);
  expect(count('announced')).toBe(5);
  await run({ kind: 'withdraw-slot', offer: SLOT, start: startOf(3) });
  await clock.run(10_000);
  expect(count('announced')).toBe(5);
  await run({ kind: 'add-slots', offer: SLOT, starts: [startOf(3)] });
  await clock.run(10_000);
  expect(count('announced')).toBe(6);
});

test('wherever power is lost, what was counted is what happened', async () => {
  for (let survivors = 0; survivors <= 2; survivors++) {
    const { clock, run, ask, count, entryOf, phaseOf, restart, disk } = await setUp();
    await ask(0, 1, 0);
    disk().hold();
    void run({ kind: 'confirm', requestId: id(1), note: '' }).catch(() => undefined);
    await clock.run(0);
    await restart(survivors);
    const happened = entryOf(1)?.phase === 'confirmed';
    expect(happened).toBe(survivors > 0);
    expect(count('confirmed')).toBe(happened ? 1 : 0);
    expect(count('received')).toBe(1);
    await run({ kind: 'confirm', requestId: id(1), note: '' });
    await clock.until(() => phaseOf(0, 1) === 'confirmed');
    expect(count('confirmed')).toBe(1);
  }
});

test('a damaged row is counted as unreadable, loses nothing else, and counting begins anew', async () => {
  const { clock, ask, tallied, entryOf, restart, disk, node } = await setUp();
  await ask(0, 1, 0);
  await clock.run(10_000);
  await disk().commit([{ op: 'put', table: 'inbox', key: TALLY_KEY, value: toUtf8('[{"day":1}]') }]);
  await restart();
  await clock.run(0);
  expect(node().counters.get('unreadable')).toBe(1);
  expect(entryOf(1)?.phase).toBe('open');
  expect(tallied()).toEqual({});
  await ask(1, 2, 0);
  expect(tallied()).toEqual({ received: 1 });
});

test('forgotten, it stays forgotten after a restart; requests and slots stay', async () => {
  const { run, ask, tallied, entryOf, restart } = await setUp();
  await ask(0, 1, 0);
  expect(await run({ kind: 'forget-statistics' })).toMatchObject({ ok: true });
  expect(await run({ kind: 'forget-statistics' })).toMatchObject({ ok: true });
  await restart();
  expect(tallied()).toEqual({});
  expect(entryOf(1)?.phase).toBe('open');
});
