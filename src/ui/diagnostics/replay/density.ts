import { DOWN, FRAME, LOST, type MeshTrace, traceBegin, traceEnd, UNLINK } from '#ui/diagnostics/replay/mesh-trace.ts';

/** How much happened when, for the timeline: equal stretches of time. */
export interface Density {
  readonly frames: Uint32Array;
  readonly lost: Uint32Array;
  readonly downs: Uint32Array;
  readonly unlinks: Uint32Array;
}

export const densityOf = (trace: MeshTrace, bins: number): Density => {
  const begin = traceBegin(trace);
  const span = Math.max(1, traceEnd(trace) - begin);
  const empty = (): Uint32Array => new Uint32Array(bins);
  const density: Density = { frames: empty(), lost: empty(), downs: empty(), unlinks: empty() };
  const columns = new Map([
    [FRAME, density.frames],
    [LOST, density.lost],
    [DOWN, density.downs],
    [UNLINK, density.unlinks],
  ]);
  trace.at.forEach((at, index) => {
    const column = columns.get(trace.kind[index] ?? 0);
    const bin = Math.min(bins - 1, Math.floor(((at - begin) / span) * bins));
    if (column !== undefined) column[bin] = (column[bin] ?? 0) + 1;
  });
  return density;
};

const isTrouble = (kind: number | undefined): boolean => kind === DOWN || kind === UNLINK || kind === LOST;
/** Troubles that are closer together than this are one: a jump leads to where a calm ends. */
const CALM_MS = 1_000;

/** When troubles begin: nodes that go down, links that end, frames that are lost. */
export const troublesOf = (trace: MeshTrace): Float64Array => {
  const begins: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  trace.at.forEach((at, index) => {
    if (!isTrouble(trace.kind[index])) return;
    if (at - last > CALM_MS) begins.push(at);
    last = at;
  });
  return Float64Array.from(begins);
};
