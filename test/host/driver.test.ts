/** The commit rule (docs/architecture.md): nothing that was promised is undone by a crash, and transit waits for nobody. */
import { describe, expect, test } from 'vitest';
import type { Bucket, Millis, OfferId } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { KIND } from '#core/wire/kinds.ts';
import { encodeListen } from '#core/wire/listen.ts';
import { createCommitQueue } from '#host/commit-queue.ts';
import type { StoreFailure, StoreOp } from '#ports/store.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const put = (key: string): StoreOp => ({ op: 'put', table: 'meta', key, value: Uint8Array.of(1) });
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('the commit queue', () => {
  test('what waits runs in order, when everything before it is durable', async () => {
    const store = createFaultStore();
    store.hold();
    const queue = createCommitQueue(store, () => undefined);
    const seen: string[] = [];
    queue.after(() => seen.push('at once'));
    queue.add([put('a')]);
    queue.after(() => seen.push('after a'));
    await turn();
    queue.add([put('b')]);
    queue.after(() => seen.push('after b'));
    await turn();
    expect(seen).toEqual(['at once']);
    store.sync(1);
    await turn();
    expect(seen).toEqual(['at once', 'after a']);
    store.sync();
    await turn();
    expect(seen).toEqual(['at once', 'after a', 'after b']);
  });

  test('what comes while a commit is under way goes into the next one', async () => {
    const store = createFaultStore();
    store.hold();
    const queue = createCommitQueue(store, () => undefined);
    queue.add([put('a')]);
    await turn();
    for (const key of ['b', 'c', 'd']) queue.add([put(key)]);
    await turn();
    expect(store.waiting()).toBe(1);
    store.sync();
    await turn();
    expect(store.waiting()).toBe(1);
    store.release();
    await queue.settled();
    expect((await store.entries('meta')).map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('after a failed commit nothing that waited ever runs, and nobody waits for ever', async () => {
    const store = createFaultStore();
    store.failCommit(1, 'full');
    const failures: unknown[] = [];
    const queue = createCommitQueue(store, (error) => failures.push(error));
    const seen: string[] = [];
    queue.add([put('a')]);
    queue.after(() => seen.push('after a'));
    await queue.settled();
    queue.add([put('b')]);
    queue.after(() => seen.push('after b'));
    await queue.settled();
    expect([seen, failures.length]).toEqual([[], 1]);
    expect(await store.entries('meta')).toEqual([]);
  });

  test('it waits to gather as long as it is told', async () => {
    const store = createFaultStore();
    store.hold();
    let begin: () => void = () => undefined;
    const gather = (): Promise<void> =>
      new Promise((done) => {
        begin = done;
      });
    const queue = createCommitQueue(store, () => undefined, gather);
    for (const key of ['a', 'b']) queue.add([put(key)]);
    await turn();
    expect(store.waiting()).toBe(0);
    begin();
    await turn();
    expect(store.waiting()).toBe(1);
    store.sync();
    await turn();
    expect((await store.entries('meta')).length).toBe(2);
  });
});

const bundle = (now: Millis): Uint8Array =>
  encodeBundle({
    kind: 'bundle',
    bucket: 7 as Bucket,
    created: toWireMinute(now),
    commitment: new Uint8Array(8),
    body: new Uint8Array(339),
  });
/** Kinds of frames; of an envelope for everybody the kind of what is in it, behind kind, hops and source. */
const kinds = (frames: readonly Uint8Array[]): (number | undefined)[] =>
  frames.map((frame) => (frame[0] === KIND.broadcast ? frame[18] : frame[0]));

describe('a relay whose disk is slow', () => {
  const setUp = async () => {
    const clock = createVirtualClock();
    const store = createFaultStore();
    const failures: StoreFailure[] = [];
    const relay = await createTestNode({ role: 'relay', clock, store, onBroken: (failure) => failures.push(failure) });
    const [from, to] = [openRawPeer(relay, clock.now()), openRawPeer(relay, clock.now())];
    await clock.run(10);
    const buckets = new Uint8Array(32).fill(255);
    to.send(encodeListen({ kind: 'listen', buckets }));
    await clock.run(10);
    return { clock, store, relay, from, to, failures };
  };

  test('passes on at once, and promises to keep only when it keeps', async () => {
    const { clock, store, from, to } = await setUp();
    store.hold();
    from.send(bundle(clock.now()));
    await clock.run(5_000);
    expect(kinds(to.received)).toContain(KIND.bundle);
    expect(kinds(from.received)).not.toContain(KIND.custody);
    store.release();
    await clock.run(10);
    expect(kinds(from.received)).toContain(KIND.custody);
  });

  test('promises nothing when the disk is full, and says so', async () => {
    const { clock, store, from, failures } = await setUp();
    store.failCommit(1, 'full');
    from.send(bundle(clock.now()));
    await clock.run(5_000);
    expect(kinds(from.received)).not.toContain(KIND.custody);
    expect(failures).toEqual(['full']);
    expect(from.ended()).toBe('shutting-down');
    expect(await store.entries('bundles')).toEqual([]);
  });
});

describe('a practice whose disk is slow', () => {
  test('hears that a slot is entered when it is, and announces it then', async () => {
    const clock = createVirtualClock();
    const store = createFaultStore();
    const practice = await createTestNode({ role: 'leaf', clock, store });
    await practice.adopt();
    await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
    await practice.driver.command({ kind: 'save-offer', offer: OFFER });
    store.hold();
    const replies: unknown[] = [];
    const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * 3_600_000) as Millis;
    const asked = practice.driver
      .command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] })
      .then((reply) => replies.push(reply));
    await clock.run(5_000);
    expect(replies).toEqual([]);
    store.release();
    await asked;
    expect(replies).toEqual([{ ok: true, value: '0' }]);
  });

  test('a command that could not be kept is answered so, and the next start knows nothing of it', async () => {
    const clock = createVirtualClock();
    const store = createFaultStore();
    const failures: StoreFailure[] = [];
    const practice = await createTestNode({
      role: 'leaf',
      clock,
      store,
      onBroken: (failure) => failures.push(failure),
    });
    await practice.adopt();
    store.failCommit(1, 'full');
    expect(await practice.driver.command({ kind: 'save-profile', profile: PROFILE })).toEqual({
      ok: false,
      code: 'storage-full',
    });
    expect(failures).toEqual(['full']);
    const again = await createTestNode({ role: 'leaf', clock, store, crypto: practice.crypto });
    expect(again.engine.views.practice()?.profile).toBeUndefined();
  });
});
