/** A phone that wakes: its node has a living link within two seconds, and a relay that does not answer is not knocked down. */
import { webcrypto } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createCounters } from '#adapters/system/counters.ts';
import { ok, refuse } from '#core/result.ts';
import { startLeafNode } from '#host/node/running-node.ts';
import type { Dialer, Link } from '#ports/transport.ts';
import { createDeviceClock } from '#test/device-clock.ts';
import { createTestCrypto, createTestNode } from '#test/engine-node.ts';
import { createMemoryLinks } from '#test/memory-transport.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const ORIGIN = 'https://relay.example.org';
const MINUTE = 60_000;
/** Frames take so long one way. */
const DELAY = 100;

/** A phone's node, a relay, and a network that the test takes away: links live on in name only, and nobody hears of it. */
const setUp = async (delay = DELAY) => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const network = { dials: 0, isThere: true, epoch: 0 };
  const dialer: Dialer = {
    transport: 'memory',
    dial: async (_, handlers) => {
      network.dials++;
      if (!network.isThere) return refuse('unreachable');
      const made = network.epoch;
      const isAlive = (): boolean => network.isThere && made === network.epoch;
      const [ours, theirs] = createMemoryLinks(clock, delay);
      const over = ({ send, ...link }: Link): Link => ({ ...link, send: (frame) => !isAlive() || send(frame) });
      ours.hear({ onFrame: (frame) => (isAlive() ? handlers.onFrame(frame) : undefined), onEnd: handlers.onEnd });
      theirs.hear(relay.driver.accept(over(theirs.link)));
      return ok(over(ours.link));
    },
  };
  const node = await startLeafNode({
    store: createMemoryStore(),
    crypto: createTestCrypto(),
    dialer,
    clock: createDeviceClock(clock),
    random: { bytes: (count) => webcrypto.getRandomValues(new Uint8Array(count)) },
    metrics: createCounters(),
    registrars: [],
    relays: [ORIGIN],
    plz: undefined,
    build: '',
    deleteEverything: async () => undefined,
    onBroken: () => undefined,
  });
  const isReady = (): boolean => node.dialling.status()[0]?.state === 'connected' && node.views.relays().length > 0;
  /** All links of before are dead, without a word. */
  const cut = (): void => void network.epoch++;
  return { clock, network, node, isReady, cut };
};

describe('a node that somebody looks at again', () => {
  test.each([
    ['ten minutes', 10 * MINUTE],
    ['one minute', MINUTE],
  ])('has a living link within two seconds after it slept for %s and its link died', async (_, slept) => {
    const { clock, network, node, isReady, cut } = await setUp();
    await clock.until(isReady);
    await clock.run(MINUTE);
    cut();
    clock.jump(slept);
    const [before, woken] = [network.dials, clock.now()];
    void node.api.resume();
    await clock.until(() => network.dials > before && isReady(), 2_000);
    expect(clock.now() - woken).toBeLessThanOrEqual(2_000);
    await clock.run(MINUTE);
    expect(isReady()).toBe(true);
    expect(network.dials).toBe(before + 1);
  });

  test('keeps a link that lives, however often it is looked at', async () => {
    const { clock, network, node, isReady } = await setUp();
    await clock.until(isReady);
    for (let look = 0; look < 100; look++) {
      await node.api.resume();
      await clock.run(300);
    }
    await clock.run(MINUTE);
    expect(isReady()).toBe(true);
    expect(network.dials).toBe(1);
  });

  test('keeps a slow link, on which the answer takes longer', async () => {
    const { clock, network, node, isReady } = await setUp(800);
    await clock.until(isReady);
    await clock.run(MINUTE);
    for (let look = 0; look < 5; look++) {
      await node.api.resume();
      await clock.run(10_000);
    }
    expect([isReady(), network.dials]).toEqual([true, 1]);
  });

  test('has one within two seconds when it was without a network for long', async () => {
    const { clock, network, node, isReady, cut } = await setUp();
    network.isThere = false;
    cut();
    await clock.run(60 * MINUTE);
    network.isThere = true;
    void node.api.resume();
    await clock.until(isReady, 2_000);
  });

  test('does not knock on a relay that refuses it more often for being turned on and off', async () => {
    const { clock, network, node } = await setUp();
    network.isThere = false;
    await clock.run(60 * MINUTE);
    const before = network.dials;
    for (let look = 0; look < 100; look++) await node.api.resume();
    // Three times, and what follows from each wait that began anew.
    expect(network.dials - before).toBeLessThanOrEqual(3);
    for (let look = 0; look < 100; look++) {
      await node.api.resume();
      await clock.run(1_000);
    }
    expect(network.dials - before).toBeLessThanOrEqual(45);
  });
});
