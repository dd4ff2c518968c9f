/** Asked at a kiosk, read with the code (docs/protocol/pick-up.md): whole nodes, real crypto, virtual time. */
import { describe, expect, test } from 'vitest';
import type { createMemoryKeys } from '#adapters/memory/memory-keys.ts';
import type { Millis } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { pickUpNames } from '#core/crypto/pick-up.ts';
import { HOUR, MINUTE } from '#core/domain/limits.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { callsOf, random, requestsOf, setUp } from '#test/host/node/pick-up-scene.ts';

const sessionsIn = (keys: ReturnType<typeof createMemoryKeys>) => keys.list('session:');

describe('a request under a pick-up code', () => {
  test('is confirmed while nobody looks, and read on a device that never heard of it', async () => {
    const scene = await setUp();
    const requestId = pickUpNames(scene.root).requestId;
    expect(await scene.ask()).toEqual({ ok: true, value: { requestId } });
    expect(await scene.decide('confirm', 'Hinterhaus, 2. Stock')).toMatchObject({ ok: true });
    const answer = await scene.read(await scene.joined());
    expect(answer).toMatchObject({ ok: true, value: { phase: 'confirmed', note: 'Hinterhaus, 2. Stock' } });
    if (!answer.ok) return;
    const { slot, pseudonym, text } = answer.value;
    expect([pseudonym, text]).toEqual(['Mondlicht', '']);
    // The slot is in no announcement any more; what it was came with the ticket.
    expect(slot).toMatchObject({ ref: scene.ref, minutes: 25, type: 'SPRECHSTUNDE', name: PROFILE.name });
    expect(slot.profile.street).toBe(PROFILE.street);
  });

  test('leaves no key and no name where it was asked, and nothing at all once a relay has it', async () => {
    const scene = await setUp();
    await scene.ask();
    expect(requestsOf(scene.kiosk)).toEqual([]);
    expect(await sessionsIn(scene.keys)).toEqual([]);
    await scene.clock.run(10_000);
    expect([...scene.kiosk.engine.views.outbox()]).toEqual([]);
    for (const table of ['requests', 'outbox'] as const) expect(await scene.kiosk.store.entries(table)).toEqual([]);
  });

  test('can be read more than once, here and elsewhere: nobody takes the answer away', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('confirm', 'Video');
    const readers = [scene.kiosk, await scene.joined(), await scene.joined()];
    for (const node of readers)
      expect(await scene.read(node)).toMatchObject({ ok: true, value: { phase: 'confirmed', note: 'Video' } });
  });

  test('is read with no other code', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('confirm');
    const other = scene.root.slice();
    other[0] = (other[0] ?? 0) ^ 1;
    expect(await scene.read(await scene.joined(), false, other)).toEqual({ ok: false, code: 'not-found' });
    expect(await scene.read(scene.kiosk, true, new Uint8Array(31))).toEqual({ ok: false, code: 'malformed' });
  });

  test('shows how far it is, also where no relay is in reach', async () => {
    const scene = await setUp();
    scene.cut();
    await scene.clock.run(1_000);
    await scene.ask();
    expect(await scene.read(scene.kiosk, true)).toMatchObject({ ok: true, value: { phase: 'queued' } });
    await scene.during(callsOf(scene.kiosk, scene.clock).forgetGuests());
    joinNodes(scene.kiosk.driver, scene.relay.driver, scene.clock);
    await scene.clock.run(10_000);
    expect(await scene.read(scene.kiosk, true)).toMatchObject({ ok: true, value: { phase: 'delivered' } });
  });

  test('a second tap sends nothing twice', async () => {
    const scene = await setUp();
    scene.cut();
    await scene.clock.run(1_000);
    expect(await scene.ask()).toEqual(await scene.ask());
    expect([...scene.kiosk.engine.views.outbox()].map(({ owner }) => owner.split(':')[0])).toEqual([
      'request',
      'ticket',
    ]);
  });

  test.each([
    ['confirmed', 'Hinterhaus'],
    ['delivered', undefined],
  ] as const)('that is %s is cancelled at the kiosk by a guest who leaves at once', async (phase, note) => {
    const scene = await setUp();
    await scene.ask();
    if (note !== undefined) await scene.decide('confirm', note);
    else await scene.clock.run(30_000);
    const read = await scene.read(scene.kiosk, true);
    expect(read).toMatchObject({ ok: true, value: { phase } });
    const { requestId } = pickUpNames(scene.root);
    const cancelled = scene.kiosk.driver.command({ kind: 'cancel', requestId });
    const left = callsOf(scene.kiosk, scene.clock).forgetGuests();
    await scene.during(Promise.all([cancelled, left]));
    await scene.clock.until(() => scene.practice.engine.views.inbox()[0]?.phase === 'cancelled');
    await scene.during(callsOf(scene.kiosk, scene.clock).forgetGuests());
    expect(requestsOf(scene.kiosk)).toEqual([]);
    expect(await sessionsIn(scene.keys)).toEqual([]);
  });

  test('a rejection is read too, with its reason', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('reject');
    expect(await scene.read(await scene.joined())).toMatchObject({ ok: true, value: { phase: 'rejected' } });
  });

  test('has a pseudonym of its own: two people at one kiosk are two', async () => {
    const scene = await setUp();
    await scene.ask();
    const second = { ...scene.input, root: random.bytes(32), pseudonym: 'Fuchs' };
    await scene.during(callsOf(scene.kiosk, scene.clock).reserveWithCode(second));
    await scene.clock.until(() => scene.practice.engine.views.inbox().length === 2);
    const entries = scene.practice.engine.views.inbox();
    expect(entries.map(({ phase }) => phase)).toEqual(['open', 'open']);
  });

  test('is refused like any other', async () => {
    const scene = await setUp();
    const calls = callsOf(scene.kiosk, scene.clock);
    const { input, ref } = scene;
    const gone = { ...ref, start: (ref.start + HOUR) as Millis };
    expect(await calls.reserveWithCode({ ...input, ref: gone })).toEqual({ ok: false, code: 'slot-gone' });
    expect(await calls.reserveWithCode({ ...input, code: 'kurz' })).toEqual({ ok: false, code: 'bad-code' });
    expect(await calls.reserveWithCode({ ...input, pseudonym: 'x'.repeat(25) })).toEqual({
      ok: false,
      code: 'too-large',
    });
    expect(await calls.reserveWithCode({ ...input, root: new Uint8Array(8) })).toEqual({
      ok: false,
      code: 'malformed',
    });
  });
});

describe('an answer that is read late', () => {
  test('was given in time: confirmed, also after the deadline, and nobody cancels it', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('confirm', 'Hinterhaus');
    await scene.sleep(30 * HOUR);
    expect(await scene.read(await scene.joined())).toMatchObject({ ok: true, value: { phase: 'confirmed' } });
    await scene.clock.run(10 * MINUTE);
    expect(scene.practice.engine.views.inbox()[0]?.phase).toBe('confirmed');
  });

  test('was never given: expired, once it is clear that nothing lies there', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.sleep(30 * HOUR);
    const reader = await scene.joined();
    expect(await scene.read(reader)).toMatchObject({ ok: true, value: { phase: 'delivered' } });
    await scene.clock.run(2 * MINUTE);
    expect(requestsOf(reader)[0]?.phase).toBe('expired');
  });

  test('is gone after 48 hours, and the code with it', async () => {
    const scene = await setUp(5);
    await scene.ask();
    await scene.decide('confirm');
    await scene.sleep(49 * HOUR);
    expect(await scene.read(await scene.joined())).toEqual({ ok: false, code: 'not-found' });
  });
});

describe('a guest', () => {
  test('is forgotten with every key, and the code still reads the answer afterwards', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('confirm', 'Video');
    expect(await scene.read(scene.kiosk, true)).toMatchObject({ ok: true, value: { phase: 'confirmed' } });
    expect(await sessionsIn(scene.keys)).toHaveLength(1);
    expect(await scene.during(callsOf(scene.kiosk, scene.clock).forgetGuests())).toEqual({ ok: true, value: null });
    await scene.clock.run(1_000);
    expect(requestsOf(scene.kiosk)).toEqual([]);
    expect(await sessionsIn(scene.keys)).toEqual([]);
    expect(await scene.kiosk.store.entries('requests')).toEqual([]);
    expect(await scene.read(scene.kiosk, true)).toMatchObject({ ok: true, value: { phase: 'confirmed' } });
  });

  test('is forgotten at the next start, when the lights went out', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('confirm');
    await scene.read(scene.kiosk, true);
    const { clock, crypto, kiosk } = scene;
    const again = await createTestNode({ role: 'leaf', clock, crypto, store: kiosk.store });
    await clock.run(1_000);
    expect(requestsOf(again)).toEqual([]);
    expect(await sessionsIn(scene.keys)).toEqual([]);
    expect(await kiosk.store.entries('requests')).toEqual([]);
  });

  test('who takes the request over for good keeps it', async () => {
    const scene = await setUp();
    await scene.ask();
    const reader = await scene.joined();
    await scene.read(reader, true);
    await scene.read(reader, false);
    // Looking at it as a guest once more does not make it go.
    await scene.read(reader, true);
    await scene.during(callsOf(reader, scene.clock).forgetGuests());
    expect(requestsOf(reader)).toHaveLength(1);
    expect(toHex(requestsOf(reader)[0]?.removalSeed ?? new Uint8Array())).toBe(
      toHex(pickUpNames(scene.root).removalSeed),
    );
  });
});
