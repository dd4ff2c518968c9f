import { LINK, type MeshTrace, traceBegin, traceEnd, UNLINK } from '#ui/diagnostics/replay/mesh-trace.ts';
import type { NodePairs } from '#ui/diagnostics/replay/node-pairs.ts';

/**
 * Where each node stands: once for the whole trace, the same for the same trace. Links pull and nodes push (Fruchterman &
 * Reingold, "Graph drawing by force-directed placement", 1991). A link pulls by the share of the time that it was open, so
 * that the parts into which a mesh falls stand apart also while it is whole.
 */
export interface MeshLayout {
  /** By node, 0 to 1. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Up to so many nodes each pushes every other one; beyond, only its surroundings. */
const EXACT_NODES = 1_200;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const GRAVITY = 0.06;
/** What a link that was hardly ever open still pulls. */
const LEAST_PULL = 0.02;
/** A link that is cut for a while is nearly as weak as one that is hardly there: otherwise it would hold the parts together. */
const FAITHFULNESS = 8;

/** Of each pair, the share of the trace during which a link was open. */
const openShare = (trace: MeshTrace, pairs: NodePairs, openAtFirst: Uint8Array): Float64Array => {
  const end = traceEnd(trace);
  const span = Math.max(1, end - traceBegin(trace));
  const count = Int32Array.from(openAtFirst);
  const since = new Float64Array(pairs.count).fill(traceBegin(trace));
  const share = new Float64Array(pairs.count);
  const settle = (pair: number, at: number): void => {
    if ((count[pair] ?? 0) > 0) share[pair] = (share[pair] ?? 0) + (at - (since[pair] ?? 0)) / span;
    since[pair] = at;
  };
  trace.kind.forEach((kind, index) => {
    if (kind !== LINK && kind !== UNLINK) return;
    const pair = pairs.of[index] ?? 0;
    settle(pair, trace.at[index] ?? 0);
    count[pair] = Math.max(0, (count[pair] ?? 0) + (kind === LINK ? 1 : -1));
  });
  for (let pair = 0; pair < pairs.count; pair++) settle(pair, end);
  return share;
};

interface Forces {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly dx: Float64Array;
  readonly dy: Float64Array;
}

/** Two nodes push each other away; at one place the index decides the direction. */
const push = ({ x, y, dx, dy }: Forces, i: number, j: number): void => {
  const ex = (x[i] ?? 0) - (x[j] ?? 0) || (i - j) * 1e-6;
  const ey = (y[i] ?? 0) - (y[j] ?? 0) || (j - i) * 1e-6;
  const squared = Math.max(1e-4, ex * ex + ey * ey);
  dx[i] = (dx[i] ?? 0) + ex / squared;
  dy[i] = (dy[i] ?? 0) + ey / squared;
  dx[j] = (dx[j] ?? 0) - ex / squared;
  dy[j] = (dy[j] ?? 0) - ey / squared;
};

const pushAll = (forces: Forces): void => {
  const nodes = forces.x.length;
  for (let i = 0; i < nodes; i++) for (let j = i + 1; j < nodes; j++) push(forces, i, j);
};

/** Only neighbours in a grid of three ideal lengths. */
const pushNear = (forces: Forces): void => {
  const cells = new Map<number, number[]>();
  const cellOf = (i: number): readonly [number, number] => [
    Math.floor((forces.x[i] ?? 0) / 3) + 4_096,
    Math.floor((forces.y[i] ?? 0) / 3) + 4_096,
  ];
  for (let i = 0; i < forces.x.length; i++) {
    const [cx, cy] = cellOf(i);
    for (let nx = cx - 1; nx <= cx + 1; nx++) {
      for (let ny = cy - 1; ny <= cy + 1; ny++) for (const j of cells.get(nx * 8_192 + ny) ?? []) push(forces, i, j);
    }
    const own = cells.get(cx * 8_192 + cy);
    if (own === undefined) cells.set(cx * 8_192 + cy, [i]);
    else own.push(i);
  }
};

const pull = ({ x, y, dx, dy }: Forces, pairs: NodePairs, weight: Float64Array): void => {
  for (let pair = 0; pair < pairs.count; pair++) {
    const a = pairs.a[pair] ?? 0;
    const b = pairs.b[pair] ?? 0;
    const ex = (x[a] ?? 0) - (x[b] ?? 0);
    const ey = (y[a] ?? 0) - (y[b] ?? 0);
    const force = Math.hypot(ex, ey) * (weight[pair] ?? 0);
    dx[a] = (dx[a] ?? 0) - ex * force;
    dy[a] = (dy[a] ?? 0) - ey * force;
    dx[b] = (dx[b] ?? 0) + ex * force;
    dy[b] = (dy[b] ?? 0) + ey * force;
  }
};

const move = ({ x, y, dx, dy }: Forces, heat: number): void => {
  for (let i = 0; i < x.length; i++) {
    const fx = (dx[i] ?? 0) - GRAVITY * (x[i] ?? 0);
    const fy = (dy[i] ?? 0) - GRAVITY * (y[i] ?? 0);
    const length = Math.hypot(fx, fy);
    const step = Math.min(length, heat) / Math.max(1e-9, length);
    x[i] = (x[i] ?? 0) + fx * step;
    y[i] = (y[i] ?? 0) + fy * step;
  }
  dx.fill(0);
  dy.fill(0);
};

/** Turns the cloud so that it is widest from left to right, and fits it into the unit square. */
const straighten = ({ x, y }: Forces): MeshLayout => {
  let [xx, yy, xy] = [0, 0, 0];
  x.forEach((ex, i) => {
    const ey = y[i] ?? 0;
    xx += ex * ex;
    yy += ey * ey;
    xy += ex * ey;
  });
  const angle = -0.5 * Math.atan2(2 * xy, xx - yy);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = x.map((ex, i) => cos * ex - sin * (y[i] ?? 0));
  const across = x.map((ex, i) => sin * ex + cos * (y[i] ?? 0));
  const fitted = (values: Float64Array): Float32Array => {
    const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return Float32Array.from(values, (value) => (high - low < 1e-6 ? 0.5 : (value - low) / (high - low)));
  };
  return { x: fitted(along), y: fitted(across) };
};

const roundsFor = (nodes: number): number => (nodes <= 200 ? 400 : nodes <= EXACT_NODES ? 120 : 80);

export const layoutMesh = (trace: MeshTrace, pairs: NodePairs, openAtFirst: Uint8Array): MeshLayout => {
  const nodes = trace.nodes.length;
  const spot = (i: number): number => Math.sqrt(i + 0.5);
  const forces: Forces = {
    x: Float64Array.from({ length: nodes }, (_, i) => spot(i) * Math.cos(i * GOLDEN_ANGLE)),
    y: Float64Array.from({ length: nodes }, (_, i) => spot(i) * Math.sin(i * GOLDEN_ANGLE)),
    dx: new Float64Array(nodes),
    dy: new Float64Array(nodes),
  };
  const weight = openShare(trace, pairs, openAtFirst).map(
    (share) => LEAST_PULL + (1 - LEAST_PULL) * share ** FAITHFULNESS,
  );
  const rounds = roundsFor(nodes);
  const heat = Math.max(1, Math.sqrt(nodes) / 4);
  for (let round = 0; round < rounds; round++) {
    if (nodes <= EXACT_NODES) pushAll(forces);
    else pushNear(forces);
    pull(forces, pairs, weight);
    move(forces, heat * (1 - round / rounds));
  }
  return straighten(forces);
};
