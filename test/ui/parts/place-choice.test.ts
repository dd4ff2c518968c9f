import { describe, expect, test } from 'vitest';
import type { Plz } from '#core/brand.ts';
import { choosePlace, codeIn, townFits, townIn } from '#ui/parts/place-choice.ts';

const place = (plz: string, name: string) => ({ plz: plz as Plz, place: name });
const munich = [place('80331', 'München'), place('80333', 'München'), place('80335', 'München')];

describe('a typed place', () => {
  test('nothing typed is no place', () => {
    expect(choosePlace('  ', [])).toEqual({ kind: 'none' });
  });

  test('a full code is a choice, also with its place behind it', () => {
    expect(choosePlace('80333', munich)).toEqual({ kind: 'chosen', place: munich[1] });
    expect(choosePlace('80333 München', munich)).toEqual({ kind: 'chosen', place: munich[1] });
  });

  test('a code with another town beside it is asked about, never quietly taken for either', () => {
    for (const typed of ['80331 Hamburg', '80331Hamburg', '80331, Hamburg']) {
      expect(choosePlace(typed, munich)).toEqual({
        kind: 'wrong',
        error: { key: 'place-other', plz: '80331', place: 'München' },
      });
    }
  });

  test.each([
    ['00000', [], 'place-digits'],
    ['80999', [], 'place-digits'],
    ['8033', munich, 'place-short'],
    ['9999', [], 'place-digits'],
    ['ABCDE', [], 'place-name'],
  ])('%s is an error at the field', (typed, suggestions, key) => {
    expect(choosePlace(typed, suggestions)).toEqual({ kind: 'wrong', error: { key } });
  });

  test('a town is chosen by its name alone, also where others begin like it', () => {
    const towns = [place('80331', 'München'), place('67728', 'Münchenweiler')];
    for (const typed of ['münchen', 'Muenchen', 'MUNCHEN']) {
      expect(choosePlace(typed, towns)).toEqual({ kind: 'chosen', place: towns[0] });
    }
  });

  test.each([
    ['Neustadt', [place('99425', 'Neustadt'), place('23730', 'Neustadt')]],
    ['Halle', [place('37620', 'Halle'), place('06108', 'Halle (Saale)'), place('33790', 'Halle (Westf.)')]],
    ['frankfurt', [place('60306', 'Frankfurt am Main'), place('15230', 'Frankfurt (Oder)')]],
    ['Rothenburg', [place('02929', 'Rothenburg/Oberlausitz'), place('91541', 'Rothenburg ob der Tauber')]],
  ])('%s: towns of one name must be told apart', (typed, towns) => {
    expect(choosePlace(typed, towns)).toEqual({ kind: 'wrong', error: { key: 'place-choose' } });
  });

  test('half a name of several is not a name that there is more than once', () => {
    const towns = [place('80331', 'München'), place('95213', 'Münchberg')];
    expect(choosePlace('Münch', towns)).toEqual({ kind: 'wrong', error: { key: 'place-part' } });
  });

  test('spelling tells apart, and a hyphen makes another name', () => {
    const towns = [place('48143', 'Münster'), place('29633', 'Munster'), place('55424', 'Münster-Sarmsheim')];
    expect(choosePlace('Münster', towns)).toEqual({ kind: 'chosen', place: towns[0] });
    expect(choosePlace('Munster', towns)).toEqual({ kind: 'chosen', place: towns[1] });
    expect(choosePlace('Muenster', towns)).toEqual({ kind: 'wrong', error: { key: 'place-choose' } });
  });

  test('the only town with a name is meant, whatever stands behind it', () => {
    const towns = [place('87435', 'Kempten (Allgäu)'), place('54321', 'Kemptenich')];
    expect(choosePlace('Kempten', towns)).toEqual({ kind: 'chosen', place: towns[0] });
  });

  test('a code as it stands on letters from abroad', () => {
    for (const typed of ['D-80333', 'd 80333', 'DE-80333', 'D80333 München'])
      expect(choosePlace(typed, munich)).toEqual({ kind: 'chosen', place: munich[1] });
  });

  test('St. is Sankt, both ways', () => {
    const augustin = place('53757', 'Sankt Augustin');
    for (const typed of ['St. Augustin', 'St.Augustin', 'st augustin', 'Sankt Augustin'])
      expect(choosePlace(typed, [augustin])).toEqual({ kind: 'chosen', place: augustin });
    const egidien = place('09356', 'St. Egidien');
    expect(choosePlace('Sankt Egidien', [egidien])).toEqual({ kind: 'chosen', place: egidien });
  });

  test('what tells towns of one name apart needs no brackets', () => {
    const town = place('06108', 'Halle (Saale)');
    expect(choosePlace('Halle Saale', [town])).toEqual({ kind: 'chosen', place: town });
  });

  test.each([
    ['Köln Ehrenfeld', 'Köln'],
    ['Hambrug', 'Hamburg'],
  ])('a guess at %s is offered, not taken', (typed, name) => {
    const error = { key: 'place-near' };
    expect(choosePlace(typed, [place('50667', name)])).toEqual({ kind: 'wrong', error });
  });

  test('half a name is enough when only one place begins so', () => {
    const one = [place('94227', 'Zwiesel')];
    expect(choosePlace('Zwie', one)).toEqual({ kind: 'chosen', place: one[0] });
  });
});

test.each([
  ['80331', '80331'],
  [' 80331 München', '80331'],
  ['D-80331', '80331'],
  ['D-8033', undefined],
  ['Dachau 80331', undefined],
  ['80331rankfurt', '80331'],
  ['8033', undefined],
  ['803312', undefined],
  ['München 80331', undefined],
  ['', undefined],
])('the code in "%s"', (text, code) => {
  expect(codeIn(text)).toBe(code);
});

test.each([
  ['80331', 'München', true],
  ['80331 Mü', 'München', true],
  ['80331 muenchen', 'München', true],
  ['80331 München-Altstadt', 'München', true],
  ['60306 Frankfurt/Main', 'Frankfurt am Main', true],
  ['78112 St. Georgen', 'Sankt Georgen im Schwarzwald', true],
  ['89073 Ulm', 'Ulm', true],
  ['53757 St. Augustin', 'Sankt Augustin', true],
  ['53757 Sankt Wendel', 'Sankt Augustin', false],
  ['61348 Bad Vilbel', 'Bad Homburg', false],
  ['80331 Hamburg', 'München', false],
  ['89073 Neu-Ulm', 'Ulm', true],
])('%s and %s', (typed, name, fits) => {
  expect(townFits(typed, place('80331', name))).toBe(fits);
});

test('the town behind a code', () => {
  expect(['80331 Hamburg', '80331,Hamburg', '80331', ' 80331  Bad Tölz '].map(townIn)).toEqual([
    'Hamburg',
    'Hamburg',
    '',
    'Bad Tölz',
  ]);
});
