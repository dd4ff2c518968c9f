import type { Plz, Region } from '#core/brand.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import type { PlzMap } from '#core/plz/plz-map.ts';
import type { FreeAreas } from '#host/rpc/api.ts';

/** What a map shows of free slots: dots at their places, and the regions by name. Pure. */
export interface MapAreas {
  readonly lit: readonly LitDot[];
  /** Where something is free, most first. */
  readonly regions: readonly RegionLine[];
  /** Undefined where only lower bounds by region are known. */
  readonly total: number | undefined;
}

export interface LitDot {
  /** A position in the columns of the map. */
  readonly at: number;
  readonly free: number;
}

export interface RegionLine {
  readonly region: Region;
  readonly place: string;
  /** Where to search when somebody chooses this region. */
  readonly plz: Plz;
  readonly free: number;
}

export const mapAreas = (map: PlzMap, areas: FreeAreas): MapAreas => {
  const byRegion = new Map<Region, number>();
  const dots: LitDot[] = [];
  if (areas.kind === 'regions') {
    for (const { region, free } of areas.regions) byRegion.set(region, free);
  } else {
    areas.codes.forEach((code, index) => {
      const free = areas.free[index] ?? 0;
      byRegion.set(regionOfPlz(code), (byRegion.get(regionOfPlz(code)) ?? 0) + free);
      const at = map.indexOf(code);
      if (at >= 0) dots.push({ at, free });
    });
  }
  const regions = map.regions
    .flatMap(({ region, place, plz }): RegionLine[] => {
      const free = byRegion.get(region) ?? 0;
      return free === 0 ? [] : [{ region, place, plz, free }];
    })
    .sort((a, b) => b.free - a.free || a.region - b.region);
  if (areas.kind === 'codes') return { lit: dots, regions, total: areas.free.reduce((sum, free) => sum + free, 0) };
  const lit = regions.map(({ plz, free }) => ({ at: map.indexOf(Number(plz)), free }));
  return { lit, regions, total: undefined };
};
