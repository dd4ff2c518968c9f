/** Where this node stands in the mesh, as windows and programs are told it (host/rpc/mesh-api.ts). */
import type { Region, WireMinute } from '#core/brand.ts';
import { REGIONS } from '#core/domain/mesh-place.ts';
import { VERFAHREN } from '#core/domain/values.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { RegionCounts } from '#engine/topology/region-counts.ts';
import type { TopologyView, Views } from '#engine/views.ts';
import type { MeshStanding, RegionFree } from '#host/rpc/mesh-api.ts';

/**
 * Cut off together with others. Whoever has nobody above and nobody below is not on an island but alone: offline, or just
 * about to be linked again.
 */
export const isOnIsland = ({ isIsland, parent, children }: TopologyView): boolean =>
  isIsland && (parent !== undefined || children > 0);

export const toStanding = (topology: TopologyView): MeshStanding => {
  const { level, role, parent, standby, children } = topology;
  return { level, role, parent, standby, children, isIsland: isOnIsland(topology) };
};

/** Only regions in which something is free, ascending. */
export const toRegions = ({ free, newest }: RegionCounts): RegionFree[] => {
  const regions: RegionFree[] = [];
  for (let region = 0; region < REGIONS; region++) {
    const counts = Array.from(free.subarray(region * VERFAHREN.length, (region + 1) * VERFAHREN.length));
    if (counts.every((count) => count === 0)) continue;
    const newestAt = fromWireMinute((newest[region] ?? 0) as WireMinute);
    regions.push({ region: region as Region, free: counts, newestAt });
  }
  return regions;
};

/** Calls `tell` when the answer of `isOnIsland` is another one than before; to be asked whenever the mesh changed. */
export const createIslandWatch = (views: Pick<Views, 'topology'>, tell: () => void): (() => void) => {
  let before = isOnIsland(views.topology());
  return () => {
    const now = isOnIsland(views.topology());
    if (now === before) return;
    before = now;
    tell();
  };
};
