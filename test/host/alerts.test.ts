/** Searches that are kept on the device: what counts as new, what is refused, what outlives a restart, and when it ends. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import type { Millis, NodeAddress, OfferId, Plz, WireMinute } from '#core/brand.ts';
import { DAY, HOUR } from '#core/domain/limits.ts';
import { openPlzTable } from '#core/plz/plz-table.ts';
import { ALERT_TTL, type Alerts, type AlertsParts, MAX_ALERTS, MAX_KEPT_HITS, openAlerts } from '#host/node/alerts.ts';
import { createNodeSearch } from '#host/node/slot-search.ts';
import type { AlertFilter } from '#host/rpc/api.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const opened = openPlzTable(new Uint8Array(readFileSync('public/data/plz.bin')));
if (!opened.ok) throw new Error(opened.code);
const plz = opened.value;
const PLACES = { nameOf: (code: Plz) => plz.placeOf(code), suggest: () => [] };
const MUNICH: AlertFilter = {
  payer: 'GKV',
  around: { plz: '80331' as Plz, radiusKm: 10 },
  verfahren: ['VT'],
  types: [],
  modalitaeten: [],
  minTrust: 0,
};
/** Longer than a practice gathers changes, and than an alert waits before it looks. */
const SETTLED = 5_000;
const ids = (index: number): string => index.toString(16).padStart(16, '0');

/** A practice with one free slot, and a patient whose device knows of it. */
const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  joinNodes(practice.driver, relay.driver, clock);
  await practice.adopt();
  const { command } = practice.driver;
  await command({ kind: 'save-profile', profile: PROFILE });
  await command({ kind: 'save-offer', offer: OFFER });
  const first = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * HOUR) as Millis;
  const offer = 0 as OfferId;
  const add = (hours: number) => command({ kind: 'add-slots', offer, starts: [(first + hours * HOUR) as Millis] });
  await add(0);
  await clock.run(SETTLED);
  const store = createMemoryStore();
  const patient = await createTestNode({ role: 'leaf', clock });
  let told = 0;
  const open = async (): Promise<Alerts> => {
    const { views } = patient.engine;
    const alerts = await openAlerts({
      store,
      clock,
      searching: createNodeSearch(views, plz, PLACES, clock),
      syncedAt: () => views.status().syncedAt,
      onChange: () => told++,
    });
    patient.driver.subscribe((topic) => {
      if (topic === 'slots') alerts.slotsChanged();
    });
    return alerts;
  };
  const starts = () => patient.engine.views.slots.size;
  const sync = async (): Promise<void> => {
    joinNodes(patient.driver, relay.driver, clock);
    await clock.until(() => starts() === 1 && patient.engine.views.status().syncedAt !== undefined);
  };
  const withdraw = (hours: number) =>
    command({ kind: 'withdraw-slot', offer, start: (first + hours * HOUR) as Millis });
  return { clock, store, open, sync, add, withdraw, first, told: () => told };
};

const fresh = async (alerts: Alerts): Promise<number[]> => (await alerts.alerts()).map(({ freshCount }) => freshCount);
describe('what is new', () => {
  test('is what came after the alert was made, until somebody looked', async () => {
    const { clock, open, sync, add, first, told } = await setUp();
    await sync();
    const alerts = await open();
    expect(await alerts.keepAlert({ alertId: ids(1), filter: MUNICH })).toMatchObject({
      ok: true,
      value: { alertId: ids(1), total: 1, freshCount: 0, endsAt: clock.now() + ALERT_TTL },
    });
    const before = told();
    await add(2);
    await clock.run(SETTLED);
    expect(told()).toBe(before + 1);
    expect(await alerts.alerts()).toMatchObject([{ total: 2, freshCount: 1, fresh: [{ start: first + 2 * HOUR }] }]);
    expect(await alerts.seeAlert(ids(1))).toEqual({ ok: true, value: null });
    expect(await fresh(alerts)).toEqual([0]);
    expect(told()).toBe(before + 2);
  });

  test('is not what matches another search', async () => {
    const { clock, open, sync, add } = await setUp();
    await sync();
    const alerts = await open();
    const others: AlertFilter[] = [
      { ...MUNICH, payer: 'SELBSTZAHLER' },
      { ...MUNICH, around: { plz: '20095' as Plz, radiusKm: 50 } },
      { ...MUNICH, verfahren: ['AP'] },
      { ...MUNICH, minTrust: 1 },
      { ...MUNICH, days: 1 },
    ];
    for (const [index, filter] of others.entries()) await alerts.keepAlert({ alertId: ids(index), filter });
    await add(2);
    await clock.run(SETTLED);
    expect(await fresh(alerts)).toEqual([0, 0, 0, 0, 0]);
    // The days move on, and with them what a period of days holds.
    await clock.run(10 * HOUR);
    expect(await fresh(alerts)).toEqual([2, 0, 0, 0, 0]);
  });

  test('is a slot that was taken and is free again', async () => {
    const { clock, open, sync, add, withdraw } = await setUp();
    await add(2);
    await sync();
    const alerts = await open();
    await alerts.keepAlert({ alertId: ids(1), filter: MUNICH });
    await withdraw(2);
    await clock.run(SETTLED);
    expect(await alerts.alerts()).toMatchObject([{ total: 1, freshCount: 0 }]);
    await add(2);
    await clock.run(SETTLED);
    expect(await alerts.alerts()).toMatchObject([{ total: 2, freshCount: 1 }]);
  });

  test('is nothing of what a first sync brings', async () => {
    const { clock, open, sync, add } = await setUp();
    const alerts = await open();
    await alerts.keepAlert({ alertId: ids(1), filter: MUNICH });
    await sync();
    await clock.run(SETTLED);
    expect(await alerts.alerts()).toMatchObject([{ total: 1, freshCount: 0 }]);
    await add(2);
    await clock.run(SETTLED);
    expect(await fresh(alerts)).toEqual([1]);
  });

  test('is found by the next start, also after days without a network', async () => {
    const { clock, open, sync, add } = await setUp();
    await sync();
    const alerts = await open();
    await alerts.keepAlert({ alertId: ids(1), filter: MUNICH });
    alerts.stop();
    await add(2);
    await clock.run(SETTLED);
    expect(await fresh(await open())).toEqual([1]);
  });
});

/** Alerts over a search that a test decides. */
const openOver = async (parts: Partial<AlertsParts> = {}) => {
  const clock = createVirtualClock();
  const slots = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      practice: 'ab'.repeat(16) as NodeAddress,
      offer: 0 as OfferId,
      start: (10_000_000 + index) as WireMinute,
      distanceKm: undefined,
    }));
  const rules: AlertsParts = {
    store: createMemoryStore(),
    clock,
    searching: { matching: () => slots(1) },
    syncedAt: () => clock.now(),
    onChange: () => undefined,
    ...parts,
  };
  return { clock, slots, rules, alerts: await openAlerts(rules) };
};
const nth = (index: number) => ({ alertId: ids(index), filter: { ...MUNICH, days: index + 1 } });

describe('keeping', () => {
  test('the same again is the same alert, by its id and by what it looks for', async () => {
    const { alerts } = await openOver();
    await alerts.keepAlert(nth(0));
    expect(await alerts.keepAlert({ ...nth(1), alertId: ids(0) })).toMatchObject({ value: { filter: { days: 1 } } });
    expect(await alerts.keepAlert({ ...nth(0), alertId: ids(5) })).toMatchObject({ value: { alertId: ids(0) } });
    expect(await alerts.alerts()).toHaveLength(1);
  });

  test('a ninth is refused; when one went there is room again', async () => {
    const { alerts } = await openOver();
    for (let index = 0; index < MAX_ALERTS; index++)
      expect(await alerts.keepAlert(nth(index))).toMatchObject({ ok: true });
    expect(await alerts.keepAlert(nth(20))).toEqual({ ok: false, code: 'over-capacity' });
    await alerts.dropAlert(ids(3));
    expect(await alerts.keepAlert(nth(20))).toMatchObject({ ok: true });
    expect(await alerts.restoreAlert(ids(3))).toEqual({ ok: false, code: 'over-capacity' });
  });

  test('where everything matches, nothing new would be noticed', async () => {
    const { slots } = await openOver();
    const { alerts } = await openOver({ searching: { matching: () => slots(MAX_KEPT_HITS + 1) } });
    expect(await alerts.keepAlert(nth(0))).toEqual({ ok: false, code: 'too-large' });
    expect(await alerts.alerts()).toEqual([]);
  });

  test.each([
    ['no id', { ...nth(0), alertId: '' }],
    ['a payer that is none', { ...nth(0), filter: { ...MUNICH, payer: 'BANK' } }],
    ['no payer', { ...nth(0), filter: { ...MUNICH, payer: undefined } }],
    ['half a postal code', { ...nth(0), filter: { ...MUNICH, around: { plz: '803', radiusKm: 5 } } }],
    ['a radius of nothing', { ...nth(0), filter: { ...MUNICH, around: { plz: '80331', radiusKm: Number.NaN } } }],
    ['days without end', { ...nth(0), filter: { ...MUNICH, days: 4_000 } }],
    ['a language that is a sentence', { ...nth(0), filter: { ...MUNICH, languages: ['Ich spreche Türkisch'] } }],
  ])('%s is malformed', async (_, input) => {
    const { alerts } = await openOver();
    expect(await alerts.keepAlert(input as never)).toEqual({ ok: false, code: 'malformed' });
    expect(await alerts.alerts()).toEqual([]);
  });

  test('without room on the device nothing is kept, and that is said', async () => {
    const store = createFaultStore();
    const { alerts } = await openOver({ store });
    store.failCommit(1);
    expect(await alerts.keepAlert(nth(0))).toEqual({ ok: false, code: 'storage-full' });
    expect(await alerts.alerts()).toEqual([]);
  });

  test('while distances are unknown nothing is told, and nothing is called new afterwards', async () => {
    let known = false;
    const { slots } = await openOver();
    const searching = { matching: () => (known ? slots(3) : undefined) };
    const { alerts } = await openOver({ searching });
    await alerts.keepAlert(nth(0));
    expect(await alerts.alerts()).toMatchObject([{ total: 0, freshCount: 0 }]);
    expect(await alerts.seeAlert(ids(0))).toEqual({ ok: true, value: null });
    known = true;
    expect(await alerts.alerts()).toMatchObject([{ total: 3, freshCount: 0 }]);
  });
});

describe('what lies on the disk', () => {
  test('a new start reads it; what is damaged is left', async () => {
    const { alerts, rules } = await openOver();
    await alerts.keepAlert(nth(0));
    await alerts.keepAlert(nth(1));
    await rules.store.commit([{ op: 'put', table: 'alerts', key: ids(0), value: Uint8Array.of(1, 2, 3) }]);
    const again = await openAlerts(rules);
    expect((await again.alerts()).map(({ alertId }) => alertId)).toEqual([ids(1)]);
  });

  test('what is dropped is gone at once, and comes back as it was, once', async () => {
    const { alerts, rules } = await openOver();
    await alerts.keepAlert(nth(0));
    const before = await alerts.alerts();
    expect(await alerts.dropAlert(ids(0))).toEqual({ ok: true, value: null });
    expect(await rules.store.entries('alerts')).toEqual([]);
    expect(await alerts.dropAlert(ids(0))).toEqual({ ok: true, value: null });
    expect(await alerts.restoreAlert(ids(0))).toEqual({ ok: true, value: null });
    expect(await alerts.alerts()).toEqual(before);
    expect(await alerts.restoreAlert(ids(0))).toEqual({ ok: true, value: null });
    expect(await alerts.restoreAlert(ids(9))).toEqual({ ok: false, code: 'not-found' });
    expect(await alerts.seeAlert(ids(9))).toEqual({ ok: false, code: 'not-found' });
  });

  test('an alert ends after ninety days, in memory and on the disk', async () => {
    const { alerts, clock, rules } = await openOver();
    await alerts.keepAlert(nth(0));
    clock.jump(ALERT_TTL - DAY);
    expect(await alerts.alerts()).toHaveLength(1);
    clock.jump(DAY);
    expect(await alerts.alerts()).toEqual([]);
    await clock.run(1);
    expect(await rules.store.entries('alerts')).toEqual([]);
  });

  test('a clock that is set back does not keep it longer', async () => {
    const { alerts, clock, rules } = await openOver();
    await alerts.keepAlert(nth(0));
    clock.jump(-30 * DAY);
    expect(await (await openAlerts(rules)).alerts()).toMatchObject([{ endsAt: clock.now() + ALERT_TTL }]);
  });
});
