/** A whole leaf on a device whose clock is wrong: what the interface is told, and what outlasts a restart. */
import { webcrypto } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createCounters } from '#adapters/system/counters.ts';
import type { Counter, Millis } from '#core/brand.ts';
import { DAY, HOUR, ISSUE_SKEW, MINUTE } from '#core/domain/limits.ts';
import { refuse } from '#core/result.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { startLeafNode } from '#host/node/running-node.ts';
import { createDeviceClock } from '#test/device-clock.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createRegister } from '#test/engine/register.ts';
import { createTestCrypto } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const register = createRegister();
const practices = [1, 2, 3].map(createSigner);

const createDevice = (slow: number) => {
  const truth = createVirtualClock();
  const store = createMemoryStore();
  const begin = truth.now();
  const ago = (ms: number): Millis => (begin - ms) as Millis;
  const start = async (slower = slow) => {
    const clock = createDeviceClock(truth, slower);
    const { api, driver, views, stop } = await startLeafNode({
      store: { ...store, close: async () => undefined },
      crypto: createTestCrypto(),
      dialer: { transport: 'memory', dial: async () => refuse('unreachable') },
      clock,
      random: { bytes: (count) => webcrypto.getRandomValues(new Uint8Array(count)) },
      metrics: createCounters(),
      registrars: [register.pinned],
      relays: [],
      plz: undefined,
      build: '',
      deleteEverything: async () => undefined,
      onBroken: () => undefined,
    });
    truth.watch(() => views.status().pendingCrypto);
    /** Some neighbour, no relay, hands it this. */
    const bring = async (...records: readonly Uint8Array[]): Promise<void> => {
      const peer = openRawPeer({ driver } as never, truth.now());
      await truth.run(10);
      for (const raw of records) {
        peer.send(raw);
        await truth.run(10);
      }
      await truth.run(100);
    };
    const joinRelay = async (): Promise<void> => {
      const relay = createSigner(8).address;
      driver.attach((handlers) => {
        const hello = encodeHello({
          kind: 'hello',
          clock: truth.now(),
          wantsSync: false,
          salt: new Uint8Array(8),
          relay,
        });
        queueMicrotask(() => handlers.onFrame(hello));
        const close = (): void => queueMicrotask(() => handlers.onEnd('lost'));
        return { transport: 'memory', remote: 'relay', send: () => true, close };
      });
      await truth.run(1_000);
    };
    return { api, clock, views, bring, joinRelay, stop };
  };
  const identities = practices.map((one, index) =>
    one.identity(ago(5 * DAY), {
      profile: PROFILE,
      credential: register.issue(one.publicKey, index, begin + 1_000 * DAY),
    }),
  );
  return { truth, ago, start, identities };
};

test('a clock that nobody compared dates nothing; three practices are a comparison', async () => {
  const { ago, start, identities } = createDevice(0);
  const { api, bring } = await start();
  expect(await api.status()).toMatchObject({ clockSkew: undefined, clockBehind: 0, isDated: false });
  await bring(...identities, ...practices.map((one) => one.announce(ago(HOUR))));
  expect(await api.status()).toMatchObject({ clockSkew: undefined, clockBehind: 0, isDated: true });
});

test('a clock two days behind is doubted from the first record on, corrected by the third, and stays so', async () => {
  const { truth, ago, start, identities } = createDevice(2 * DAY);
  const { api, bring, clock, stop } = await start();
  await bring(...identities);
  const [one, two, three] = practices.map((practice) => practice.announce(ago(HOUR)));
  if (one === undefined || two === undefined || three === undefined) throw new Error('three practices');
  await bring(one);
  expect(await api.status()).toMatchObject({ slots: 0, clockBehind: 0, isDated: false });
  await bring(two, three);
  const status = await api.status();
  expect(status.isDated).toBe(false);
  expect(Math.abs(status.clockBehind - (2 * DAY - HOUR - ISSUE_SKEW))).toBeLessThan(MINUTE);
  expect(status.clockSkew).toBeUndefined();
  // What was refused for its date is taken when it comes again on the same link or another.
  await bring(one, two, three);
  expect((await api.status()).slots).toBe(3);
  await stop();
  await truth.run(10 * MINUTE);
  const after = await start(truth.now() - Date.UTC(2020, 0, 1));
  expect(after.clock.now()).toBeGreaterThanOrEqual(ago(HOUR) - ISSUE_SKEW);
  expect((await after.api.status()).isDated).toBe(false);
  expect((await after.api.status()).slots).toBe(3);
  expect(clock.behind()).toBeGreaterThan(DAY);
});

test('three vouched keys that are ahead together are believed without a relay, and no longer with one', async () => {
  const { truth, start, identities } = createDevice(0);
  const { api, bring, clock, joinRelay } = await start();
  const begin = truth.now();
  await bring(...identities);
  const ahead = (begin + 300 * DAY) as Millis;
  await bring(...practices.map((one) => one.announce(ahead)));
  expect(clock.now()).toBeGreaterThan(begin + 299 * DAY);
  await joinRelay();
  expect(clock.behind()).toBe(0);
  expect(clock.now()).toBe(truth.now());
  await joinRelay();
  await bring(...practices.map((one) => one.announce(ahead, { counter: 2 as Counter })));
  expect(clock.behind()).toBe(0);
  expect(await api.status()).toMatchObject({ clockBehind: 0, isDated: true });
});

test('keys that are revoked no longer count after a restart', async () => {
  const { truth, ago, start, identities } = createDevice(0);
  const { bring, clock, stop } = await start();
  const begin = truth.now();
  await bring(...identities);
  await bring(...practices.map((one) => one.announce((begin + 300 * DAY) as Millis)));
  expect(clock.behind()).toBeGreaterThan(299 * DAY);
  await bring(register.revoke(ago(0), [0, 1, 2]));
  await stop();
  const after = await start();
  expect(after.clock.behind()).toBe(0);
});

test("a relay's clock says how wrong the device's own is, also where practices corrected it", async () => {
  const { ago, start, identities } = createDevice(2 * DAY);
  const { api, bring, joinRelay } = await start();
  await bring(...identities, ...practices.map((one) => one.announce(ago(HOUR))));
  await joinRelay();
  const { clockSkew, isDated } = await api.status();
  expect(Math.abs((clockSkew ?? 0) + 2 * DAY)).toBeLessThan(1_000);
  expect(isDated).toBe(false);
});
