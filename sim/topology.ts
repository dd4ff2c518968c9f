import type { Dice } from '#sim/dice.ts';

/** Who dials whom, by number. */
export type Edge = readonly [from: number, to: number];

/**
 * A ring, and random chords until every node has about `degree` neighbours: connected for sure, and of small diameter
 * (Bollobás & Chung, "The diameter of a cycle plus a random matching", 1988).
 */
export const randomMesh = (nodes: number, degree: number, dice: Dice): Edge[] => {
  const edges: Edge[] = [];
  const seen = new Set<string>();
  const degrees = new Uint16Array(nodes);
  const add = (a: number, b: number): void => {
    const name = a < b ? `${a}-${b}` : `${b}-${a}`;
    if (a === b || seen.has(name)) return;
    seen.add(name);
    edges.push([a, b]);
    degrees[a] = (degrees[a] ?? 0) + 1;
    degrees[b] = (degrees[b] ?? 0) + 1;
  };
  for (let i = 0; i < nodes; i++) add(i, (i + 1) % nodes);
  for (let round = 2; round < degree; round++) {
    const open = dice.shuffled(Array.from({ length: nodes }, (_, i) => i).filter((i) => (degrees[i] ?? 0) <= round));
    for (let i = 0; i + 1 < open.length; i += 2) add(open[i] ?? 0, open[i + 1] ?? 0);
  }
  return edges;
};

/** The longest of all shortest ways, in hops; infinite where the mesh falls apart. */
export const diameterOf = (nodes: number, edges: readonly Edge[]): number => {
  const neighbours = Array.from({ length: nodes }, (): number[] => []);
  for (const [a, b] of edges) {
    neighbours[a]?.push(b);
    neighbours[b]?.push(a);
  }
  let longest = 0;
  for (let start = 0; start < nodes; start++) {
    const distance = new Map([[start, 0]]);
    for (const [node, far] of distance) {
      for (const next of neighbours[node] ?? []) if (!distance.has(next)) distance.set(next, far + 1);
    }
    longest = Math.max(longest, distance.size < nodes ? Number.POSITIVE_INFINITY : Math.max(...distance.values()));
  }
  return longest;
};
