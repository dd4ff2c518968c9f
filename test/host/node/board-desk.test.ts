/** The board of a device as its node knows it: where it listens, when it cannot be had, and that a node that ends opens none. */
import { expect, test, vi } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { Millis, Plz, Region } from '#core/brand.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { ok } from '#core/result.ts';
import { type BoardAccess, createBoardDesk } from '#host/node/board-desk.ts';
import type { TunedBoard } from '#host/radio/tuned-board.ts';
import { type Store, StoreError } from '#ports/store.ts';
import { NO_LISTENER } from '#test/host/radio/radio-desk.ts';

const MUNICH = { plz: '80799' as Plz, km: 25 };
const AROUND: readonly Region[] = [80 as Region, 81 as Region];

/** A realm with one board, which cannot be loaded as long as `isOffline`. */
const setUp = (store: Store = createMemoryStore(), { isOffline = false } = {}) => {
  const heard: (readonly Region[])[] = [];
  const calls = { opened: 0, looked: 0, stopped: 0 };
  const realm = { isOffline, plug: (): void => undefined, gate: Promise.resolve() };
  const board: TunedBoard = {
    standing: () => ({ kind: 'none' }),
    look: () => void calls.looked++,
    stop: async () => void calls.stopped++,
    channel: () => DEFAULT_CHANNEL,
    listenTo: (regions) => void heard.push(regions),
    tune: async () => ok(null),
    sendRadioCheck: () => ok({ number: 1 }),
  };
  const access: BoardAccess = {
    onPlugged: (listener) => {
      realm.plug = listener;
      return () => undefined;
    },
    open: async () => {
      if (realm.isOffline) throw new Error('offline');
      calls.opened++;
      await realm.gate;
      return board;
    },
  };
  const desk = createBoardDesk({
    access,
    store,
    driver: { ...NO_LISTENER, equip: (_createAir, radio) => NO_LISTENER.equip(radio) },
    air: () => undefined,
    time: { now: () => 0 as Millis },
    onChange: () => undefined,
    regionsAround: ({ plz }) => (plz === MUNICH.plz ? AROUND : []),
  });
  return { desk, store, heard, calls, realm };
};

const full = (): Store => ({ ...createMemoryStore(), commit: () => Promise.reject(new StoreError('full')) });

test('a place is heard of at once, and again after a restart', async () => {
  const { desk, heard, store } = setUp();
  await desk.lookForBoard();
  expect(heard.at(-1)).toEqual([]);
  expect(await desk.listenAround(MUNICH)).toEqual(ok(null));
  expect(heard.at(-1)).toEqual(AROUND);
  const next = setUp(store);
  await next.desk.lookForBoard();
  expect(next.heard).toEqual([AROUND]);
});

test('a place that cannot be kept is listened around all the same, also by a board that comes later', async () => {
  const early = setUp(full());
  await early.desk.lookForBoard();
  await expect(early.desk.listenAround(MUNICH)).rejects.toThrow();
  expect(early.heard.at(-1)).toEqual(AROUND);
  const late = setUp(full());
  await expect(late.desk.listenAround(MUNICH)).rejects.toThrow();
  await late.desk.lookForBoard();
  expect(late.heard).toEqual([AROUND]);
});

test('a kiosk whose place was taken away listens to nothing, also after a restart', async () => {
  const { desk, heard, store } = setUp();
  await desk.lookForBoard();
  await desk.listenAround(MUNICH);
  expect(await desk.listenAround(undefined)).toEqual(ok(null));
  expect(heard.at(-1)).toEqual([]);
  const next = setUp(store);
  await next.desk.lookForBoard();
  expect(next.heard).toEqual([[]]);
});

test.each([
  ['nobody knows', { plz: '00000' as Plz, km: 25 }],
  ['is none', { plz: 80799 as unknown as Plz, km: 25 }],
])('a place that %s is refused, and the one before holds', async (_name, place) => {
  const { desk, heard, store } = setUp();
  await desk.lookForBoard();
  await desk.listenAround(MUNICH);
  expect(await desk.listenAround(place)).toEqual({ ok: false, code: 'malformed' });
  expect(heard.at(-1)).toEqual(AROUND);
  const next = setUp(store);
  await next.desk.lookForBoard();
  expect(next.heard).toEqual([AROUND]);
});

test('what speaks with boards and cannot be loaded is said, and asked for again', async () => {
  const { desk, realm, calls } = setUp(undefined, { isOffline: true });
  expect(await desk.lookForBoard()).toEqual({ ok: false, code: 'wrong-state' });
  expect(await desk.boardChannel()).toBeUndefined();
  realm.isOffline = false;
  expect(await desk.lookForBoard()).toEqual(ok(null));
  expect(calls).toMatchObject({ opened: 1, looked: 1 });
});

test('asked by several at once, a board is opened once', async () => {
  const { desk, realm, calls } = setUp();
  realm.plug();
  realm.plug();
  await Promise.all([desk.lookForBoard(), desk.boardChannel(), desk.sendRadioCheck()]);
  expect(calls.opened).toBe(1);
});

test('a node that has ended opens no board, and one that ends while it opens lets go of it', async () => {
  const ended = setUp();
  await ended.desk.stop();
  expect(await ended.desk.lookForBoard()).toEqual({ ok: false, code: 'wrong-state' });
  expect(ended.calls.opened).toBe(0);

  const { desk, realm, calls } = setUp();
  let open = (): void => undefined;
  realm.gate = new Promise((done) => {
    open = done;
  });
  const looking = desk.lookForBoard();
  await vi.waitFor(() => expect(calls.opened).toBe(1));
  await desk.stop();
  expect(calls.stopped).toBe(0);
  open();
  await looking;
  expect(calls.stopped).toBe(1);
});
