/**
 * A recorded run of a mesh, in columns: what the simulator writes with `--trace` (docs/simulator.md), one event a line. Two
 * million events take 50 MB this way; as objects they would take ten times as much.
 */
export const EVENT_KINDS = ['up', 'down', 'link', 'unlink', 'frame', 'lost'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** The kinds as they stand in the column. */
export const UP = 0;
export const DOWN = 1;
export const LINK = 2;
export const UNLINK = 3;
export const FRAME = 4;
export const LOST = 5;

export interface MeshTrace {
  /** Milliseconds of virtual time, never falling. */
  readonly at: Float64Array;
  /** Index into `EVENT_KINDS`. */
  readonly kind: Uint8Array;
  /** Indices into `nodes`. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Index into `names`. */
  readonly what: Uint8Array;
  /** Kinds of frames and ends of links. */
  readonly names: readonly string[];
  /** The nodes' own numbers, rising. */
  readonly nodes: Uint32Array;
}

export interface TraceLimits {
  readonly events: number;
  /** Of text, after decompression. */
  readonly bytes: number;
  readonly nodes: number;
  readonly names: number;
}

export const TRACE_LIMITS: TraceLimits = { events: 2_000_000, bytes: 200_000_000, nodes: 20_000, names: 255 };

/** How many events lie at or before this time: the index of the first that is later. */
export const eventsUntil = (trace: MeshTrace, time: number): number => {
  let low = 0;
  let high = trace.at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((trace.at[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The events that are no frames: rising indices. Few among many, and looked for at every frame of the screen. */
export const changesOf = (trace: MeshTrace): Uint32Array => {
  const found: number[] = [];
  trace.kind.forEach((kind, index) => {
    if (kind !== FRAME && kind !== LOST) found.push(index);
  });
  return Uint32Array.from(found);
};

export const traceBegin = (trace: MeshTrace): number => trace.at[0] ?? 0;
export const traceEnd = (trace: MeshTrace): number => trace.at.at(-1) ?? 0;
