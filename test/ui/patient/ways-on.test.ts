import { describe, expect, test } from 'vitest';
import type { Plz } from '#core/brand.ts';
import { EMPTY_DRAFT, encodeDraft, type SearchDraft } from '#ui/patient/search-draft.ts';
import { type WayOn, waysOn, worthShowing } from '#ui/patient/ways-on.ts';

const full: SearchDraft = {
  ...EMPTY_DRAFT,
  payer: 'GKV',
  plz: '04109' as Plz,
  radiusKm: 50,
  verfahren: ['VT', 'ST'],
  types: ['SPRECHSTUNDE'],
  modalitaeten: ['VOR_ORT'],
  days: 14,
  series: true,
};
const kinds = (ways: readonly WayOn[]): string[] =>
  ways.map((way) => (way.kind === 'verfahren' ? way.verfahren : way.kind));

describe('ways on from an empty result', () => {
  test('each loosens one choice and keeps the payer', () => {
    const ways = waysOn(full);
    const rest = ['remote', 'TP', 'AP', 'period', 'types', 'modality', 'finer', 'everywhere'];
    expect(kinds(ways)).toEqual(['radius', 'radius', ...rest]);
    expect(ways.every((way) => way.draft.payer === 'GKV')).toBe(true);
    expect(ways.slice(0, 2).map((way) => way.draft.radiusKm)).toEqual([100, 200]);
  });

  test('never leads to the same search', () => {
    for (const way of waysOn(full)) expect(encodeDraft(way.draft)).not.toBe(encodeDraft(full));
    expect(waysOn({ ...EMPTY_DRAFT, payer: 'GKV' })).toEqual([]);
  });

  test('offers no video to somebody who asked for it already, and nothing wider than the widest but the country', () => {
    const draft: SearchDraft = { ...EMPTY_DRAFT, payer: 'GKV', plz: '80331' as Plz, radiusKm: 200 };
    expect(kinds(waysOn({ ...draft, modalitaeten: ['TELEFON'] }))).toEqual(['modality', 'everywhere']);
    expect(kinds(waysOn(draft))).toEqual(['remote', 'everywhere']);
  });

  test('names of the finer choices exactly those that it leaves out', () => {
    const named = (change: Partial<SearchDraft>) =>
      waysOn({ ...EMPTY_DRAFT, payer: 'GKV', ...change }).flatMap((way) => (way.kind === 'finer' ? [way.parts] : []));
    const seeking: Partial<SearchDraft> = {
      verfahren: ['VT'],
      types: ['SPRECHSTUNDE', 'AKUT'],
      modalitaeten: ['VIDEO'],
      series: true,
      age: 'UNDER_21',
      languages: ['tr'],
      access: ['stufenlos'],
    };
    expect(named(seeking)).toEqual([['weekly', 'languages', 'access', 'age']]);
    expect(named({ series: false, minutes: [50] })).toEqual([['minutes', 'single']]);
    expect(named({ verfahren: ['VT'], days: 7, unverified: true })).toEqual([]);
    const finer = waysOn({ ...EMPTY_DRAFT, payer: 'GKV', ...seeking }).find((way) => way.kind === 'finer');
    expect(finer?.draft).toEqual({
      ...EMPTY_DRAFT,
      payer: 'GKV',
      verfahren: seeking.verfahren,
      types: seeking.types,
      modalitaeten: seeking.modalitaeten,
    });
  });

  test('shows what leads to something: each Verfahren, and the narrowest radius that does', () => {
    const totals: Record<string, number> = { TP: 3, AP: 1, everywhere: 9 };
    const counted = waysOn({ ...full, radiusKm: 5 }).map((way) => ({
      way,
      total: way.kind === 'radius' ? Number(way.draft.radiusKm >= 50) : (totals[kinds([way])[0] ?? ''] ?? 0),
    }));
    const shown = worthShowing(counted);
    expect(kinds(shown.map(({ way }) => way))).toEqual(['radius', 'TP', 'AP', 'everywhere']);
    expect(shown[0]?.way.draft.radiusKm).toBe(50);
    expect(worthShowing(counted.map(({ way }) => ({ way, total: 0 })))).toEqual([]);
  });
});
