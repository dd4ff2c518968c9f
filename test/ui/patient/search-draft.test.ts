import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { VERFAHREN } from '#core/domain/values.ts';
import { FULL_DRAFT } from '#test/ui/patient/full-draft.ts';
import { decodeDraft, EMPTY_DRAFT, encodeDraft, finerChoices, toQuery } from '#ui/patient/search-draft.ts';
import { toggled } from '#ui/toggled.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 42) as Millis;
const full = FULL_DRAFT;

describe('the search in the fragment', () => {
  test('an empty form writes nothing', () => {
    expect(encodeDraft(EMPTY_DRAFT)).toBe('');
    expect(decodeDraft('')).toEqual(EMPTY_DRAFT);
  });

  test('comes back as it was written, leading zeros included', () => {
    expect(decodeDraft(encodeDraft(full))).toEqual(full);
  });

  test.each([
    ['a payer that does not exist', 'wer=KASSE'],
    ['a code with four digits', 'plz=8033'],
    ['a code with letters', 'plz=ABCDE'],
    ['a radius that is not offered', 'km=26'],
    ['a radius that is no number', 'km=NaN'],
    ['methods that do not exist', 'v=XX.YY'],
    ['an age that is not a choice', 'alter=ALL'],
    ['lengths that are not offered', 'min=30.50x.1e2'],
    ['a series that is neither yes nor no', 'reihe=1'],
    ['languages that are not offered', 'spricht=de-DE.TR'],
    ['access that does not exist', 'zugang=lift'],
    ['a property of every object', 'wer=constructor&v=toString'],
  ])('leaves out %s', (_, query) => {
    expect(decodeDraft(query)).toEqual(EMPTY_DRAFT);
  });
});

describe('the question to the node', () => {
  test('is not asked without a payer', () => {
    expect(toQuery({ ...full, payer: undefined }, NOW, 0, 20)).toBeUndefined();
  });

  test('carries every choice', () => {
    const hour = Date.UTC(2026, 10, 21, 9);
    expect(toQuery(full, NOW, 20, 20)).toEqual({
      payer: 'GKV',
      around: { plz: '04109', radiusKm: 50 },
      verfahren: ['VT', 'ST'],
      types: ['SPRECHSTUNDE'],
      modalitaeten: ['VIDEO'],
      ageGroup: 'ADULTS',
      minutes: [25, 50],
      series: false,
      languages: ['tr', 'uk'],
      access: { stepFree: true, lift: false, signLanguage: true },
      to: hour + 14 * DAY,
      minTrust: 0,
      sort: 'time',
      offset: 20,
      limit: 20,
    });
  });

  test('hides self-declared practices unless asked, and sorts by time where there is no place', () => {
    const query = toQuery({ ...EMPTY_DRAFT, payer: 'PKV' }, NOW, 0, 1);
    expect(query?.minTrust).toBe(1);
    expect(query?.sort).toBe('time');
    expect(query).not.toHaveProperty('around');
    for (const field of ['to', 'minutes', 'series', 'languages', 'access']) expect(query).not.toHaveProperty(field);
  });

  test('is the same question within an hour', () => {
    expect(toQuery(full, NOW, 0, 1)).toEqual(toQuery(full, (NOW + 60_000) as Millis, 0, 1));
  });
});

test('finer choices are counted once each', () => {
  expect(finerChoices(EMPTY_DRAFT)).toBe(0);
  expect(finerChoices(full)).toBe(9);
});

test('a choice that the heading of the results does not name is among those that it counts', () => {
  const named = ['payer', 'plz', 'radiusKm', 'modalitaeten', 'sort'];
  for (const [key, value] of Object.entries(full))
    expect(finerChoices({ ...EMPTY_DRAFT, [key]: value }), key).toBe(named.includes(key) ? 0 : 1);
});

test('values keep the order of the field whatever the order of the taps', () => {
  const first = toggled(VERFAHREN, [], 'ST', true);
  expect(toggled(VERFAHREN, first, 'VT', true)).toEqual(['VT', 'ST']);
  expect(toggled(VERFAHREN, ['VT', 'ST'], 'VT', false)).toEqual(['ST']);
});
