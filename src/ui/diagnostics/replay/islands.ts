import type { MeshState } from '#ui/diagnostics/replay/mesh-state.ts';

/** The parts that a mesh has fallen into: nodes that are up and reach each other over open links. The largest comes first. */
export interface Islands {
  /** By node: the number of its island; -1 while it is down. */
  readonly of: Int32Array;
  readonly sizes: readonly number[];
}

export const findIslands = ({ up, open, pairs }: MeshState): Islands => {
  const parent = Int32Array.from(up, (_, node) => node);
  const root = (node: number): number => {
    let top = node;
    while ((parent[top] ?? top) !== top) top = parent[top] ?? top;
    // The way is shortened for whoever asks next.
    for (let at = node; at !== top; ) {
      const next = parent[at] ?? top;
      parent[at] = top;
      at = next;
    }
    return top;
  };
  for (let pair = 0; pair < pairs.count; pair++) {
    const a = pairs.a[pair] ?? 0;
    const b = pairs.b[pair] ?? 0;
    if (open[pair] === 0 || up[a] === 0 || up[b] === 0) continue;
    const [one, other] = [root(a), root(b)];
    parent[Math.max(one, other)] = Math.min(one, other);
  }
  const sizes = new Map<number, number>();
  up.forEach((isUp, node) => {
    if (isUp === 1) sizes.set(root(node), (sizes.get(root(node)) ?? 0) + 1);
  });
  const ordered = [...sizes].sort(([one, a], [other, b]) => b - a || one - other);
  const number = new Map(ordered.map(([top], index) => [top, index]));
  return {
    of: Int32Array.from(up, (isUp, node) => (isUp === 1 ? (number.get(root(node)) ?? -1) : -1)),
    sizes: ordered.map(([, size]) => size),
  };
};
