/** The screen that stays on while a kiosk runs. */
import { expect, test } from 'vitest';
import { stayAwake } from '#ui/kiosk/stay-awake.ts';

/** A page that is seen or not, and wake locks as a browser gives them: gone when it is hidden. */
const stage = () => {
  const locks: (EventTarget & { released: boolean })[] = [];
  const waiting: (() => void)[] = [];
  let listener: (() => void) | undefined;
  const page = {
    visibilityState: 'visible' as DocumentVisibilityState,
    addEventListener: (_type: string, then: EventListenerOrEventListenerObject) => {
      if (typeof then === 'function') listener = () => then(new Event('visibilitychange'));
    },
    removeEventListener: () => {
      listener = undefined;
    },
  };
  let isRefusing = false;
  let isSlow = false;
  const request = async (): Promise<WakeLockSentinel> => {
    if (isSlow) await new Promise<void>((done) => waiting.push(done));
    if (isRefusing || page.visibilityState !== 'visible') throw new DOMException('', 'NotAllowedError');
    const lock = Object.assign(new EventTarget(), {
      released: false,
      type: 'screen' as const,
      onrelease: null,
      release: async () => {
        lock.released = true;
      },
    });
    locks.push(lock);
    return lock;
  };
  return {
    page,
    locks: { request },
    given: locks,
    held: () => locks.filter(({ released }) => !released).length,
    show: (state: DocumentVisibilityState) => {
      page.visibilityState = state;
      if (state === 'hidden') for (const lock of locks) lock.released = true;
      listener?.();
    },
    takeBack: () => {
      for (const lock of locks) {
        lock.released = true;
        lock.dispatchEvent(new Event('release'));
      }
    },
    refuse: (on: boolean) => {
      isRefusing = on;
    },
    delay: (on: boolean) => {
      isSlow = on;
      if (!on) for (const done of waiting.splice(0)) done();
    },
    settled: () => new Promise((done) => setTimeout(done)),
  };
};

test('it is taken, taken again when the page is seen again, and given back at the end', async () => {
  const one = stage();
  const end = stayAwake(one.locks, one.page);
  await one.settled();
  expect(one.held()).toBe(1);
  one.show('hidden');
  await one.settled();
  expect(one.given).toHaveLength(1);
  one.show('visible');
  await one.settled();
  expect([one.given.length, one.held()]).toEqual([2, 1]);
  // Seen all the while: the one that is held is enough.
  one.show('visible');
  await one.settled();
  expect(one.given).toHaveLength(2);
  end();
  await one.settled();
  expect(one.held()).toBe(0);
  one.show('visible');
  await one.settled();
  expect(one.given).toHaveLength(2);
});

test('one that the device takes back while the page is seen is taken again, and not after the end', async () => {
  const one = stage();
  const end = stayAwake(one.locks, one.page);
  await one.settled();
  one.takeBack();
  await one.settled();
  expect([one.given.length, one.held()]).toEqual([2, 1]);
  end();
  await one.settled();
  one.takeBack();
  await one.settled();
  expect([one.given.length, one.held()]).toEqual([2, 0]);
});

test('a device that refuses is asked again the next time', async () => {
  const one = stage();
  one.refuse(true);
  stayAwake(one.locks, one.page);
  await one.settled();
  expect(one.held()).toBe(0);
  one.refuse(false);
  one.show('visible');
  await one.settled();
  expect(one.held()).toBe(1);
});

test('a page that is hidden and seen while it asks ends up with one', async () => {
  const one = stage();
  one.delay(true);
  stayAwake(one.locks, one.page);
  await one.settled();
  one.show('hidden');
  one.show('visible');
  one.delay(false);
  await one.settled();
  expect(one.held()).toBe(1);
});

test('what comes after the end is given back', async () => {
  const one = stage();
  one.delay(true);
  const end = stayAwake(one.locks, one.page);
  await one.settled();
  end();
  one.delay(false);
  await one.settled();
  expect([one.given.length, one.held()]).toEqual([1, 0]);
});

test('a browser without wake locks is fine', () => {
  const { page } = stage();
  stayAwake(undefined, page)();
});
