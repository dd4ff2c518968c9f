import { describe, expect, test } from 'vitest';
import type { Millis, Plz } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { VERFAHREN } from '#core/domain/values.ts';
import {
  decodeDraft,
  EMPTY_DRAFT,
  encodeDraft,
  finerChoices,
  type SearchDraft,
  toQuery,
  waysOn,
} from '#ui/patient/search-draft.ts';
import { toggled } from '#ui/toggled.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 42) as Millis;
const full: SearchDraft = {
  payer: 'GKV',
  plz: '04109' as Plz,
  radiusKm: 50,
  verfahren: ['VT', 'ST'],
  types: ['SPRECHSTUNDE'],
  modalitaeten: ['VIDEO'],
  days: 14,
  age: 'ADULTS',
  unverified: true,
  sort: 'time',
};

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
    expect(query).not.toHaveProperty('to');
  });

  test('is the same question within an hour', () => {
    expect(toQuery(full, NOW, 0, 1)).toEqual(toQuery(full, (NOW + 60_000) as Millis, 0, 1));
  });
});

test('finer choices are counted once each', () => {
  expect(finerChoices(EMPTY_DRAFT)).toBe(0);
  expect(finerChoices(full)).toBe(5);
});

test('values keep the order of the field whatever the order of the taps', () => {
  const first = toggled(VERFAHREN, [], 'ST', true);
  expect(toggled(VERFAHREN, first, 'VT', true)).toEqual(['VT', 'ST']);
  expect(toggled(VERFAHREN, ['VT', 'ST'], 'VT', false)).toEqual(['ST']);
});

describe('ways on from an empty result', () => {
  test('each loosens one choice and keeps the payer', () => {
    const ways = waysOn(full);
    expect(ways.map((way) => way.kind)).toEqual(['radius', 'period', 'verfahren', 'types', 'modality', 'everywhere']);
    expect(ways.every((way) => way.draft.payer === 'GKV')).toBe(true);
  });

  test('never leads to the same search', () => {
    for (const way of waysOn(full)) expect(encodeDraft(way.draft)).not.toBe(encodeDraft(full));
    expect(waysOn({ ...EMPTY_DRAFT, payer: 'GKV' })).toEqual([]);
  });

  test('widens beyond the widest radius to the whole country', () => {
    const ways = waysOn({ ...EMPTY_DRAFT, payer: 'GKV', plz: '80331' as Plz, radiusKm: 200 });
    expect(ways.map((way) => way.kind)).toEqual(['everywhere']);
  });
});
