/** The regions that reach into a circle: the first two digits of every postal code in it. */
import type { Region } from '#core/brand.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';

/** `distances`: kilometres by the number of each code, NaN where there is none. The nearest first. */
export const regionsWithin = (distances: Float32Array, km: number): readonly Region[] => {
  const nearest = new Map<Region, number>();
  for (const [code, distance] of distances.entries()) {
    if (!(distance <= km)) continue;
    const region = regionOfPlz(code);
    nearest.set(region, Math.min(distance, nearest.get(region) ?? distance));
  }
  return [...nearest].sort(([, one], [, other]) => one - other).map(([region]) => region);
};
