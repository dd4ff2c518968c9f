/** Public holidays against the tables that the Länder publish, typed in day by day. */
import { expect, test } from 'vitest';
import { dayText } from '#core/calendar/civil-day.ts';
import { type Bundesland, holidaysOf, LAENDER } from '#core/calendar/holidays.ts';

const EVERYWHERE = {
  2026: ['01-01', '04-03', '04-06', '05-01', '05-14', '05-25', '10-03', '12-25', '12-26'],
  2027: ['01-01', '03-26', '03-29', '05-01', '05-06', '05-17', '10-03', '12-25', '12-26'],
  2028: ['01-01', '04-14', '04-17', '05-01', '05-25', '06-05', '10-03', '12-25', '12-26'],
} as const;

type Year = keyof typeof EVERYWHERE;
const YEARS = [2026, 2027, 2028] as const satisfies Year[];
const FRONLEICHNAM = { 2026: '06-04', 2027: '05-27', 2028: '06-15' } as const;
const BUSSTAG = { 2026: '11-18', 2027: '11-17', 2028: '11-22' } as const;
const SUNDAYS = { 2026: ['04-05', '05-24'], 2027: ['03-28', '05-16'], 2028: ['04-16', '06-04'] } as const;

const OWN: Readonly<Record<Bundesland, (year: Year) => readonly string[]>> = {
  BW: (year) => ['01-06', FRONLEICHNAM[year], '11-01'],
  BY: (year) => ['01-06', FRONLEICHNAM[year], '08-15', '11-01'],
  BE: () => ['03-08'],
  BB: (year) => [...SUNDAYS[year], '10-31'],
  HB: () => ['10-31'],
  HH: () => ['10-31'],
  HE: (year) => [FRONLEICHNAM[year]],
  MV: () => ['03-08', '10-31'],
  NI: () => ['10-31'],
  NW: (year) => [FRONLEICHNAM[year], '11-01'],
  RP: (year) => [FRONLEICHNAM[year], '11-01'],
  SL: (year) => [FRONLEICHNAM[year], '08-15', '11-01'],
  SN: (year) => ['10-31', BUSSTAG[year]],
  ST: () => ['01-06', '10-31'],
  SH: () => ['10-31'],
  TH: () => ['09-20', '10-31'],
};

const found = (year: Year, land: Bundesland | undefined): string[] =>
  [...holidaysOf(year, land).keys()].map(dayText).sort();

test.each(YEARS.flatMap((year) => LAENDER.map((land) => [land, year] as const)))('%s in %i', (land, year) => {
  const expected = [...EVERYWHERE[year], ...OWN[land](year)].map((day) => `${year}-${day}`);
  expect(found(year, land)).toEqual(expected.sort());
});

test.each(YEARS)('without a Land only what holds everywhere counts in %i', (year) => {
  expect(found(year, undefined)).toEqual(EVERYWHERE[year].map((day) => `${year}-${day}`));
});

test('two holidays on one day are one day', () => {
  // Himmelfahrt fell on 1 May in 2008.
  expect(holidaysOf(2008, undefined).size).toBe(8);
});
