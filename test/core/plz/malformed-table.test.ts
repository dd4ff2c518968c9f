/** Tables made by hand: the smallest that is whole, and each way in which one is not. */
import { describe, expect, test } from 'vitest';
import { concatBytes } from '#core/bytes/compare.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { openPlzTable } from '#core/plz/plz-table.ts';

interface Row {
  readonly code: number;
  readonly place: number;
}

/** The layout of docs/plz.md: a header, nine columns, the names. */
const table = (rows: readonly Row[], names: readonly string[], counts: { codes?: number; names?: number } = {}) => {
  const out = createWriter().u24(0x504c5a).u8(1);
  out.u16(counts.codes ?? rows.length).u16(counts.names ?? names.length);
  const columns = rows.map(({ code, place }) => createWriter().u24(code).u16(0x8000).u16(0x8000).u16(place).finish());
  for (let column = 0; column < 9; column++) for (const row of columns) out.u8(row[column] ?? 0);
  return concatBytes(out.finish(), toUtf8(names.join('\n')));
};
const WHOLE = [
  { code: 1_067, place: 1 },
  { code: 80_799, place: 0 },
  { code: 99_999, place: 1 },
];
const NAMES = ['München', 'Dresden'];
const malformed = { ok: false, code: 'malformed' };

test('the smallest tables are whole', () => {
  const opened = openPlzTable(table(WHOLE, NAMES));
  if (!opened.ok) throw new Error(opened.code);
  expect(opened.value.size).toBe(3);
  expect(['01067', '80799', '99999'].map((plz) => opened.value.placeOf(plz))).toEqual([
    'Dresden',
    'München',
    'Dresden',
  ]);
  expect(['1067', '001067', '80798', '', 'ABCDE'].map((plz) => opened.value.has(plz))).toEqual(Array(5).fill(false));
  expect(opened.value.suggest('0', 9)).toEqual([{ plz: '01067', place: 'Dresden' }]);
  expect(opened.value.suggest('dresd', 9)).toEqual([{ plz: '01067', place: 'Dresden' }]);
  expect(opened.value.suggest('muen', 9)).toEqual([{ plz: '80799', place: 'München' }]);
  expect(openPlzTable(table([{ code: 0, place: 0 }], ['A'])).ok).toBe(true);
});

describe('is malformed', () => {
  test.each([
    ['a code of six digits', [...WHOLE, { code: 100_000, place: 0 }], NAMES],
    ['a code twice', [WHOLE[1], WHOLE[1]], NAMES],
    ['codes that do not ascend', [WHOLE[1], WHOLE[0]], NAMES],
    ['a place that has no name', [{ code: 1, place: 2 }], NAMES],
  ] as [string, Row[], string[]][])('%s', (_, rows, names) => {
    expect(openPlzTable(table(rows, names))).toEqual(malformed);
  });
  test('other numbers of codes or names than the header says', () => {
    expect(openPlzTable(table(WHOLE, NAMES, { names: 1 }))).toEqual(malformed);
    expect(openPlzTable(table(WHOLE, NAMES, { names: 3 }))).toEqual(malformed);
    expect(openPlzTable(table(WHOLE, NAMES, { codes: 4 }))).toEqual(malformed);
    expect(openPlzTable(table(WHOLE, NAMES, { codes: 65_535 }))).toEqual(malformed);
  });
  test('names that are not UTF-8', () => {
    expect(openPlzTable(concatBytes(table(WHOLE, NAMES), Uint8Array.of(0xff)))).toEqual(malformed);
  });
  test('one that was cut, wherever before its names end', () => {
    const whole = table(WHOLE, NAMES);
    const lastName = whole.length - toUtf8('Dresden').length;
    for (let length = 0; length < lastName; length++)
      expect(openPlzTable(whole.subarray(0, length)), `${length}`).toEqual(malformed);
  });
});
