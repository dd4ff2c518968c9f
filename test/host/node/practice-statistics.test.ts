/** A practice's statistics as a page asks for them, from a node without a network. */
import { webcrypto } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createCounters } from '#adapters/system/counters.ts';
import type { Millis, OfferId } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { HOUR } from '#core/domain/limits.ts';
import { TALLIED } from '#core/domain/practice-tally.ts';
import { refuse } from '#core/result.ts';
import { startLeafNode } from '#host/node/running-node.ts';
import { createDeviceClock } from '#test/device-clock.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const setUp = async () => {
  const clock = createVirtualClock();
  const topics: string[] = [];
  const { api, driver } = await startLeafNode({
    store: createMemoryStore(),
    crypto: createTestCrypto(),
    dialer: { transport: 'memory', dial: async () => refuse('unreachable') },
    clock: createDeviceClock(clock),
    random: { bytes: (count) => webcrypto.getRandomValues(new Uint8Array(count)) },
    metrics: createCounters(),
    registrars: [],
    relays: [],
    plz: undefined,
    build: '',
    deleteEverything: async () => undefined,
    onBroken: () => undefined,
  });
  driver.subscribe((topic) => void topics.push(topic));
  return { clock, api, topics };
};

test('a device that is no practice has none, and none to forget', async () => {
  const { api } = await setUp();
  expect(await api.practiceStatistics()).toEqual([]);
  expect(await api.forgetStatistics()).toEqual({ ok: true, value: null });
});

test('what was announced stands there by its day, until it is forgotten', async () => {
  const { clock, api, topics } = await setUp();
  await api.createPractice({ words: await api.newWords(), restore: false });
  await api.saveProfile(PROFILE);
  await api.saveOffer(OFFER);
  const start = (Math.ceil(clock.now() / HOUR) * HOUR + 30 * HOUR) as Millis;
  await api.addSlots(0 as OfferId, [start, (start + HOUR) as Millis]);
  // Signing takes real time, not the clock's.
  const announced = async (): Promise<number> => {
    await clock.run(100);
    return (await api.practiceStatistics()).length;
  };
  await expect.poll(announced, { timeout: 20_000 }).toBe(1);
  const [day, ...others] = await api.practiceStatistics();
  expect(others).toEqual([]);
  expect(day?.day).toBe(berlinWall(clock.now()).day);
  expect(day?.counts).toEqual(TALLIED.map((what) => (what === 'announced' ? 2 : 0)));
  topics.length = 0;
  expect(await api.forgetStatistics()).toEqual({ ok: true, value: null });
  expect(topics).toContain('inbox');
  expect(await api.practiceStatistics()).toEqual([]);
});
