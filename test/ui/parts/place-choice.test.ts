import { describe, expect, test } from 'vitest';
import type { Plz } from '#core/brand.ts';
import { choosePlace, codeIn } from '#ui/parts/place-choice.ts';

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

  test.each([
    ['00000', [], 'place-digits'],
    ['80999', [], 'place-digits'],
    ['8033', munich, 'place-short'],
    ['9999', [], 'place-digits'],
    ['ABCDE', [], 'place-name'],
  ])('%s is an error at the field', (typed, suggestions, key) => {
    expect(choosePlace(typed, suggestions)).toEqual({ kind: 'wrong', error: { key } });
  });

  test('a town with many codes stands for its first', () => {
    expect(choosePlace('münchen', munich)).toEqual({ kind: 'chosen', place: munich[0] });
  });

  test('two towns of one name must be told apart', () => {
    const twins = [place('99425', 'Neustadt'), place('23730', 'Neustadt')];
    expect(choosePlace('Neustadt', twins)).toEqual({ kind: 'wrong', error: { key: 'place-choose' } });
  });

  test('half a name is enough when only one place begins so', () => {
    const one = [place('94227', 'Zwiesel')];
    expect(choosePlace('Zwie', one)).toEqual({ kind: 'chosen', place: one[0] });
  });
});

test.each([
  ['80331', '80331'],
  [' 80331 München', '80331'],
  ['80331rankfurt', '80331'],
  ['8033', undefined],
  ['803312', undefined],
  ['München 80331', undefined],
  ['', undefined],
])('the code in "%s"', (text, code) => {
  expect(codeIn(text)).toBe(code);
});
