/** Sealed requests that a person brings to a kiosk on a phone's screen (docs/protocol/bundle.md, "By QR code"). */
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { Bucket, Millis } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { type Bundle, encodeBundle } from '#core/wire/bundle.ts';
import { LEAF_LIMITS } from '#engine/config.ts';
import { announceSlot } from '#test/engine/announced-slot.ts';
import { createTestNode, joinByRadio, joinNodes, type TestNode, type TestNodeOptions } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const REQUEST = '00000000000000a1';
const HOUR = 3_600_000;

const carrier = (clock: VirtualClock, options: Partial<TestNodeOptions> = {}) =>
  createTestNode({ role: 'leaf', clock, config: { carries: true }, ...options });
const bring = (kiosk: TestNode, bundle: Uint8Array) => kiosk.driver.command({ kind: 'bring-bundle', bundle });
const phaseOf = (node: TestNode) => node.engine.views.requests()[0]?.phase;
const inboxOf = (node: TestNode) => node.engine.views.inbox();
const queueOf = (node: TestNode) => [...node.engine.views.outbox()];

/** A practice at a relay; a phone that knows its slot, asked for it, and has no network. */
const setUp = async () => {
  const clock = createVirtualClock();
  const { relay, practice, tell, ask } = await announceSlot(clock);
  const phone = await createTestNode({ role: 'leaf', clock });
  await tell(phone);
  expect(await ask(phone, REQUEST)).toMatchObject({ ok: true });
  const sealed = queueOf(phone)[0]?.frame ?? new Uint8Array();
  const confirm = () =>
    practice.driver.command({
      kind: 'confirm',
      requestId: inboxOf(practice)[0]?.requestId ?? '',
      note: '3. OG',
      how: 'VOR_ORT',
    });
  return { clock, relay, practice, phone, sealed, confirm };
};

describe('the phone', () => {
  test('notes when it showed a request, which stays queued and is still its own to send', async () => {
    const { clock, relay, practice, phone } = await setUp();
    await clock.run(60_000);
    expect(await phone.driver.command({ kind: 'show-request', requestId: REQUEST })).toEqual({
      ok: true,
      value: REQUEST,
    });
    expect(phone.engine.views.requests()[0]).toMatchObject({ phase: 'queued', shownAt: clock.now() });
    const again = await createTestNode({ role: 'leaf', clock, store: phone.store, crypto: phone.crypto });
    expect(again.engine.views.requests()[0]).toMatchObject({ phase: 'queued', shownAt: clock.now() });
    joinNodes(again.driver, relay.driver, clock);
    await clock.until(() => phaseOf(again) === 'delivered');
    expect(inboxOf(practice)).toHaveLength(1);
  });

  test('that takes a shown request back says so to the practice, which may have it from the kiosk', async () => {
    const { clock, relay, practice, phone, sealed } = await setUp();
    await phone.driver.command({ kind: 'show-request', requestId: REQUEST });
    const kiosk = await carrier(clock);
    joinNodes(kiosk.driver, relay.driver, clock);
    await bring(kiosk, sealed);
    await clock.until(() => inboxOf(practice)[0]?.phase === 'open');
    await phone.driver.command({ kind: 'cancel', requestId: REQUEST });
    expect(phone.engine.views.requests()[0]).toMatchObject({ phase: 'cancelled', owesCancel: true });
    joinNodes(phone.driver, relay.driver, clock);
    await clock.until(() => inboxOf(practice)[0]?.phase === 'cancelled');
    expect(phone.engine.views.requests()[0]?.owesCancel).toBe(false);
  });

  test('that takes back a request which no kiosk took keeps its keys while the practice may answer, and forgets it then', async () => {
    const { clock, phone } = await setUp();
    await phone.driver.command({ kind: 'show-request', requestId: REQUEST });
    await phone.driver.command({ kind: 'cancel', requestId: REQUEST });
    const forget = () => phone.driver.command({ kind: 'forget-request', requestId: REQUEST });
    const deadline = phone.engine.views.requests()[0]?.deadline ?? 0;
    await clock.run(deadline + 48 * HOUR - clock.now() - 1);
    expect(await forget()).toEqual({ ok: false, code: 'wrong-state' });
    await clock.run(1);
    expect(await forget()).toEqual({ ok: true, value: REQUEST });
    expect(phone.engine.views.requests()).toEqual([]);
  });

  test('shows none that has left it, and none that it does not have', async () => {
    const { clock, relay, phone } = await setUp();
    const show = (requestId: string) => phone.driver.command({ kind: 'show-request', requestId });
    expect(await show('00000000000000ff')).toEqual({ ok: false, code: 'not-found' });
    joinNodes(phone.driver, relay.driver, clock);
    await clock.until(() => phaseOf(phone) === 'delivered');
    expect(await show(REQUEST)).toEqual({ ok: false, code: 'wrong-state' });
    expect(phone.engine.views.requests()[0]?.shownAt).toBeUndefined();
  });
});

describe('the kiosk', () => {
  test('hands a brought request to its relay; the phone reads the answer hours later, and nobody has it twice', async () => {
    const { clock, relay, practice, phone, sealed, confirm } = await setUp();
    const kiosk = await carrier(clock);
    joinNodes(kiosk.driver, relay.driver, clock);
    await clock.run(1_000);
    expect(await bring(kiosk, sealed)).toEqual({ ok: true, value: 'taken' });
    await clock.until(() => inboxOf(practice).length === 1);
    expect(inboxOf(practice)[0]).toMatchObject({ pseudonym: 'Mondlicht', text: 'Guten Tag' });
    await clock.until(() => queueOf(kiosk).length === 0);
    await confirm();
    await clock.run(20 * HOUR);
    expect(phaseOf(phone)).toBe('queued');
    joinNodes(phone.driver, relay.driver, clock);
    await clock.until(() => phaseOf(phone) === 'confirmed');
    await clock.run(60_000);
    expect(queueOf(phone)).toEqual([]);
    expect(inboxOf(practice)).toHaveLength(1);
    expect(practice.engine.views.inbox()[0]?.phase).toBe('confirmed');
  });

  test('a phone that has a network again before the practice had it: one request, whichever copy came first', async () => {
    const { clock, relay, practice, phone, sealed } = await setUp();
    const kiosk = await carrier(clock);
    expect(await bring(kiosk, sealed)).toEqual({ ok: true, value: 'taken' });
    joinNodes(phone.driver, relay.driver, clock);
    await clock.until(() => phaseOf(phone) === 'delivered');
    joinNodes(kiosk.driver, relay.driver, clock);
    await clock.until(() => queueOf(kiosk).length === 0);
    await clock.run(60_000);
    expect(inboxOf(practice)).toHaveLength(1);
    expect(phaseOf(phone)).toBe('delivered');
  });

  test('without internet it gives a brought request to the next station, small or large as it was sealed', async () => {
    const { clock, relay, practice, sealed } = await setUp();
    const [gateway, kiosk] = [await carrier(clock), await carrier(clock)];
    joinNodes(gateway.driver, relay.driver, clock);
    const radio = joinByRadio(kiosk.driver, gateway.driver, clock);
    await clock.run(1_000);
    expect(await bring(kiosk, sealed)).toEqual({ ok: true, value: 'taken' });
    await clock.until(() => inboxOf(practice).length === 1);
    await clock.run(2 * HOUR);
    expect(radio.sent.filter(([kind]) => kind === 8).map(([, length]) => length)).toEqual([352]);
    for (const station of [kiosk, gateway]) expect(queueOf(station)).toEqual([]);
  });

  test('a practice that only a radio reaches gets it from the kiosk above it', async () => {
    const { clock, practice, sealed } = await setUp();
    const kiosk = await carrier(clock);
    joinByRadio(practice.driver, kiosk.driver, clock);
    await clock.run(5_000);
    expect(await bring(kiosk, sealed)).toEqual({ ok: true, value: 'taken' });
    await clock.until(() => inboxOf(practice).length === 1);
  });

  test('says that it has it once it is on disk, and not before', async () => {
    const { clock, practice, relay, sealed } = await setUp();
    const store = createFaultStore();
    const kiosk = await carrier(clock, { store });
    store.hold();
    let reply: unknown;
    void bring(kiosk, sealed).then((answer) => {
      reply = answer;
    });
    await clock.run(5_000);
    expect(reply).toBeUndefined();
    store.release();
    await clock.until(() => reply !== undefined);
    expect(reply).toEqual({ ok: true, value: 'taken' });
    const after = await carrier(clock, { store: store.crash(0) });
    expect(queueOf(after)).toMatchObject([{ frame: sealed, sentAt: undefined }]);
    joinNodes(after.driver, relay.driver, clock);
    await clock.until(() => inboxOf(practice).length === 1);
  });

  test('knows what it has already, also after a start, and what its receiver has', async () => {
    const { clock, relay, practice, sealed } = await setUp();
    const store = createMemoryStore();
    const kiosk = await carrier(clock, { store });
    expect(await bring(kiosk, sealed)).toEqual({ ok: true, value: 'taken' });
    expect(await bring(kiosk, sealed)).toEqual({ ok: true, value: 'known' });
    const again = await carrier(clock, { store });
    expect(await bring(again, sealed)).toEqual({ ok: true, value: 'known' });
    expect(queueOf(again)).toHaveLength(1);
    joinNodes(again.driver, relay.driver, clock);
    await clock.until(() => inboxOf(practice).length === 1 && queueOf(again).length === 0);
    // It left the queue: brought once more it goes out once more, and the relay knows it.
    expect(await bring(again, sealed)).toEqual({ ok: true, value: 'taken' });
    await clock.until(() => queueOf(again).length === 0);
    expect(inboxOf(practice)).toHaveLength(1);
  });
});

describe('what nobody may hand over', () => {
  const bundleAt = (now: number, tag: number): Uint8Array => {
    const bundle: Bundle = {
      kind: 'bundle',
      bucket: 7 as Bucket,
      created: toWireMinute(now as Millis),
      commitment: new Uint8Array(8),
      body: new Uint8Array(27).fill(tag),
    };
    return encodeBundle(bundle);
  };
  const scene = async () => {
    const clock = createVirtualClock();
    return { clock, kiosk: await carrier(clock) };
  };

  test.each([
    ['nothing', new Uint8Array(), 'unknown-kind'],
    ['a removal', Uint8Array.of(9, ...new Uint8Array(24)), 'unknown-kind'],
    ['a bundle of no size', Uint8Array.of(8, ...new Uint8Array(60)), 'malformed'],
    ['more than any bundle', Uint8Array.of(8, ...new Uint8Array(70_000)), 'malformed'],
  ])('%s', async (_, bytes, code) => {
    const { kiosk } = await scene();
    expect(await bring(kiosk, bytes)).toEqual({ ok: false, code });
    expect(queueOf(kiosk)).toEqual([]);
  });

  test('one that is over, and one of tomorrow', async () => {
    const { clock, kiosk } = await scene();
    expect(await bring(kiosk, bundleAt(clock.now() - 48 * HOUR - 60_000, 1))).toEqual({ ok: false, code: 'expired' });
    expect(await bring(kiosk, bundleAt(clock.now() + 360_000, 1))).toEqual({ ok: false, code: 'from-the-future' });
    expect(queueOf(kiosk)).toEqual([]);
  });

  test('a seventh at once; in a minute one more', async () => {
    const { clock, kiosk } = await scene();
    for (let tag = 0; tag < 6; tag++)
      expect(await bring(kiosk, bundleAt(clock.now(), tag))).toMatchObject({ ok: true });
    const seventh = bundleAt(clock.now(), 6);
    expect(await bring(kiosk, seventh)).toEqual({ ok: false, code: 'rate-limited' });
    // What it has costs nothing.
    expect(await bring(kiosk, bundleAt(clock.now(), 5))).toEqual({ ok: true, value: 'known' });
    await clock.run(60_000);
    expect(await bring(kiosk, seventh)).toEqual({ ok: true, value: 'taken' });
    expect(await bring(kiosk, bundleAt(clock.now(), 7))).toEqual({ ok: false, code: 'rate-limited' });
    expect(queueOf(kiosk)).toHaveLength(7);
  });

  test('more than two hundred while none gets away; when they are over there is room', async () => {
    const { clock, kiosk } = await scene();
    const first = clock.now();
    for (let tag = 0; tag < 200; tag++) {
      const bundle = bundleAt(clock.now() + (tag % 3) * 60_000, tag);
      expect(await bring(kiosk, bundle)).toEqual({ ok: true, value: 'taken' });
      await clock.run(60_000);
    }
    expect(await bring(kiosk, bundleAt(clock.now(), 250))).toEqual({ ok: false, code: 'over-capacity' });
    await clock.run(first + 49 * HOUR - clock.now());
    expect(await bring(kiosk, bundleAt(clock.now(), 250))).toEqual({ ok: true, value: 'taken' });
  });

  test('the last quarter of the queue: that is for what the kiosk itself has to say', async () => {
    const clock = createVirtualClock();
    const kiosk = await carrier(clock, { config: { carries: true, limits: { ...LEAF_LIMITS, outbox: 4 } } });
    for (let tag = 0; tag < 3; tag++)
      expect(await bring(kiosk, bundleAt(clock.now(), tag))).toEqual({ ok: true, value: 'taken' });
    expect(await bring(kiosk, bundleAt(clock.now(), 3))).toEqual({ ok: false, code: 'over-capacity' });
    expect(queueOf(kiosk)).toHaveLength(3);
    expect(kiosk.engine.views.status().bundles).toBe(3);
  });
});
