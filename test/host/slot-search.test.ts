/** What a search and a map ask of the node: filters that records and profiles carry, counts by place, sums of others. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Millis, OfferId, Plz } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { VERFAHREN } from '#core/domain/values.ts';
import { openPlzTable } from '#core/plz/plz-table.ts';
import { createNodeSearch } from '#host/node/slot-search.ts';
import { createSlotViews } from '#host/node/slot-views.ts';
import type { SearchQuery } from '#host/rpc/api.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const opened = openPlzTable(new Uint8Array(readFileSync('public/data/plz.bin')));
if (!opened.ok) throw new Error(opened.code);
const table = opened.value;
const PLACES = { nameOf: (plz: Plz) => table.placeOf(plz), suggest: () => [] };

const query = (fields: Partial<SearchQuery> = {}): SearchQuery => ({
  payer: 'GKV',
  verfahren: [],
  types: [],
  modalitaeten: [],
  minTrust: 0,
  sort: 'time',
  offset: 0,
  limit: 20,
  ...fields,
});

const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  joinNodes(practice.driver, relay.driver, clock);
  await practice.adopt();
  const { command } = practice.driver;
  const languages = ['de', 'tr-TR'];
  await command({
    kind: 'save-profile',
    profile: { ...PROFILE, languages, stepFree: true, lift: false, signLanguage: true },
  });
  await command({ kind: 'save-offer', offer: { ...OFFER, minutes: 100, series: true } });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * HOUR) as Millis;
  await command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start, (start + 2 * HOUR) as Millis] });
  const patient = await createTestNode({ role: 'leaf', clock });
  joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 1);
  await clock.until(() => patient.engine.views.status().identities > 0);
  const { views } = patient.engine;
  return { clock, views, searching: createNodeSearch(views, table, PLACES, clock) };
};

test('finds by length, series, language and access, and by all of them at once', async () => {
  const { searching } = await setUp();
  const total = (fields: Partial<SearchQuery>): number => searching.search(query(fields)).total;
  const access = (stepFree: boolean, lift: boolean, signLanguage: boolean) => ({
    access: { stepFree, lift, signLanguage },
  });
  expect(total({})).toBe(2);
  expect([total({ minutes: [100] }), total({ minutes: [25, 50] }), total({ minutes: [] })]).toEqual([2, 0, 2]);
  expect([total({ series: true }), total({ series: false })]).toEqual([2, 0]);
  expect([total({ languages: ['tr'] }), total({ languages: ['uk'] }), total({ languages: ['uk', 'de'] })]).toEqual([
    2, 0, 2,
  ]);
  expect(total(access(false, false, false))).toBe(2);
  expect(total(access(true, false, true))).toBe(2);
  expect(total(access(true, true, false))).toBe(0);
  expect(total({ minutes: [100], series: true, languages: ['tr'], ...access(true, false, false) })).toBe(2);
});

test('counts by postal code in the whole country, whatever place is named', async () => {
  const { searching } = await setUp();
  const around = { plz: '20095' as Plz, radiusKm: 5 };
  const here = { kind: 'codes', codes: Uint32Array.of(Number(OFFER.plz)), free: Uint32Array.of(2) };
  expect(searching.search(query({ around })).total).toBe(0);
  expect(searching.freeAreas(query({ around }))).toMatchObject(here);
  const other = { payer: 'BG' } as const;
  expect(searching.freeAreas(query(other))).toMatchObject({ kind: 'codes', codes: new Uint32Array() });
});

test('counts nothing at a postal code that does not exist', async () => {
  const { clock, views } = await setUp();
  const nowhere = createNodeSearch(views, { ...table, has: () => false }, PLACES, clock);
  expect(nowhere.freeAreas(query())).toMatchObject({ codes: new Uint32Array(), free: new Uint32Array() });
});

test('without any announcement here, says what sums of regions it was told', async () => {
  const clock = createVirtualClock();
  const { engine } = await createTestNode({ role: 'leaf', clock });
  const free = new Uint16Array(100 * VERFAHREN.length);
  free.set([3, 5, 0, 0], 80 * VERFAHREN.length);
  free.set([0, 0, 0, 2], 4 * VERFAHREN.length);
  const newest = new Uint32Array(100).fill(400_000);
  const told = { ...engine.views, regions: () => ({ free, newest }) };
  const searching = createNodeSearch(told, table, PLACES, clock);
  const sums = (fields: Partial<SearchQuery>) => {
    const answer = searching.freeAreas(query(fields));
    return answer.kind === 'codes' ? answer.kind : answer.regions.map((one) => [one.region, one.free]);
  };
  expect(sums({})).toEqual([
    [4, 2],
    [80, 5],
  ]);
  expect(sums({ verfahren: ['VT'] })).toEqual([[80, 3]]);
  expect(sums({ verfahren: ['VT', 'ST'] })).toEqual([
    [4, 2],
    [80, 3],
  ]);
  // Nothing told and nothing here is nothing free, not a country without regions.
  expect(sums({ verfahren: ['AP'] })).toBe('codes');
});

test('of a practice that nobody knows more of than its key, nothing is made up, and nothing can be asked', async () => {
  const { clock, views, searching } = await setUp();
  const [card] = searching.search(query()).cards;
  if (card === undefined) throw new Error('no slot');
  const known = createSlotViews(views, PLACES).details(card.ref, clock.now());
  expect(known).toMatchObject({ name: PROFILE.name, beruf: PROFILE.beruf, refusal: undefined });
  const bare = createSlotViews({ offer: views.offer, identity: () => undefined }, PLACES).details(
    card.ref,
    clock.now(),
  );
  expect(bare).toMatchObject({ name: '', beruf: undefined, trust: { level: 0 }, refusal: 'unknown-key' });
});
