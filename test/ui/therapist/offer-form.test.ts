import { describe, expect, test } from 'vitest';
import type { Plz } from '#core/brand.ts';
import { checkOfferFields, emptyOffer, gkvNotes, type OfferFields, toOfferDraft } from '#ui/therapist/offer-form.ts';

const PLZ = '80799' as Plz;
const right: OfferFields = { ...emptyOffer(PLZ, 'PP'), verfahren: ['VT'], kostentraeger: ['GKV'] };

describe('an offer', () => {
  test('that is whole has no errors', () => {
    expect(checkOfferFields(right, 'PP', 2)).toEqual({});
    expect(toOfferDraft(right)).toMatchObject({ minutes: 50, plz: PLZ });
  });

  test('names what is missing at its field', () => {
    const errors = checkOfferFields({ ...emptyOffer(undefined, 'PP'), modalitaeten: [] }, 'PP', 0);
    expect(errors).toEqual({
      verfahren: { key: 'choose-one' },
      modalitaeten: { key: 'choose-one' },
      kostentraeger: { key: 'choose-one' },
      plz: { key: 'place-missing' },
    });
    expect(toOfferDraft(emptyOffer(undefined, 'PP'))).toBeUndefined();
  });
});

describe('impossible combinations are refused at the field', () => {
  test.each([
    [['GKV'], 'heilpraktiker-gkv'],
    [['SELBSTZAHLER', 'GKV'], 'heilpraktiker-gkv'],
    [['KOSTENERSTATTUNG_13_3'], 'heilpraktiker-13-3'],
  ] as const)('Heilpraktiker and %s', (kostentraeger, key) => {
    const fields = { ...right, verfahren: [], kostentraeger };
    expect(checkOfferFields(fields, 'HEILPRAKTIKER_PSYCH', 0)).toEqual({ kostentraeger: { key } });
  });

  test('a Heilpraktiker may be paid by oneself, and names no Richtlinienverfahren', () => {
    const fields = { ...right, verfahren: [], kostentraeger: ['SELBSTZAHLER', 'PKV'] } as const;
    expect(checkOfferFields(fields, 'HEILPRAKTIKER_PSYCH', 0)).toEqual({});
  });

  test('a private first talk and public insurance', () => {
    expect(checkOfferFields({ ...right, type: 'ERSTGESPRAECH_PRIVAT' }, 'PP', 2)).toEqual({
      kostentraeger: { key: 'private-type-gkv' },
    });
  });

  test('a children’s therapist and adults', () => {
    expect(checkOfferFields(right, 'KJP', 2)).toEqual({ ageGroup: { key: 'kjp-age' } });
    expect(checkOfferFields({ ...right, ageGroup: 'UNDER_21' }, 'KJP', 2)).toEqual({});
    expect(emptyOffer(PLZ, 'KJP').ageGroup).toBe('UNDER_21');
  });

  test.each([
    ['0', 'minutes-range'],
    ['245', 'minutes-range'],
    ['1e2', 'minutes-range'],
    ['', 'minutes-range'],
    ['-50', 'minutes-range'],
    ['52', 'minutes-step'],
  ])('%s minutes', (minutes, key) => {
    expect(checkOfferFields({ ...right, minutes }, 'PP', 2)).toEqual({ minutes: { key } });
  });

  test('a group of 25 minutes', () => {
    expect(checkOfferFields({ ...right, type: 'GRUPPE', minutes: '25' }, 'PP', 2)).toEqual({
      minutes: { key: 'group-minutes' },
    });
    expect(checkOfferFields({ ...right, type: 'GRUPPE', minutes: '100' }, 'PP', 2)).toEqual({});
  });
});

test.each([
  [['GKV'], 'PP', 0, ['unverified', 'credential']],
  [['PKV', 'GKV'], 'KJP', 1, ['credential']],
  [['GKV'], 'AMBULANZ', 0, ['unverified']],
  [['GKV'], 'AMBULANZ', 1, []],
  [['GKV'], 'PP', 2, []],
  [['GKV'], 'HEILPRAKTIKER_PSYCH', 0, []],
  [['PKV'], 'PP', 0, []],
] as const)('%j of a %s at level %i: %j is said about GKV', (payers, beruf, level, notes) => {
  expect(gkvNotes(payers, beruf, level)).toEqual(notes);
});
