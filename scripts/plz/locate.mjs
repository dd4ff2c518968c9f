// Finds where every postal code is: names repeat all over Germany, codes with numbers close by are close by (docs/plz.md).
import { key } from './sources.mjs';

/** @typedef {import('./sources.mjs').Point} Point */
/** @typedef {{ point: Point, weight: number }} Neighbour */

const KM_PER_DEGREE = 111.2;
/** @param {Point} a @param {Point} b */
export const kilometres = (a, b) =>
  Math.hypot(a.lat - b.lat, (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180)) * KM_PER_DEGREE;
/** @param {Neighbour[]} points */
const mean = (points) => {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  return {
    lat: points.reduce((sum, { point, weight }) => sum + point.lat * weight, 0) / total,
    lon: points.reduce((sum, { point, weight }) => sum + point.lon * weight, 0) / total,
  };
};

/** So many codes on either side are asked where they are. */
const NEIGHBOURS = 8;
/** A neighbour speaks for what is about as far from it as this. */
const NEAR_KM = 20;
/** With a smaller part of its neighbours for it, a place of the name is another one. */
const LONELY = 0.15;
/** Codes of the same three leading digits are not spread wider than this around their middle. */
const REGION_KM = 100;
/** Further than this from the best of its places, another place of a code is one of the same name elsewhere. */
const SPREAD_KM = 15;
/** After so many rounds nothing moves any more. */
const ROUNDS = 8;

/**
 * The located codes around one, by number, of the same two leading digits; the closer by number the heavier.
 * @param {string[]} codes @param {Map<string, Point>} located @param {number} at @param {number} wanted on either side
 */
const around = (codes, located, at, wanted) => {
  const own = codes[at] ?? '';
  /** @param {number} step @returns {Neighbour[]} */
  const side = (step) => {
    const found = [];
    for (let next = at + step; codes[next]?.slice(0, 2) === own.slice(0, 2) && found.length < wanted; next += step) {
      const point = located.get(codes[next] ?? '');
      if (point !== undefined) found.push({ point, weight: 1 / (3 + Math.abs(Number(codes[next]) - Number(own))) });
    }
    return found;
  };
  return [...side(-1), ...side(1)];
};

/** @param {Point} point @param {Neighbour[]} neighbours */
const support = (point, neighbours) =>
  neighbours.reduce((sum, other) => sum + other.weight * Math.exp(-kilometres(point, other.point) / NEAR_KM), 0);
/** @param {Point[]} found @param {Neighbour[]} neighbours */
const best = (found, neighbours) => {
  const rated = found.map((point) => ({ point, weight: support(point, neighbours) }));
  return rated.reduce((a, b) => (a.weight >= b.weight ? a : b));
};

/** @param {number[]} values */
const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
/** Whether a point can be one of a code, by the median of what is located. @param {Map<string, Point>} located */
const regions = (located) => {
  /** @type {Map<string, Point[]>} */
  const groups = new Map();
  for (const [code, point] of located) groups.set(code.slice(0, 3), [...(groups.get(code.slice(0, 3)) ?? []), point]);
  const medians = new Map(
    [...groups].map(([digits, group]) => [
      digits,
      { lat: middle(group.map(({ lat }) => lat)), lon: middle(group.map(({ lon }) => lon)) },
    ]),
  );
  return (/** @type {string} */ code, /** @type {Point} */ point) => {
    const centre = medians.get(code.slice(0, 3));
    return centre === undefined || kilometres(point, centre) < REGION_KM;
  };
};

/** @param {Point[][]} candidates of each place of a code @param {Neighbour[]} neighbours @returns {Point | undefined} */
const settle = (candidates, neighbours) => {
  const total = neighbours.reduce((sum, { weight }) => sum + weight, 0);
  const own = candidates.map((found) => best(found, neighbours)).filter(({ weight }) => weight > LONELY * total);
  if (own.length === 0) return undefined;
  const first = own.reduce((a, b) => (a.weight >= b.weight ? a : b));
  return mean(
    own.filter(({ point }) => kilometres(point, first.point) < SPREAD_KM).map(({ point }) => ({ point, weight: 1 })),
  );
};

/**
 * @param {{ codes: string[], places: Map<string, string[]>, points: Map<string, Point[]>, fixed: Map<string, Point> }} sources
 * codes sorted, `fixed` those whose point is known
 * @returns {{ located: Map<string, Point>, guessed: Set<string> }}
 */
export const locate = ({ codes, places, points, fixed }) => {
  const named = codes.map((code) =>
    (places.get(code) ?? []).map((name) => points.get(key(name)) ?? points.get(key(name).split(' ')[0] ?? '') ?? []),
  );
  /** @type {Map<string, Point>} */
  let located = new Map(fixed);
  codes.forEach((code, at) => {
    const only = named[at]?.find((found) => found.length === 1)?.[0];
    if (only !== undefined && !located.has(code)) located.set(code, only);
  });
  const isThere = regions(located);
  const candidates = named.map((found, at) =>
    found.map((all) => all.filter((point) => isThere(codes[at] ?? '', point))).filter((all) => all.length > 0),
  );
  located = new Map([...located].filter(([code, point]) => fixed.has(code) || isThere(code, point)));
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Map(fixed);
    codes.forEach((code, at) => {
      const point = next.has(code) ? undefined : settle(candidates[at] ?? [], around(codes, located, at, NEIGHBOURS));
      if (point !== undefined) next.set(code, point);
    });
    located = next;
  }
  const known = new Map(located);
  const guessed = new Set(codes.filter((code) => !known.has(code)));
  codes.forEach((code, at) => {
    const neighbours = guessed.has(code) ? around(codes, known, at, 2) : [];
    if (neighbours.length > 0) located.set(code, mean(neighbours));
  });
  return { located, guessed };
};
