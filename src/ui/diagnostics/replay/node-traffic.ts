import { FRAME, LOST, type MeshTrace } from '#ui/diagnostics/replay/mesh-trace.ts';

/** The events of one node's frames, found once, so that its counts at any moment cost two look-ups. */
export interface NodeTraffic {
  readonly sent: Uint32Array;
  readonly received: Uint32Array;
  readonly lost: Uint32Array;
}

export const trafficOf = (trace: MeshTrace, node: number): NodeTraffic => {
  const sent: number[] = [];
  const received: number[] = [];
  const lost: number[] = [];
  trace.kind.forEach((kind, index) => {
    const isFrom = trace.from[index] === node;
    if (kind === LOST && isFrom) lost.push(index);
    if (kind !== FRAME) return;
    if (isFrom) sent.push(index);
    if (trace.to[index] === node) received.push(index);
  });
  return { sent: Uint32Array.from(sent), received: Uint32Array.from(received), lost: Uint32Array.from(lost) };
};

/** How many of these rising indices are below the limit. */
export const countBelow = (indices: Uint32Array, limit: number): number => {
  let low = 0;
  let high = indices.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((indices[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
};
