/** A kept search comes back as the form that made it, and is told in words that leave nothing out. */
import { expect, test } from 'vitest';
import { FULL_DRAFT } from '#test/ui/patient/full-draft.ts';
import { filterDraft, filterWords } from '#ui/patient/alerts/alert-words.ts';
import { EMPTY_DRAFT, type SearchDraft, toFilter } from '#ui/patient/search-draft.ts';

const full: SearchDraft = { ...FULL_DRAFT, sort: 'distance' };

test.each([
  ['everything', full],
  ['a payer alone', { ...EMPTY_DRAFT, payer: 'PKV' } as const],
])('with %s, the form comes back', (_, draft) => {
  const filter = toFilter(draft);
  if (filter === undefined) throw new Error('no filter');
  expect(filterDraft(filter)).toEqual(draft);
});

test('without a payer there is nothing to keep', () => {
  expect(toFilter({ ...full, payer: undefined })).toBeUndefined();
});

test('the words name every choice beside the place', () => {
  const filter = toFilter(full);
  if (filter === undefined) throw new Error('no filter');
  const words = filterWords(filter, 'de').join(' · ');
  expect(words).toBe(
    'Gesetzliche Kasse · Verhaltenstherapie · Systemische Therapie · Sprechstunde · Video · 14 Tage · Erwachsene · 25 Minuten · 50 Minuten · Einzelner Termin · Türkisch, Ukrainisch · Stufenlos · Gebärdensprache · Auch ungeprüfte Praxen zeigen',
  );
});
