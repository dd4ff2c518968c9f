/** What a radio sends, and what it must not: two hosts with emulated boards on one ether, in virtual time. */

import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import type { Millis } from '#core/brand.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { BOARD_DRIVERS } from '#core/radio/drivers.ts';
import { openAirSender } from '#host/radio/air-sender.ts';
import { openTunedBoard } from '#host/radio/tuned-board.ts';
import { type Store, StoreError } from '#ports/store.ts';
import { board, createRadioDesk, NO_LISTENER } from '#test/host/radio/radio-desk.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

type Desk = ReturnType<typeof createRadioDesk>;
type Disk = Pick<Store, 'get' | 'commit'>;

const desk = () => createRadioDesk([board(), board({ name: 'b', kind: 'nrf52', serialNumber: '2' })]);

const openHost = async ({ clock, portsOf }: Desk, name: string, store: Disk = createMemoryStore()) => {
  const tuned = await openTunedBoard({
    ports: portsOf(name),
    clock,
    wall: clock,
    time: clock,
    random: createSystemRng(),
    store,
    drivers: BOARD_DRIVERS,
    listener: NO_LISTENER,
    onChange: () => undefined,
  });
  const on = () => {
    const standing = tuned.standing();
    return standing.kind === 'on' ? standing : undefined;
  };
  return { tuned, on, untilOn: () => clock.until(() => on() !== undefined, 30_000) };
};
const both = async (store?: Disk) => {
  const scene = desk();
  const [a, b] = [await openHost(scene, 'a', store), await openHost(scene, 'b')];
  await a.untilOn();
  await b.untilOn();
  return { ...scene, a, b };
};
const numberOf = (reply: { readonly ok: boolean; readonly value?: { readonly number: number } }) => reply.value?.number;

test('a radio check is heard on the other side, with how well it came', async () => {
  const { clock, a, b } = await both();
  const number = numberOf(a.tuned.sendRadioCheck());
  expect(a.on()?.air).toMatchObject({ waiting: 1, sent: 0 });
  // A ledger that knows nothing of the hour before lets go little by little.
  await clock.until(() => b.on()?.check !== undefined, 60_000);
  expect(b.on()?.check).toMatchObject({ number, rssiDbm: expect.any(Number), snrDb: expect.any(Number) });
  await clock.until(() => a.on()?.air?.sent === 1, 5_000);
  expect(a.on()?.air).toMatchObject({ waiting: 0, waitMs: 0 });
  expect(a.on()?.air?.spentMs).toBeGreaterThan(50);
  expect(a.on()?.check).toBeUndefined();
});

test('without a radio on air nothing waits', async () => {
  const scene = desk();
  const a = await openHost(scene, 'a');
  expect(a.tuned.sendRadioCheck()).toEqual({ ok: false, code: 'wrong-state' });
  await a.tuned.stop();
});

test('more than fits into the queue is refused', async () => {
  const { a } = await both();
  const replies = Array.from({ length: 70 }, () => a.tuned.sendRadioCheck());
  expect(replies.filter(({ ok }) => ok)).toHaveLength(64);
  expect(replies.at(-1)).toEqual({ ok: false, code: 'over-capacity' });
  expect(a.on()?.air?.waiting).toBe(64);
});

describe('nothing is on air before its airtime is durable', () => {
  test('while the disk is silent', async () => {
    const silent: Disk = { get: async () => undefined, commit: () => new Promise(() => undefined) };
    const { clock, a, b } = await both(silent);
    a.tuned.sendRadioCheck();
    await clock.run(120_000);
    expect(b.on()?.heard).toBe(0);
    expect(a.on()?.air).toMatchObject({ waiting: 1, sent: 0 });
  });
  test('while it is full, and it goes once there is room', async () => {
    let isFull = true;
    const memory = createMemoryStore();
    const store: Disk = {
      get: (table, key) => memory.get(table, key),
      commit: (batch) => (isFull ? Promise.reject(new StoreError('full')) : memory.commit(batch)),
    };
    const { clock, a, b } = await both(store);
    a.tuned.sendRadioCheck();
    await clock.run(120_000);
    expect(b.on()?.heard).toBe(0);
    isFull = false;
    await clock.until(() => b.on()?.check !== undefined, 60_000);
  });
});

test('a disk that takes too long costs the airtime, and the frame goes when it is quick again', async () => {
  let takes = 5_000;
  const memory = createMemoryStore();
  const scene = desk();
  const store: Disk = {
    get: (table, key) => memory.get(table, key),
    commit: async (batch) => {
      await new Promise<void>((done) => {
        scene.clock.wakeAt((scene.clock.now() + takes) as Millis, done);
      });
      return memory.commit(batch);
    },
  };
  const [a, b] = [await openHost(scene, 'a', store), await openHost(scene, 'b')];
  await a.untilOn();
  await b.untilOn();
  a.tuned.sendRadioCheck();
  await scene.clock.run(120_000);
  expect(b.on()?.heard).toBe(0);
  const spent = a.on()?.air?.spentMs ?? 0;
  expect(spent).toBeGreaterThan(0);
  takes = 100;
  await scene.clock.until(() => a.on()?.air?.sent === 1, 600_000);
  expect(b.on()?.heard).toBe(1);
  expect(a.on()?.air?.spentMs).toBeGreaterThan(spent);
});

test('airtime that was spent counts after a restart, and what waited is gone', async () => {
  const store = createMemoryStore();
  const scene = desk();
  const first = await openHost(scene, 'a', store);
  await first.untilOn();
  first.tuned.sendRadioCheck();
  await scene.clock.until(() => first.on()?.air?.sent === 1, 60_000);
  const spent = first.on()?.air?.spentMs;
  first.tuned.sendRadioCheck();
  await first.tuned.stop();
  const second = await openHost(scene, 'a', store);
  await second.untilOn();
  expect(second.on()?.air).toMatchObject({ spentMs: spent, waiting: 0, sent: 0 });
  await second.tuned.stop();
});

test('a board that is unplugged with a frame in it costs the airtime, and the next one goes out once', async () => {
  const { clock, pace, workbench, a, b } = await both();
  // As long as the ledger needs to let several go.
  await clock.run(600_000);
  a.tuned.sendRadioCheck();
  await clock.until(() => a.on()?.air?.waiting === 0, 1_000);
  const spent = a.on()?.air?.spentMs ?? 0;
  expect(spent).toBeGreaterThan(0);
  pace.act((now) => workbench.board('a').unplug(now));
  await clock.until(() => a.on() === undefined, 5_000);
  pace.act((now) => workbench.board('a').plug(now));
  await a.untilOn();
  const heard = b.on()?.heard ?? 0;
  const number = numberOf(a.tuned.sendRadioCheck());
  await clock.until(() => b.on()?.check?.number === number, 30_000);
  await clock.run(30_000);
  expect(b.on()?.heard).toBe(heard + 1);
  expect(a.on()?.air?.spentMs).toBe(2 * spent);
});

describe('whoever offered a frame hears what became of it', () => {
  const openSender = async () => {
    const clock = createVirtualClock();
    const quiet = { onChange: () => undefined, onIdle: () => undefined };
    const parts = { store: createMemoryStore(), wall: clock, steady: clock, ...quiet };
    const sender = await openAirSender(parts);
    const outcomes: string[] = [];
    const offer = (name: string, lifeMs: number, length = 20) =>
      sender.offer({
        data: new Uint8Array(length).fill(1),
        priority: 1,
        expires: (clock.now() + lifeMs) as Millis,
        outcome: (outcome) => outcomes.push(`${name} ${outcome}`),
      });
    return { clock, sender, outcomes, offer };
  };
  const HOUR = 3_600_000;

  test('it was on air, it waited too long, or nobody knows', async () => {
    const { clock, sender, outcomes, offer } = await openSender();
    const handed: Uint8Array[] = [];
    sender.attach(DEFAULT_CHANNEL, rnodeAirtime, (data) => handed.push(data));
    offer('late', 1_000);
    await clock.run(HOUR + 60_000);
    expect(outcomes).toEqual(['late dropped']);
    offer('one', HOUR);
    offer('two', HOUR);
    await clock.run(0);
    expect([handed.length, outcomes.length]).toEqual([1, 1]);
    sender.wasSent();
    await clock.run(0);
    expect(outcomes.at(-1)).toBe('one sent');
    sender.detach();
    expect(outcomes.slice(1)).toEqual(['one sent', 'two dropped']);
    sender.attach(DEFAULT_CHANNEL, rnodeAirtime, (data) => handed.push(data));
    await clock.run(HOUR);
    expect([handed.length, outcomes.length]).toEqual([2, 3]);
  });
  test('one that is offered because another was sent takes its turn', async () => {
    const { clock, sender, outcomes } = await openSender();
    const handed: number[] = [];
    sender.attach(DEFAULT_CHANNEL, rnodeAirtime, ([first]) => handed.push(first ?? -1));
    const offer = (first: number): void => {
      const outcome = (what: string): void => {
        outcomes.push(`${first} ${what}`);
        if (first < 3) offer(first + 1);
      };
      sender.offer({ data: Uint8Array.of(first), priority: 1, expires: (clock.now() + 2 * HOUR) as Millis, outcome });
    };
    await clock.run(HOUR + 60_000);
    offer(1);
    for (const turn of [1, 2, 3]) {
      await clock.run(0);
      expect(handed).toHaveLength(turn);
      sender.wasSent();
    }
    expect(handed).toEqual([1, 2, 3]);
    expect(outcomes).toEqual(['1 sent', '2 sent', '3 sent']);
  });
  test('a frame whose time passes while the disk writes is not handed over', async () => {
    const clock = createVirtualClock();
    const memory = createMemoryStore();
    const store: Disk = {
      get: (table, key) => memory.get(table, key),
      commit: async (batch) => {
        await new Promise<void>((done) => void clock.wakeAt((clock.now() + 500) as Millis, done));
        return memory.commit(batch);
      },
    };
    const sender = await openAirSender({
      store,
      wall: clock,
      steady: clock,
      onChange: () => undefined,
      onIdle: () => undefined,
    });
    const [handed, outcomes]: [number[], string[]] = [[], []];
    sender.attach(DEFAULT_CHANNEL, rnodeAirtime, ([first]) => handed.push(first ?? -1));
    await clock.run(HOUR + 60_000);
    const offer = (first: number, lifeMs: number) => {
      const expires = (clock.now() + lifeMs) as Millis;
      const outcome = (what: string): void => void outcomes.push(`${first} ${what}`);
      sender.offer({ data: Uint8Array.of(first), priority: 1, expires, outcome });
    };
    offer(1, 200);
    await clock.run(300);
    offer(2, HOUR);
    await clock.run(2_000);
    expect([handed, outcomes]).toEqual([[2], ['1 dropped']]);
  });
});
