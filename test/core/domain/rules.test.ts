/** The rules of the field: who may be billed, what an offer is, the values on the wire, the Vermittlungscode. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkOffer, checkPayers, type Offerer } from '#core/domain/offer-rules.ts';
import { BERUFE, fromMask, KOSTENTRAEGER, toMask, VERFAHREN, ZULASSUNGEN } from '#core/domain/values.ts';
import { isVermittlungscode, normaliseVermittlungscode } from '#core/domain/vermittlungscode.ts';

describe('who may be billed', () => {
  const offerer = (given: Partial<Offerer>): Offerer => ({
    beruf: 'PP',
    zulassung: undefined,
    trustLevel: 0,
    ...given,
  });
  const refused = { ok: false, code: 'payer-not-allowed' };

  test('without an Approbation neither GKV nor §13(3), whatever the level', () => {
    for (const trustLevel of [0, 2] as const) {
      const heilpraktiker = offerer({ beruf: 'HEILPRAKTIKER_PSYCH', trustLevel, zulassung: 'KV' });
      expect(checkPayers(['GKV'], heilpraktiker)).toEqual(refused);
      expect(checkPayers(['PKV', 'KOSTENERSTATTUNG_13_3'], heilpraktiker)).toEqual(refused);
      expect(checkPayers(['SELBSTZAHLER', 'PKV'], heilpraktiker).ok).toBe(true);
    }
  });
  test('with a credential GKV needs the Zulassung of a KV, or an Ambulanz', () => {
    expect(checkPayers(['GKV'], offerer({ trustLevel: 2, zulassung: 'PRIVAT' }))).toEqual(refused);
    expect(checkPayers(['GKV'], offerer({ trustLevel: 2, zulassung: 'KV' })).ok).toBe(true);
    expect(checkPayers(['GKV'], offerer({ trustLevel: 2, zulassung: 'PRIVAT', beruf: 'AMBULANZ' })).ok).toBe(true);
    expect(checkPayers(['KOSTENERSTATTUNG_13_3'], offerer({ trustLevel: 2, zulassung: 'PRIVAT' })).ok).toBe(true);
  });
  test('self-declared, nobody can check more than the profession', () => {
    expect(checkPayers(['GKV'], offerer({})).ok).toBe(true);
  });

  test('in every combination exactly these may bill GKV and Kostenerstattung', () => {
    for (const beruf of BERUFE)
      for (const zulassung of [undefined, ...ZULASSUNGEN])
        for (const trustLevel of [0, 1, 2, 3] as const) {
          const who = offerer({ beruf, zulassung, trustLevel });
          const approbation = beruf !== 'HEILPRAKTIKER_PSYCH';
          const proven = zulassung === 'KV' || beruf === 'AMBULANZ';
          const said = JSON.stringify(who);
          expect(checkPayers(['GKV'], who).ok, said).toBe(approbation && (trustLevel < 2 || proven));
          expect(checkPayers(['KOSTENERSTATTUNG_13_3'], who).ok, said).toBe(approbation);
          expect(checkPayers(['PKV', 'BEIHILFE', 'SELBSTZAHLER', 'BG'], who).ok, said).toBe(true);
        }
  });
  test('one payer that is not allowed is enough, wherever it stands', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...KOSTENTRAEGER]), (payers) => {
        const forbidden = payers.includes('GKV') || payers.includes('KOSTENERSTATTUNG_13_3');
        expect(checkPayers(payers, offerer({ beruf: 'HEILPRAKTIKER_PSYCH' })).ok).toBe(!forbidden);
      }),
    );
  });

  const typed = {
    type: 'SPRECHSTUNDE',
    verfahren: ['VT'],
    modalitaeten: ['VIDEO'],
    kostentraeger: ['GKV'],
    minutes: 50,
    plz: '80799',
  } as const;
  test.each([
    { minutes: 0 },
    { minutes: 52 },
    { minutes: 245 },
    { minutes: Number.NaN },
    { plz: '8079' },
    { plz: '807990' },
    { plz: '8079a' },
    { modalitaeten: [] },
    { kostentraeger: [] },
  ])('an offer with %j is not whole', (wrong) => {
    expect(checkOffer({ ...typed, ...wrong }, offerer({}))).toEqual({ ok: false, code: 'malformed' });
  });
  test('a whole one is taken, within the rules of who offers', () => {
    expect(checkOffer(typed, offerer({})).ok).toBe(true);
    expect(checkOffer(typed, offerer({ beruf: 'HEILPRAKTIKER_PSYCH' }))).toEqual(refused);
  });
});

test('any length in steps of five minutes from 5 to 240 may be offered, and no other', () => {
  const whole = {
    type: 'KZT',
    verfahren: [],
    modalitaeten: ['VOR_ORT'],
    kostentraeger: ['PKV'],
    plz: '01067',
  } as const;
  const who: Offerer = { beruf: 'PP', zulassung: undefined, trustLevel: 0 };
  for (let minutes = -10; minutes <= 300; minutes++) {
    const legal = minutes >= 5 && minutes <= 240 && minutes % 5 === 0;
    expect(checkOffer({ ...whole, minutes }, who).ok, `${minutes}`).toBe(legal);
  }
  for (const minutes of [Number.POSITIVE_INFINITY, 5.5, 1e-9])
    expect(checkOffer({ ...whole, minutes }, who).ok).toBe(false);
});

test('masks hold what was put in, in the order of the wire', () => {
  expect(fromMask(VERFAHREN, toMask(VERFAHREN, ['ST', 'VT']))).toEqual(['VT', 'ST']);
  expect(toMask(KOSTENTRAEGER, [])).toBe(0);
  for (const list of [VERFAHREN, KOSTENTRAEGER] as const)
    for (let mask = 0; mask < 2 ** list.length; mask++)
      expect(toMask<string>(list, fromMask<string>(list, mask))).toBe(mask);
});

describe('a Vermittlungscode', () => {
  test('has twelve letters and digits, however it is typed', () => {
    expect(normaliseVermittlungscode(' abcd-2345 efgh')).toBe('ABCD2345EFGH');
    expect(isVermittlungscode('ABCD2345EFGH')).toBe(true);
    for (const wrong of [
      '',
      'ABCD2345EFG',
      'ABCD2345EFGHI',
      'ABCD2345EFG-',
      'abcd2345efgh',
      'ÄBCD2345EFGH',
      'ABCD2345EFGH\n',
    ])
      expect(isVermittlungscode(wrong), wrong).toBe(false);
  });
  test('is not made of letters that only capitals turn into some', () => {
    for (const typed of ['abcd2345efß', 'abcd2345efgß', 'abcd2345efgı', 'abcd2345efgſ', 'abcd2345eﬀ'])
      expect(isVermittlungscode(normaliseVermittlungscode(typed)), typed).toBe(false);
  });
  test('stays what it is once it is normal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (typed) => {
        const once = normaliseVermittlungscode(typed);
        expect(normaliseVermittlungscode(once)).toBe(once);
      }),
    );
  });
});
