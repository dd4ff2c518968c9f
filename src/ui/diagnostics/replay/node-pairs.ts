import { DOWN, type MeshTrace } from '#ui/diagnostics/replay/mesh-trace.ts';

/** The pairs of nodes that had to do with each other in a trace, whoever of the two dialled or sent. */
export interface NodePairs {
  readonly count: number;
  /** Each pair's nodes, the lower index in `a`. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  /** By event: its pair; 0 for the events of one node, which have none. */
  readonly of: Uint32Array;
}

export const pairNodes = (trace: MeshTrace): NodePairs => {
  const known = new Map<number, number>();
  const a: number[] = [];
  const b: number[] = [];
  const of = new Uint32Array(trace.at.length);
  for (let index = 0; index < of.length; index++) {
    if ((trace.kind[index] ?? 0) <= DOWN) continue;
    const low = Math.min(trace.from[index] ?? 0, trace.to[index] ?? 0);
    const high = Math.max(trace.from[index] ?? 0, trace.to[index] ?? 0);
    const key = low * trace.nodes.length + high;
    let pair = known.get(key);
    if (pair === undefined) {
      pair = known.size;
      known.set(key, pair);
      a.push(low);
      b.push(high);
    }
    of[index] = pair;
  }
  return { count: known.size, a: Uint32Array.from(a), b: Uint32Array.from(b), of };
};
