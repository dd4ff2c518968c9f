/** Two nodes compare their sets: nothing, little or much differs, or one of them lies. */
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import { encodeIds } from '#core/wire/ids.ts';
import { KIND, kindOf } from '#core/wire/kinds.ts';
import { encodeWant } from '#core/wire/want.ts';
import { DEFAULT_TIMING } from '#engine/config.ts';
import type { Effect } from '#engine/effect.ts';
import { createSetIndex } from '#engine/sync/set-index.ts';
import { createSetSync } from '#engine/sync/set-sync.ts';
import { isSyncKind, type SyncSet } from '#engine/sync/sync-set.ts';
import { createHarness, ofKind, refusals } from '#test/engine/step-harness.ts';

const OBJECT = 0xfe;
/** Ids that are spread like hashes, the same in every run. */
const ids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => {
    const number = BigInt(from + index) * 0x9e3779b97f4a7c15n + 0x1234567n;
    return BigInt.asUintN(64, number).toString(16).padStart(16, '0');
  });

/** One side: a set whose objects are their ids. */
const createSide = (
  held: readonly string[],
  dialled: boolean,
  takes: (id: string) => boolean = () => true,
  gives: (id: string) => boolean = () => true,
  capability: LinkCapability = 'unconstrained',
) => {
  const harness = createHarness();
  const index = createSetIndex(held);
  const set: SyncSet = {
    id: 0,
    index: () => index,
    bytesOf: (id) => (index.has(id) && gives(id) ? Uint8Array.of(OBJECT, ...(fromHex(id) ?? [])) : undefined),
    offer: () => true,
  };
  let synced = 0;
  const sync = createSetSync(harness.context, [set], DEFAULT_TIMING, {
    onSynced: () => void synced++,
    place: () => ({ bridge: false, rooted: true, attentive: false, child: false, island: false, place: undefined }),
    onPlace: () => undefined,
  });
  const peer = harness.link({ relay: true, dialled, capability });
  let outstanding = 0;
  const receive = (frame: Uint8Array): void => {
    outstanding = Math.max(outstanding, peer.wanted.size + peer.picked.size);
    const kind = kindOf(frame[0]);
    if (kind !== undefined && isSyncKind(kind)) return sync.receive(peer, kind, frame);
    const id = toHex(frame.subarray(1));
    if (takes(id)) index.add(id);
    sync.arrived(peer, id, takes(id));
  };
  return { ...harness, index, sync, peer, receive, synced: () => synced, outstanding: () => outstanding };
};
type Side = ReturnType<typeof createSide>;

const framesOf = (effects: readonly Effect[]): Uint8Array[] => ofKind(effects, 'send').map(({ frame }) => frame);

/** Lets both talk until nobody has anything to say; returns what went over the line, by kind. */
const talk = (dialler: Side, listener: Side, begin: () => Effect[]) => {
  const bytes = new Map<number, number>();
  let frames = 0;
  const queue = framesOf(begin()).map((frame) => ({ to: listener, frame }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { to, frame } = next;
    frames++;
    const kind = frame[0] ?? 0;
    bytes.set(kind, (bytes.get(kind) ?? 0) + frame.length);
    const back = to === dialler ? listener : dialler;
    queue.push(...framesOf(to.step(() => to.receive(frame))).map((answer) => ({ to: back, frame: answer })));
  }
  return { bytes, frames };
};

const compare = (left: readonly string[], right: readonly string[]) => {
  const [dialler, listener] = [createSide(left, true), createSide(right, false)];
  listener.step(() => listener.sync.start(listener.peer));
  const first = talk(dialler, listener, () => dialler.step(() => dialler.sync.start(dialler.peer)));
  return { dialler, listener, ...first };
};
const equal = (one: Side, other: Side): void => {
  expect(toHex(one.index.root())).toBe(toHex(other.index.root()));
  expect(one.index.size).toBe(other.index.size);
};

describe('two sets', () => {
  test('that are equal cost one beacon each way', () => {
    const held = ids(10_000);
    const { dialler, frames, bytes } = compare(held, held);
    expect([frames, [...bytes.keys()]]).toEqual([2, [KIND.beacon]]);
    expect(dialler.synced()).toBe(1);
  });

  test('that are both empty are equal', () => {
    expect(compare([], []).dialler.synced()).toBe(1);
  });

  test('a slow link is asked for less at once, and becomes equal, too', () => {
    const [dialler, listener] = [createSide([], true, undefined, undefined, 'medium'), createSide(ids(1_000), false)];
    listener.step(() => listener.sync.start(listener.peer));
    talk(dialler, listener, () => dialler.step(() => dialler.sync.start(dialler.peer)));
    equal(dialler, listener);
    expect(dialler.outstanding()).toBe(64);
  });

  test.each([
    ['the dialler lacks one', 1_000, 0, 1],
    ['the listener lacks one', 1_000, 1, 0],
    ['each lacks a few', 10_000, 50, 50],
    ['the dialler has nothing', 0, 0, 3_000],
    ['the listener has nothing', 0, 3_000, 0],
    ['they have nothing in common', 0, 2_000, 2_000],
  ] as const)('become equal: %s', (_, common, left, right) => {
    const shared = ids(common);
    const scene = compare([...shared, ...ids(left, 100_000)], [...shared, ...ids(right, 200_000)]);
    const { dialler, listener } = scene;
    equal(dialler, listener);
    expect(dialler.index.size).toBe(common + left + right);
    // Never more outstanding than the window, however much there is to ask for.
    expect(dialler.outstanding()).toBeLessThanOrEqual(512);
    // What came by asking is checked by a last round, soon.
    const last = talk(dialler, listener, () => dialler.wait(DEFAULT_TIMING.beacon * 1.3));
    expect(dialler.synced()).toBeGreaterThanOrEqual(1);
    expect([...last.bytes.keys()]).toEqual([KIND.beacon]);
  });

  test('of which a hundred in ten thousand differ cost three kilobytes at most, the estimate included', () => {
    const shared = ids(9_900);
    const { bytes } = compare([...shared, ...ids(50, 100_000)], [...shared, ...ids(50, 200_000)]);
    const objects = bytes.get(OBJECT) ?? 0;
    const total = [...bytes.values()].reduce((sum, size) => sum + size, 0) - objects;
    expect(objects).toBe(100 * 9);
    expect(total).toBeLessThan(3_000);
  });
});

describe('what is refused', () => {
  test.each([
    ['a list', 30],
    ['symbols', 3_000],
  ])('is not asked for again on this link, and the round ends: known from %s', (_, shared) => {
    const bad = ids(20, 90_000);
    const dialler = createSide(ids(shared).slice(30), true, (id) => !bad.includes(id));
    const listener = createSide([...ids(shared), ...bad], false);
    listener.step(() => listener.sync.start(listener.peer));
    talk(dialler, listener, () => dialler.step(() => dialler.sync.start(dialler.peer)));
    expect(dialler.index.size).toBe(shared);
    // A byte of a digest hides one difference in 256 until the next round.
    talk(dialler, listener, () => dialler.wait(DEFAULT_TIMING.beacon * 1.3));
    const again = talk(dialler, listener, () => dialler.wait(DEFAULT_TIMING.beacon * 1.3));
    expect([again.bytes.get(KIND.want), again.bytes.get(KIND.pick)]).toEqual([undefined, undefined]);
    expect(dialler.synced()).toBeGreaterThanOrEqual(1);
  });

  test('ids that nobody asked for change nothing', () => {
    const { step, receive, index } = createSide(ids(5), true);
    const frame = encodeIds({ kind: 'ids', set: 0, bins: new Uint8Array(32), ids: ids(3, 50), more: false });
    expect(refusals(step(() => receive(frame)))).toEqual(['wrong-state']);
    expect(index.size).toBe(5);
  });

  test('a list that comes twice, as two beacons in a row ask twice, is no offence', () => {
    const dialler = createSide(ids(40), true);
    const listener = createSide(ids(5), false);
    listener.step(() => listener.sync.start(listener.peer));
    talk(dialler, listener, () => dialler.step(() => dialler.sync.start(dialler.peer)));
    const frame = encodeIds({ kind: 'ids', set: 0, bins: new Uint8Array(32), ids: ids(3, 50), more: false });
    expect(refusals(dialler.step(() => dialler.receive(frame)))).toEqual([]);
    expect(dialler.index.size).toBe(40);
  });

  test.each([KIND.beacon, KIND.bins, KIND.ids, KIND.want])('a frame of kind %i that is cut', (kind) => {
    const side = createSide(ids(5), true);
    side.step(() => side.sync.start(side.peer));
    const effects = side.step(() => side.receive(Uint8Array.of(kind, 0, 1)));
    expect(refusals(effects)).toHaveLength(1);
    expect(framesOf(effects)).toEqual([]);
  });

  test('a wish for what is there gets it; what is not gets a beacon, as the sets must be others now', () => {
    const side = createSide(ids(5), false);
    side.step(() => side.sync.start(side.peer));
    const want = encodeWant({ kind: 'want', set: 0, ids: [...ids(1), ...ids(3, 900)] });
    const answer = side.step(() => side.receive(want));
    expect(framesOf(answer).map(([kind]) => kind)).toEqual([OBJECT, KIND.beacon]);
    // Both may wait for whatever somebody waits for, and the beacon stays behind what was found.
    expect(ofKind(answer, 'send').map(({ lane }) => lane)).toEqual(['bulk', 'bulk']);
  });
});

test('what was asked for and never comes is asked for again in the next round', () => {
  const dialler = createSide([], true);
  const listener = createSide(ids(40), false);
  listener.step(() => listener.sync.start(listener.peer));
  let lost = 0;
  const deaf = {
    ...dialler,
    receive: (frame: Uint8Array) => (frame[0] === OBJECT ? void lost++ : dialler.receive(frame)),
  };
  talk(deaf, listener, () => dialler.step(() => dialler.sync.start(dialler.peer)));
  expect([lost, dialler.index.size, dialler.peer.wanted.size]).toEqual([40, 0, 40]);
  talk(dialler, listener, () => dialler.wait(DEFAULT_TIMING.beacon * 1.3));
  equal(dialler, listener);
});

test('a link that ends stops asking', () => {
  const { dialler } = compare(ids(3), ids(3));
  dialler.step(() => dialler.sync.stop(dialler.peer));
  expect(framesOf(dialler.wait(10 * DEFAULT_TIMING.beacon))).toEqual([]);
});

describe('what has gone since it was listed', () => {
  /** The dialler heard of all ids; before it asks, the listener loses some and gets another. */
  const playChange = () => {
    const held = ids(5);
    const [dialler, listener] = [createSide([], true), createSide(held, false)];
    listener.step(() => listener.sync.start(listener.peer));
    let changed = false;
    const receive = listener.receive;
    const changing: Side = {
      ...listener,
      receive: (frame) => {
        if (frame[0] === KIND.want && !changed) {
          changed = true;
          for (const id of held.slice(0, 2)) listener.index.remove(id);
          listener.index.add(ids(1, 77)[0] ?? '');
        }
        receive(frame);
      },
    };
    return {
      dialler,
      listener,
      begin: () => talk(dialler, changing, () => dialler.step(() => dialler.sync.start(dialler.peer))),
    };
  };

  test('is not waited for: the comparison goes on at once and ends', () => {
    const { dialler, listener, begin } = playChange();
    begin();
    equal(dialler, listener);
    expect(dialler.peer.wanted.size).toBe(0);
    expect(dialler.synced()).toBe(0);
    talk(dialler, listener, () => dialler.wait(60));
    expect(dialler.synced()).toBe(1);
  });

  test('and a peer that lists what it never hands over cannot keep us busy', () => {
    const dialler = createSide([], true);
    const liar = createSide(
      ids(5),
      false,
      () => true,
      () => false,
    );
    liar.step(() => liar.sync.start(liar.peer));
    const { frames } = talk(dialler, liar, () => dialler.step(() => dialler.sync.start(dialler.peer)));
    expect(frames).toBeLessThan(60);
  });
});
