import { DOWN, eventsUntil, FRAME, LINK, LOST, type MeshTrace, UNLINK, UP } from '#ui/diagnostics/replay/mesh-trace.ts';
import { type NodePairs, pairNodes } from '#ui/diagnostics/replay/node-pairs.ts';

/**
 * Who is up, which links are open and what was sent, at any moment of a trace. Seeking restores the checkpoint before the
 * moment and plays from there, so that it costs the same at the end of a long trace as at its beginning.
 */
export interface MeshState {
  readonly pairs: NodePairs;
  /** By node: 1 while it is up. */
  readonly up: Uint8Array;
  /** By pair: how many links between the two are open. */
  readonly open: Uint8Array;
  /** By name of a frame's kind, so far. */
  readonly frames: Uint32Array;
  readonly lost: Uint32Array;
  /** Changes whenever `up` or `open` did. */
  readonly version: number;
  /** How many events happened. */
  readonly played: number;
  seek(time: number): void;
}

interface Checkpoint {
  readonly up: Uint8Array;
  readonly open: Uint8Array;
  readonly frames: Uint32Array;
  readonly lost: Uint32Array;
}

const SPACING = 4_096;
/** All checkpoints together; with more to remember they lie further apart. */
const CHECKPOINT_BYTES = 48_000_000;
const MAX_PARALLEL = 255;

/** Before its first event: whoever goes up first was down, whoever goes down first was up. */
const upAtFirst = (trace: MeshTrace): Uint8Array => {
  const up = new Uint8Array(trace.nodes.length).fill(1);
  const told = new Uint8Array(trace.nodes.length);
  trace.kind.forEach((kind, index) => {
    const node = trace.from[index] ?? 0;
    if (kind > DOWN || told[node] === 1) return;
    told[node] = 1;
    up[node] = kind === UP ? 0 : 1;
  });
  return up;
};

/** Before its first event: a link that ends first was open; so is one of which only frames are known. */
const openAtFirst = (trace: MeshTrace, pairs: NodePairs): Uint8Array => {
  const open = new Uint8Array(pairs.count).fill(1);
  const told = new Uint8Array(pairs.count);
  trace.kind.forEach((kind, index) => {
    const pair = pairs.of[index] ?? 0;
    if ((kind !== LINK && kind !== UNLINK) || told[pair] === 1) return;
    told[pair] = 1;
    open[pair] = kind === LINK ? 0 : 1;
  });
  return open;
};

const copyOf = ({ up, open, frames, lost }: Checkpoint): Checkpoint => ({
  up: up.slice(),
  open: open.slice(),
  frames: frames.slice(),
  lost: lost.slice(),
});

/** Plays one event; true when the picture of nodes and links is another. */
const play = (trace: MeshTrace, pairs: NodePairs, state: Checkpoint, index: number): boolean => {
  const what = trace.what[index] ?? 0;
  const pair = pairs.of[index] ?? 0;
  switch (trace.kind[index]) {
    case UP:
    case DOWN:
      state.up[trace.from[index] ?? 0] = trace.kind[index] === UP ? 1 : 0;
      return true;
    case LINK:
      state.open[pair] = Math.min(MAX_PARALLEL, (state.open[pair] ?? 0) + 1);
      return true;
    case UNLINK:
      state.open[pair] = Math.max(0, (state.open[pair] ?? 0) - 1);
      return true;
    case FRAME:
      state.frames[what] = (state.frames[what] ?? 0) + 1;
      return false;
    case LOST:
      state.lost[what] = (state.lost[what] ?? 0) + 1;
      return false;
    default:
      return false;
  }
};

const spacingOf = (trace: MeshTrace, pairs: NodePairs): number => {
  const bytes = trace.nodes.length + pairs.count + 8 * trace.names.length;
  return Math.max(SPACING, Math.ceil((trace.at.length * bytes) / CHECKPOINT_BYTES));
};

/** The state before the first event; it is moved in place by `seek`. */
export const createMeshState = (trace: MeshTrace): MeshState => {
  const pairs = pairNodes(trace);
  const state: Checkpoint = {
    up: upAtFirst(trace),
    open: openAtFirst(trace, pairs),
    frames: new Uint32Array(trace.names.length),
    lost: new Uint32Array(trace.names.length),
  };
  const spacing = spacingOf(trace, pairs);
  const checkpoints: Checkpoint[] = [];
  let played = 0;
  let version = 0;

  const restore = (checkpoint: Checkpoint, at: number): void => {
    state.up.set(checkpoint.up);
    state.open.set(checkpoint.open);
    state.frames.set(checkpoint.frames);
    state.lost.set(checkpoint.lost);
    played = at;
    version++;
  };
  const playTo = (target: number): void => {
    let changed = false;
    for (; played < target; played++) changed = play(trace, pairs, state, played) || changed;
    if (changed) version++;
  };
  const seek = (time: number): void => {
    const target = eventsUntil(trace, time);
    const nearest = Math.floor(target / spacing);
    const checkpoint = checkpoints[nearest];
    if ((target < played || nearest * spacing > played) && checkpoint !== undefined)
      restore(checkpoint, nearest * spacing);
    playTo(target);
  };

  for (let at = 0; at <= trace.at.length; at += spacing) {
    playTo(at);
    checkpoints.push(copyOf(state));
  }
  const [first] = checkpoints;
  if (first !== undefined) restore(first, 0);
  return {
    pairs,
    ...state,
    seek,
    get version() {
      return version;
    },
    get played() {
      return played;
    },
  };
};
