/** A practice takes nothing more from somebody: by the pseudonym that their device has here, and until it wants to again. */
import { expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { HOUR } from '#core/domain/limits.ts';
import { decodeBlockedSenders } from '#engine/fapp/blocked-senders.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto, createTestNode, joinNodes } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const SLOT = 0 as OfferId;

/** A practice with three slots and two people. */
const setUp = async () => {
  const clock = createVirtualClock();
  const crypto = createTestCrypto();
  const relay = await createTestNode({ role: 'relay', clock });
  let store = createFaultStore();
  let practice = await createTestNode({ role: 'leaf', clock, crypto, store });
  let cut = joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await practice.driver.command({ kind: 'save-offer', offer: OFFER });
  const first = Math.ceil(clock.now() / 300_000) * 300_000 + 30 * HOUR;
  const starts = [0, 1, 2].map((hours) => (first + hours * HOUR) as Millis);
  await practice.driver.command({ kind: 'add-slots', offer: SLOT, starts });
  const people = await Promise.all([0, 1].map(() => createTestNode({ role: 'leaf', clock })));
  for (const one of people) joinNodes(one.driver, relay.driver, clock);
  await clock.until(() => people.every(({ engine }) => engine.views.slots.size === 1));
  const phaseOf = (who: 0 | 1, requestId: string) =>
    people[who]?.engine.views.requests().find((one) => one.requestId === requestId);
  return {
    clock,
    phaseOf,
    run: (...[command]: Parameters<typeof practice.driver.command>) => practice.driver.command(command),
    views: () => practice.engine.views,
    /** Asks, and waits until the practice has answered with its receipt. */
    ask: async (who: 0 | 1, requestId: string, slot: number): Promise<void> => {
      const start = starts[slot] ?? (0 as Millis);
      const said = { pseudonym: `P${who}`, code: '', text: '', display: '' };
      const wish = { requestId, practice: address, offer: SLOT, start, ...said };
      await people[who]?.driver.command({ kind: 'reserve', ...wish });
      await clock.until(() => /delivered|refused/.test(phaseOf(who, requestId)?.phase ?? ''));
    },
    restart: async (): Promise<void> => {
      cut();
      void practice.driver.stop();
      store = store.crash();
      practice = await createTestNode({ role: 'leaf', clock, crypto, store });
      cut = joinNodes(practice.driver, relay.driver, clock);
    },
  };
};
const [A, B, C, D] = ['00000000000000a1', '00000000000000b2', '00000000000000c3', '00000000000000d4'] as const;

test('what is open of theirs is rejected, what they ask later refused, also after a restart; others may ask', async () => {
  const { clock, run, ask, views, phaseOf, restart } = await setUp();
  await ask(0, A, 0);
  await ask(1, B, 0);
  expect(await run({ kind: 'block', requestId: A })).toMatchObject({ ok: true });
  expect(views().blocked()).toMatchObject([{ name: 'P0' }]);
  await clock.until(() => phaseOf(0, A)?.phase === 'rejected');
  expect(phaseOf(1, B)?.phase).toBe('delivered');
  await restart();
  await ask(0, C, 1);
  expect(phaseOf(0, C)).toMatchObject({ phase: 'refused', refusal: 'blocked' });
  expect(
    views()
      .inbox()
      .map(({ requestId }) => requestId),
  ).not.toContain(C);
  await ask(1, D, 1);
  expect(phaseOf(1, D)?.phase).toBe('delivered');
});

test('what was confirmed stands', async () => {
  const { clock, run, ask, phaseOf } = await setUp();
  await ask(0, A, 0);
  await run({ kind: 'confirm', requestId: A, note: '' });
  await run({ kind: 'block', requestId: A });
  await clock.run(60_000);
  expect(phaseOf(0, A)?.phase).toBe('confirmed');
});

test('taken back, they may ask again; said twice it is once', async () => {
  const { run, ask, views, phaseOf } = await setUp();
  await ask(0, A, 0);
  const first = await run({ kind: 'block', requestId: A });
  expect(await run({ kind: 'block', requestId: A })).toEqual(first);
  expect(views().blocked()).toHaveLength(1);
  const [{ sender } = { sender: '' }] = views().blocked();
  expect(await run({ kind: 'unblock', sender })).toMatchObject({ ok: true });
  expect(await run({ kind: 'unblock', sender })).toMatchObject({ ok: true });
  expect(views().blocked()).toEqual([]);
  await ask(0, B, 1);
  expect(phaseOf(0, B)?.phase).toBe('delivered');
});

test('nobody is blocked for a request that never came, or was refused', async () => {
  const { run, ask, views } = await setUp();
  expect(await run({ kind: 'block', requestId: 'ff'.repeat(8) })).toEqual({ ok: false, code: 'not-found' });
  await ask(0, A, 0);
  await run({ kind: 'block', requestId: A });
  await run({ kind: 'unblock', sender: 'ff'.repeat(8) });
  expect(views().blocked()).toHaveLength(1);
  await ask(0, B, 1);
  expect(await run({ kind: 'block', requestId: B })).toEqual({ ok: false, code: 'not-found' });
});

test.each(['', '{}', '[{"sender":"a1"}]', '[{"sender":1,"name":"P0","at":1}]'])(
  'what is no list is none: %s',
  (text) => {
    expect(decodeBlockedSenders(toUtf8(text))).toEqual({ ok: false, code: 'malformed' });
  },
);
