import type { Millis, NodeAddress } from '#core/brand.ts';
import type { MeshLevel } from '#core/domain/mesh-place.ts';
import type { NodeBook } from '#engine/mesh/node-book.ts';

/**
 * Whether this node is on an island (docs/protocol/topology.md): it had a way to the top of the mesh and has none now. Who never
 * had one is no island but a small mesh, and so is, after a day, what a top that is gone for good has left.
 */
export interface IslandJudge {
  /** `parent`: what the present one says of itself; `path`: from it to the top, as far as that is known. */
  judge(level: MeshLevel, parent: { readonly island: boolean } | undefined, path: readonly NodeAddress[]): boolean;
}

const GONE_FOR_GOOD = 24 * 3_600_000;

export const createIslandJudge = (now: () => Millis, nodes: Pick<NodeBook, 'get'>): IslandJudge => {
  /** Who stood at the top when there was a way to it, and since when there is none. */
  let top: NodeAddress | undefined;
  let lostAt: Millis | undefined;

  const isReachable = (address: NodeAddress): boolean => {
    const node = nodes.get(address);
    return node !== undefined && node.routes.length > 0 && node.expires > now();
  };
  return {
    judge: (level, parent, path) => {
      if (level === 'ROOT') top = undefined;
      else if (parent !== undefined) {
        top = path.at(-1) ?? top;
        lostAt = undefined;
        return parent.island;
      }
      if (top === undefined || isReachable(top)) {
        lostAt = undefined;
        return false;
      }
      lostAt ??= now();
      if (now() - lostAt < GONE_FOR_GOOD) return true;
      top = undefined;
      lostAt = undefined;
      return false;
    },
  };
};
