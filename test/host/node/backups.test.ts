/** A practice's backup file (docs/protocol/backup.md), from one device to the next: whole nodes, real crypto, virtual time. */
import { webcrypto } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { DayNumber, KeyName, Millis, OfferId, PatternId, WallMinute } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { addDays, weekdayOf } from '#core/calendar/civil-day.ts';
import { encodeWords, identitySeed } from '#core/crypto/words.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { createBackupCalls, keepBackupSecret } from '#host/node/backups.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto, createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const random = { bytes: (count: number) => webcrypto.getRandomValues(new Uint8Array(count)) };
const A = 0 as OfferId;
const ENTROPY = new Uint8Array(32).fill(9);
const WORDS = encodeWords(ENTROPY);

const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });

  /** A device that has the words, as host/node/node-api.ts gives them to it. */
  const openDevice = async (restore: boolean, linked = true, entropy = ENTROPY) => {
    const crypto = createTestCrypto();
    const node = await createTestNode({ role: 'leaf', clock, crypto });
    const calls = createBackupCalls({
      run: (command) => node.driver.command(command),
      views: node.engine.views,
      crypto,
      clock,
      random,
    });
    const cut = linked ? joinNodes(node.driver, relay.driver, clock) : () => undefined;
    await keepBackupSecret(crypto, entropy);
    const address = await node.adopt(restore, identitySeed(entropy));
    return { ...node, calls, cut, address };
  };
  type Device = Awaited<ReturnType<typeof openDevice>>;

  const first = await openDevice(false);
  const { command } = first.driver;
  await command({ kind: 'save-profile', profile: PROFILE });
  await command({ kind: 'save-offer', offer: OFFER });
  const at = (hours: number): Millis => (Math.ceil(clock.now() / HOUR) * HOUR + 2 * DAY + hours * HOUR) as Millis;
  const [one, two, three] = [at(0), at(1), at(2)];
  await command({ kind: 'add-slots', offer: A, starts: [one, two, three] });
  const patient = await createTestNode({ role: 'leaf', clock });
  joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 1);

  const phaseOf = (requestId: string) =>
    patient.engine.views.requests().find((request) => request.requestId === requestId)?.phase;
  const reserve = async (requestId: string, start: Millis) => {
    const slot = { practice: first.address, offer: A, start };
    const words = { pseudonym: 'Mondlicht', code: '', text: 'Guten Tag', display: '' };
    await patient.driver.command({ kind: 'reserve', requestId, ...slot, ...words });
    await clock.until(() => phaseOf(requestId) === 'delivered');
  };
  const confirm = async (device: Device, requestId: string) => {
    await device.driver.command({ kind: 'confirm', requestId, note: 'Klingel 2', how: 'VIDEO' });
    await clock.until(() => phaseOf(requestId) === 'confirmed');
  };
  const saved = async (device: Device): Promise<Uint8Array> => {
    await clock.run(30_000);
    const file = await device.calls.saveBackup();
    if (!file.ok) throw new Error(file.code);
    return file.value;
  };
  const announced = (): Millis[] =>
    (patient.engine.views.offer(first.address, A)?.announce?.starts ?? []).map((start) => fromWireMinute(start));
  return {
    clock,
    relay,
    openDevice,
    first,
    patient,
    starts: [one, two, three] as const,
    reserve,
    confirm,
    saved,
    announced,
  };
};

const slotsOf = ({ engine }: TestNode) =>
  engine.views.offers().flatMap(({ slots }) => slots.map(({ start, state, withheld }) => ({ start, state, withheld })));

describe('a backup file', () => {
  test('brings everything back on a second device, and nothing that was given away is offered again', async () => {
    const scene = await setUp();
    const { clock, first, openDevice, starts, reserve, confirm, saved, announced } = scene;
    const [one, two, three] = starts;
    await reserve('00000000000000a1', one);
    await confirm(first, '00000000000000a1');
    const today = berlinWall(clock.now()).day;
    const pattern = {
      id: '00000001' as PatternId,
      offer: A,
      weekday: weekdayOf(addDays(today, 9)),
      from: 540 as WallMinute,
      to: 570 as WallMinute,
      buffer: 0,
      firstDay: addDays(today, 9) as DayNumber,
      lastDay: addDays(today, 9) as DayNumber,
      except: [],
    };
    await first.driver.command({ kind: 'change-calendar', change: { kind: 'save-pattern', pattern } });
    const busy = [{ from: (three + DAY) as Millis, to: (three + DAY + HOUR) as Millis }];
    await first.driver.command({ kind: 'change-calendar', change: { kind: 'set-busy', busy } });
    const file = await saved(first);
    const before = slotsOf(first);
    expect(before).toHaveLength(4);
    first.cut();

    const second = await openDevice(true);
    expect(await second.calls.takeBackup(file)).toEqual({ ok: true, value: null });
    await clock.until(() => second.engine.views.practice()?.restoring === false);
    expect(second.engine.views.practice()).toMatchObject({ epoch: 1, profile: PROFILE });
    // Nothing was announced since: all is as it was.
    expect(slotsOf(second)).toEqual(before);
    expect(second.engine.views.calendar()).toEqual(first.engine.views.calendar());
    expect(second.engine.views.inbox()).toMatchObject([
      {
        requestId: '00000000000000a1',
        pseudonym: 'Mondlicht',
        note: 'Klingel 2',
        how: 'VIDEO',
        phase: 'confirmed',
        start: one,
      },
    ]);
    await clock.until(() => announced().includes(two) && announced().length === 3);
    expect(announced()).not.toContain(one);
    expect(second.engine.views.backup()).toBeUndefined();
  });

  test('older than a confirmation: what the mesh no longer names stays back, and can be offered again', async () => {
    const scene = await setUp();
    const { clock, first, openDevice, starts, reserve, confirm, saved, announced } = scene;
    const [one, two, three] = starts;
    const file = await saved(first);
    await reserve('00000000000000a1', two);
    await confirm(first, '00000000000000a1');
    await clock.until(() => announced().length === 2);
    first.cut();
    const second = await openDevice(true);
    await second.calls.takeBackup(file);
    await clock.until(() => second.engine.views.practice()?.issuedAt !== undefined && announced().length === 2);
    expect(slotsOf(second)).toEqual([
      { start: one, state: 'free', withheld: undefined },
      { start: two, state: 'withdrawn', withheld: true },
      { start: three, state: 'free', withheld: undefined },
    ]);
    await clock.run(HOUR);
    expect(announced()).toEqual([one, three]);
    await second.driver.command({ kind: 'add-slots', offer: A, starts: [two] });
    expect(slotsOf(second)[1]).toEqual({ start: two, state: 'free', withheld: undefined });
  });

  test('with no word of the old device left, offers nothing by itself, and begins above its epoch', async () => {
    const scene = await setUp();
    const { clock, openDevice, saved } = scene;
    const second = await openDevice(true);
    await second.calls.takeBackup(await saved(scene.first));
    await clock.until(() => second.engine.views.practice()?.issuedAt !== undefined);
    const file = await saved(second);
    // As if every relay had forgotten the practice.
    const relay = await createTestNode({ role: 'relay', clock });
    const third = await openDevice(true, false);
    joinNodes(third.driver, relay.driver, clock);
    await third.calls.takeBackup(file);
    await clock.until(() => third.engine.views.practice()?.restoring === false);
    expect(third.engine.views.practice()).toMatchObject({ epoch: 2, profile: PROFILE });
    expect(slotsOf(third)).toHaveLength(3);
    expect(slotsOf(third).every(({ state }) => state === 'withdrawn')).toBe(true);
  });

  test('waits, also over a restart, while the restore does', async () => {
    const { clock, first, relay, openDevice, saved } = await setUp();
    const file = await saved(first);
    const second = await openDevice(true, false);
    expect(await second.calls.takeBackup(file)).toEqual({ ok: true, value: null });
    expect(await second.calls.takeBackup(file)).toEqual({ ok: true, value: null });
    await clock.run(HOUR);
    expect(slotsOf(second)).toEqual([]);
    expect(await second.calls.saveBackup()).toEqual({ ok: false, code: 'wrong-state' });
    const again = await createTestNode({ role: 'leaf', clock, store: second.store, crypto: second.crypto });
    expect(again.engine.views.backup()?.offers).toHaveLength(1);
    joinNodes(again.driver, relay.driver, clock);
    await clock.until(() => again.engine.views.practice()?.restoring === false);
    expect(slotsOf(again)).toEqual(slotsOf(first));
    await clock.run(1_000);
    const third = await createTestNode({ role: 'leaf', clock, store: second.store, crypto: second.crypto });
    expect(third.engine.views.backup()).toBeUndefined();
    expect(slotsOf(third)).toEqual(slotsOf(first));
  });

  test('after a restore without it: adds to what is here, once, and overwrites nothing', async () => {
    const { clock, first, openDevice, starts, reserve, confirm, saved } = await setUp();
    await reserve('00000000000000a1', starts[0]);
    await confirm(first, '00000000000000a1');
    const [older, file] = [await saved(first), await saved(first)];
    const second = await openDevice(true);
    await clock.until(() => second.engine.views.practice()?.restoring === false);
    await second.driver.command({ kind: 'save-offer', offer: { ...OFFER, minutes: 50 } });
    const later = (starts[2] + 2 * DAY) as Millis;
    await second.driver.command({ kind: 'add-slots', offer: A, starts: [later] });
    expect(await second.calls.takeBackup(file)).toEqual({ ok: true, value: null });
    const offers = second.engine.views.offers();
    expect(offers).toMatchObject([
      { id: 0, minutes: 50, slots: [{ start: later, state: 'free' }] },
      {
        id: 1,
        minutes: 25,
        slots: [{ state: 'confirmed' }, { state: 'withdrawn', withheld: true }, { state: 'withdrawn', withheld: true }],
      },
    ]);
    expect(second.engine.views.inbox()).toMatchObject([{ offer: 1, phase: 'confirmed', restored: true }]);
    // The same again changes nothing; an older one is refused; a newer one would come on top.
    expect(await second.calls.takeBackup(file)).toEqual({ ok: true, value: null });
    expect(second.engine.views.offers()).toEqual(offers);
    expect(await second.calls.takeBackup(older)).toEqual({ ok: false, code: 'superseded' });
    expect(await second.calls.takeBackup(await saved(first))).toEqual({ ok: false, code: 'wrong-state' });
    // What was saved here is older than what is here, and the first device has retired.
    expect(await second.calls.takeBackup(await saved(second))).toMatchObject({ ok: false });
    expect(await first.calls.takeBackup(file)).toEqual({ ok: false, code: 'stale-epoch' });
  });

  test('an appointment that came back can be called off here, and nobody is promised to hear of it', async () => {
    const { clock, first, openDevice, starts, reserve, confirm, saved } = await setUp();
    await reserve('00000000000000a1', starts[0]);
    await reserve('00000000000000b2', starts[1]);
    await confirm(first, '00000000000000a1');
    const file = await saved(first);
    const second = await openDevice(true);
    await second.calls.takeBackup(file);
    await clock.until(() => second.engine.views.practice()?.restoring === false);
    const of = (id: string) => second.engine.views.inbox().find(({ requestId }) => requestId === id);
    // It cannot be answered from here.
    expect(of('00000000000000b2')).toMatchObject({ phase: 'expired', restored: true });
    const call = { kind: 'call-off', requestId: '00000000000000a1', reason: 'illness', text: '' } as const;
    expect(await second.driver.command(call)).toMatchObject({ ok: true });
    await clock.run(3 * HOUR);
    expect(of('00000000000000a1')).toMatchObject({ phase: 'called-off', answer: undefined });
    expect(slotsOf(second)[0]).toMatchObject({ state: 'withdrawn' });
  });
});

describe('a file that cannot be taken in', () => {
  test('is refused with the reason, and changes nothing', async () => {
    const { clock, first, openDevice, saved } = await setUp();
    const file = await saved(first);
    // Saved here: what is here is newer.
    expect(await first.calls.takeBackup(file)).toEqual({ ok: false, code: 'superseded' });
    const other = await openDevice(false, true, new Uint8Array(32).fill(4));
    const refusal = async (bytes: Uint8Array, words = '') => {
      const read = await other.calls.readBackup(bytes, words);
      return read.ok ? undefined : read.code;
    };
    const changed = (at: number, value: number) => file.map((byte, index) => (index === at ? value : byte));
    expect(await refusal(file)).toBe('unknown-key');
    expect(await refusal(file, encodeWords(new Uint8Array(32).fill(5)))).toBe('unknown-key');
    expect(await refusal(file, 'abandon')).toBe('bad-key');
    expect(await refusal(changed(8, 2), WORDS)).toBe('unknown-kind');
    expect(await refusal(changed(0, 0), WORDS)).toBe('malformed');
    expect(await refusal(new Uint8Array(), WORDS)).toBe('malformed');
    expect(await refusal(new Uint8Array(4 * 1024 * 1024 + 1), WORDS)).toBe('too-large');
    expect(await refusal(file.slice(0, -1), WORDS)).toBe('cannot-open');
    for (const at of [30, 41, file.length - 1]) {
      expect(await refusal(changed(at, (file[at] ?? 0) ^ 1), WORDS), `byte ${at}`).toBe('cannot-open');
    }
    expect(await other.calls.takeBackup(file)).toEqual({ ok: false, code: 'unknown-key' });
    expect(other.engine.views.offers()).toEqual([]);
    expect(await refusal(file, WORDS)).toBeUndefined();
    await clock.run(MINUTE);
  });

  test('is none that a device without the words could make or read', async () => {
    const { clock, first, relay, saved } = await setUp();
    const file = await saved(first);
    const crypto = createTestCrypto();
    const node = await createTestNode({ role: 'leaf', clock, crypto });
    const run = (command: Parameters<typeof node.driver.command>[0]) => node.driver.command(command);
    const calls = createBackupCalls({ run, views: node.engine.views, crypto, clock, random });
    expect(await calls.saveBackup()).toEqual({ ok: false, code: 'no-identity' });
    expect(await calls.readBackup(file, '')).toEqual({ ok: false, code: 'no-identity' });
    joinNodes(node.driver, relay.driver, clock);
    await node.adopt(false, identitySeed(ENTROPY));
    expect(await calls.saveBackup()).toEqual({ ok: false, code: 'not-found' });
    expect(await calls.takeBackup(file)).toEqual({ ok: false, code: 'not-found' });
    await crypto.forget(['backup' as KeyName]);
  });

  test('and what a good one holds is said before it is taken in', async () => {
    const { clock, first, openDevice, starts, reserve, confirm, saved } = await setUp();
    await reserve('00000000000000a1', starts[0]);
    await confirm(first, '00000000000000a1');
    const file = await saved(first);
    const second = await openDevice(true, false);
    const read = await second.calls.readBackup(file, '');
    expect(read).toEqual({
      ok: true,
      value: { savedAt: clock.now(), name: PROFILE.name, offers: 1, patterns: 0, appointments: 1, blocked: 0 },
    });
    expect(second.engine.views.backup()).toBeUndefined();
  });
});
