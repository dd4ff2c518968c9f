/** The table of postal codes, as it is shipped. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPlzTable } from '#core/plz/plz-table.ts';

const bytes = new Uint8Array(readFileSync('public/data/plz.bin'));
const opened = openPlzTable(bytes);
if (!opened.ok) throw new Error(opened.code);
const table = opened.value;
const distance = (from: string, to: string): number => {
  const distances = table.distancesFrom(from);
  return distances.ok ? (distances.value[Number(to)] ?? Number.NaN) : Number.NaN;
};

describe('the shipped table', () => {
  test('knows the country', () => {
    expect(table.size).toBeGreaterThan(8_000);
    expect(table.placeOf('80799')).toBe('München');
    expect(table.placeOf('01067')).toBe('Dresden');
    expect(table.has('00000')).toBe(false);
    expect(table.placeOf('99999')).toBeUndefined();
  });
  test.each([
    ['80799', '10115', 504, 15],
    ['20095', '50667', 357, 15],
    ['79098', '18055', 730, 25],
    ['80799', '80799', 0, 0.001],
  ])('%s to %s is about %i km', (from, to, kilometres, tolerance) => {
    expect(Math.abs(distance(from, to) - kilometres)).toBeLessThanOrEqual(tolerance);
    expect(distance(to, from)).toBeCloseTo(distance(from, to), 3);
  });
  test.each([
    ['10115', '12623', 15],
    ['20095', '21129', 10],
    ['80331', '81929', 7],
    ['50667', '51147', 12],
  ])('in a large city every code has a point of its own: %s to %s', (from, to, kilometres) => {
    expect(Math.abs(distance(from, to) - kilometres)).toBeLessThan(3.5);
  });
  test('no code is nowhere', () => {
    const distances = table.distancesFrom('34117');
    const far = distances.ok ? [...distances.value].filter((kilometres) => kilometres > 490) : [];
    // From Kassel, in the middle, no place in Germany is further.
    expect(far).toEqual([]);
  });
  test('where there is no code there is no distance', () => {
    expect(distance('80799', '00001')).toBeNaN();
    expect(table.distancesFrom('00001')).toEqual({ ok: false, code: 'not-found' });
  });
  test('suggests codes by their digits and places by their names, with and without umlauts', () => {
    expect(table.suggest('8079', 5).map(({ plz }) => plz)).toEqual(expect.arrayContaining(['80797', '80799']));
    for (const typed of ['münchen', 'Muenchen', 'MUNCHEN', ' münch'])
      expect(table.suggest(typed, 3)[0]?.place).toBe('München');
    expect(table.suggest('8', 3)).toHaveLength(3);
    expect(table.suggest('m', 3)).toEqual([]);
    expect(table.suggest('xqzy', 3)).toEqual([]);
  });
});

describe('by a name', () => {
  const named = (text: string): string[] => table.suggest(text, 10).map(({ plz, place }) => `${plz} ${place}`);
  const [munich] = table.suggest('München', 1);

  test('a town is there once, by a code in its middle', () => {
    expect(named('München')).toHaveLength(1);
    // With an island a hundred kilometres away.
    expect(named('Hamburg')).toHaveLength(1);
    expect(distance(munich?.plz ?? '', '80331')).toBeLessThan(4);
    for (const [town, centre] of [
      ['Berlin', '10117'],
      ['Hamburg', '20099'],
      ['Köln', '50667'],
    ] as const) {
      const [first] = table.suggest(town, 1);
      expect(first?.place).toBe(town);
      expect(distance(first?.plz ?? '', centre)).toBeLessThan(8);
    }
  });

  test('towns far apart that share it are there each, the larger one first', () => {
    const schwerin = table.suggest('Schwerin', 10).filter(({ place }) => place === 'Schwerin');
    expect(schwerin.map(({ plz }) => plz.slice(0, 2))).toEqual(['19', '15']);
    expect(table.suggest('Neukirchen', 10).filter(({ place }) => place === 'Neukirchen')).toHaveLength(3);
  });

  test('towns that add to it come before those that only begin alike', () => {
    expect(named('Halle').slice(0, 3)).toEqual(['37620 Halle', '06108 Halle (Saale)', '33790 Halle (Westf.)']);
    expect(named('st')).toContain('70173 Stuttgart');
    expect(named('st')[0]).not.toMatch(/St\./);
    expect(named('Frankfurt').map((one) => one.slice(6))).toEqual(['Frankfurt am Main', 'Frankfurt (Oder)']);
  });
});

describe('as people write it', () => {
  const named = (text: string): string[] => table.suggest(text, 10).map(({ place }) => place);

  test('a code with the country before it', () => {
    for (const typed of ['D-10115', 'DE-10115', 'd 10115'])
      expect(table.suggest(typed, 3)).toEqual([{ plz: '10115', place: 'Berlin' }]);
  });

  test.each([
    ['St. Augustin', 'Sankt Augustin'],
    ['St Augustin', 'Sankt Augustin'],
    ['Sankt Egidien', 'St. Egidien'],
    ['Halle Saale', 'Halle (Saale)'],
    ['Frankfurt/Main', 'Frankfurt am Main'],
    ['Neustadt Weinstraße', 'Neustadt an der Weinstraße'],
    ['Köln Ehrenfeld', 'Köln'],
    ['Köln-Ehrenfeld', 'Köln'],
    ['Hambrug', 'Hamburg'],
    ['Dortmnd', 'Dortmund'],
    ['Leippzig', 'Leipzig'],
  ])('%s leads to %s alone', (typed, place) => {
    expect(named(typed)).toEqual([place]);
  });

  test('a town of several is not guessed at', () => {
    expect(named('Halle Irgendwo').slice(0, 3).sort()).toEqual(['Halle', 'Halle (Saale)', 'Halle (Westf.)']);
  });

  test('a slip is looked for only where nothing begins so, and nothing is made up', () => {
    expect(named('Stuttgart')).toEqual(['Stuttgart']);
    for (const typed of ['Xanten-Nirgends-Oder', 'Entenhausen', 'Klön']) expect(named(typed)).not.toContain('Köln');
    expect(named('Entenhausen')).toEqual([]);
    expect(named('D-')).toEqual([]);
  });
});

describe('another file', () => {
  test('is malformed: empty, cut, of another version', () => {
    const malformed = { ok: false, code: 'malformed' };
    expect(openPlzTable(new Uint8Array(0))).toEqual(malformed);
    expect(openPlzTable(bytes.subarray(0, 1_000))).toEqual(malformed);
    const other = Uint8Array.from(bytes);
    other[3] = 2;
    expect(openPlzTable(other)).toEqual(malformed);
  });
  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
        openPlzTable(Uint8Array.from([...bytes.subarray(0, 4), ...rest]));
      }),
      { numRuns: 200 },
    );
  });
});
