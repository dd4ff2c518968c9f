import { expect, test } from 'vitest';
import { lastSearch } from '#ui/patient/last-search.ts';

const EMPTY = { cards: [], total: 0, syncedAt: undefined };

test('the way back to a search, for as long as it is known', () => {
  expect([lastSearch.form, lastSearch.list]).toEqual(['#/', '#/']);
  lastSearch.remember('wer=GKV&plz=80331', 'GKV', 20, EMPTY);
  expect([lastSearch.form, lastSearch.list]).toEqual(['#/?wer=GKV&plz=80331', '#/termine?wer=GKV&plz=80331']);
  lastSearch.forget();
  expect([lastSearch.form, lastSearch.list]).toEqual(['#/', '#/']);
});
