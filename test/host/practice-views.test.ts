/** What a page shows that asks again whenever the node names its topic: always what is true. */
import { expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { toInboxEntry, toPracticeView } from '#host/node/practice-views.ts';
import type { OwnSlot } from '#host/rpc/api.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const NAMES = ['Mondlicht', 'Fuchs'] as const;

/** A practice with a page that listens to its own topic only, and two people who look for a slot. */
const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  let shown: OwnSlot | undefined;
  practice.driver.subscribe((topic) => {
    if (topic !== 'practice') return;
    shown = toPracticeView(practice.engine.views, clock.now())?.offers[0]?.slots[0];
  });
  joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  const { command } = practice.driver;
  await command({ kind: 'save-profile', profile: PROFILE });
  await command({ kind: 'save-offer', offer: OFFER });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * HOUR) as Millis;
  await command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] });
  const patients = await Promise.all(NAMES.map(() => createTestNode({ role: 'leaf', clock })));
  for (const patient of patients) joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patients.every(({ engine }) => engine.views.slots.size === 1));
  // The announcement has come as far as it goes: from here on nothing of the offers changes by itself.
  await clock.run(60_000);
  const ask = async (index: 0 | 1): Promise<string> => {
    const requestId = `00000000000000a${index}`;
    const said = { pseudonym: NAMES[index], code: '', text: '', display: '' };
    const wish = { requestId, practice: address, offer: 0 as OfferId, start, ...said };
    await patients[index]?.driver.command({ kind: 'reserve', ...wish });
    await clock.until(() => practice.engine.views.inbox().some((entry) => entry.requestId === requestId));
    return requestId;
  };
  return { clock, command, start, patients, practice, ask, shown: () => shown };
};

test('a slot says how many have asked for it, and no longer once they were answered', async () => {
  const { command, ask, shown } = await setUp();
  const first = await ask(0);
  expect(shown()).toMatchObject({ state: 'requested', requests: 1 });
  const second = await ask(1);
  expect(shown()).toMatchObject({ state: 'requested', requests: 2 });
  await command({ kind: 'reject', requestId: first });
  expect(shown()).toMatchObject({ state: 'requested', requests: 1 });
  await command({ kind: 'reject', requestId: second });
  expect(shown()).toMatchObject({ state: 'free', requests: 0 });
});

test('a slot that was given away says to whom, until it is given back', async () => {
  const { clock, command, patients, practice, ask, shown } = await setUp();
  await ask(0);
  const requestId = await ask(1);
  await command({ kind: 'confirm', requestId, note: '' });
  expect(shown()).toMatchObject({ state: 'confirmed', requests: 0, confirmedFor: 'Fuchs' });
  await clock.until(() => patients[1]?.engine.views.requests()[0]?.phase === 'confirmed');
  await patients[1]?.driver.command({ kind: 'cancel', requestId });
  await clock.until(() => practice.engine.views.inbox().some(({ phase }) => phase === 'cancelled'));
  expect(shown()).toMatchObject({ state: 'free', confirmedFor: undefined });
});

test('an appointment that is being called off says so at its slot, and then both are gone', async () => {
  const { clock, command, practice, ask, shown } = await setUp();
  const requestId = await ask(0);
  await command({ kind: 'confirm', requestId, note: '' });
  const decision = { kind: 'call-off', requestId, reason: 'illness', text: '' } as const;
  await command({ kind: 'hold', decision });
  expect(shown()).toMatchObject({ state: 'confirmed', confirmedRequest: requestId, held: { kind: 'call-off' } });
  await command({ kind: 'undo', id: shown()?.held?.id ?? '' });
  expect(shown()).toMatchObject({ state: 'confirmed', held: undefined });
  await command(decision);
  expect(shown()).toMatchObject({ state: 'withdrawn', confirmedFor: undefined, held: undefined });
  await clock.run(1_000);
  const { views } = practice.engine;
  expect(views.inbox().map((record) => toInboxEntry(views, record))).toMatchObject([
    { phase: 'called-off', callOff: { reason: 'illness', text: '' } },
  ]);
});

test('an appointment that was cancelled stays news until it was seen; a request that was taken back is none', async () => {
  const { clock, command, patients, practice, ask } = await setUp();
  const entry = (requestId: string) => {
    const { views } = practice.engine;
    const record = views.inbox().find((one) => one.requestId === requestId);
    return record && toInboxEntry(views, record);
  };
  const takeBack = async (index: 0 | 1, requestId: string): Promise<void> => {
    await patients[index]?.driver.command({ kind: 'cancel', requestId });
    await clock.until(() => /cancelled|withdrawn/.test(entry(requestId)?.phase ?? ''));
  };
  const withdrawn = await ask(0);
  await takeBack(0, withdrawn);
  expect(entry(withdrawn)).toMatchObject({ phase: 'withdrawn', answer: undefined, unseen: false });
  const cancelled = await ask(1);
  await command({ kind: 'confirm', requestId: cancelled, note: '' });
  await clock.until(() => patients[1]?.engine.views.requests()[0]?.phase === 'confirmed');
  await takeBack(1, cancelled);
  expect(entry(cancelled)).toMatchObject({ phase: 'cancelled', answer: undefined, unseen: true });
  expect(await command({ kind: 'acknowledge', requestId: cancelled })).toMatchObject({ ok: true });
  expect(entry(cancelled)).toMatchObject({ phase: 'cancelled', unseen: false });
  // What was seen is remembered by the disk, not by the page.
  const again = await createTestNode({ role: 'leaf', clock, store: practice.store, crypto: practice.crypto });
  expect(again.engine.views.inbox().map(({ unseen }) => unseen)).toEqual([false, false]);
  expect(await command({ kind: 'acknowledge', requestId: 'ff'.repeat(8) })).toEqual({ ok: false, code: 'not-found' });
});

test('free slots beyond what an announcement carries wait, and move up when one before them is gone', async () => {
  const { clock, command, start, practice } = await setUp();
  const later = Array.from({ length: 32 }, (_, index) => (start + (index + 1) * HOUR) as Millis);
  await command({ kind: 'add-slots', offer: 0 as OfferId, starts: later });
  const waiting = () =>
    toPracticeView(practice.engine.views, clock.now())
      ?.offers[0]?.slots.filter(({ waits }) => waits)
      .map((slot) => slot.start);
  expect(waiting()).toEqual(later.slice(-2));
  await command({
    kind: 'change-calendar',
    change: { kind: 'set-busy', busy: [{ from: start, to: (start + 1) as Millis }] },
  });
  expect(waiting()).toEqual(later.slice(-1));
});
