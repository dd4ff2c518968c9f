import { EVENT_KINDS, type EventKind, FRAME, LOST, type MeshTrace } from '#ui/diagnostics/replay/mesh-trace.ts';

/**
 * What just happened, as rows of a table: the picture for whoever does not see it. Events of one kind that follow one another
 * within a second are one row, or a second of a busy mesh would be hundreds.
 */
export interface Happening {
  readonly kind: EventKind;
  /** Of the last event of the row. */
  readonly index: number;
  /** When the last event of the row happened. */
  readonly at: number;
  readonly total: number;
  /** Of frames, kinds; of links that ended, why: with how many there were, the most frequent first. */
  readonly names: readonly (readonly [name: string, count: number])[];
  /** Of nodes and links, whose they are: the first few. */
  readonly ends: readonly (readonly [from: number, to: number])[];
}

const RUN_MS = 1_000;
const MAX_LOOKED_AT = 20_000;
const MAX_ENDS = 6;

/** The run that ends with this event, read backwards. */
const runOf = (trace: MeshTrace, last: number, floor: number): Happening => {
  const kind = trace.kind[last] ?? FRAME;
  const at = trace.at[last] ?? 0;
  const counts = new Map<string, number>();
  const ends: [number, number][] = [];
  let begin = last;
  for (; begin >= floor; begin--) {
    if (trace.kind[begin] !== kind || at - (trace.at[begin] ?? 0) > RUN_MS) break;
    const name = trace.names[trace.what[begin] ?? 0] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (let index = begin + 1; index <= last && ends.length < MAX_ENDS && kind !== FRAME && kind !== LOST; index++) {
    ends.push([trace.nodes[trace.from[index] ?? 0] ?? 0, trace.nodes[trace.to[index] ?? 0] ?? 0]);
  }
  const names = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return { kind: EVENT_KINDS[kind] ?? 'frame', index: last, at, total: last - begin, names, ends };
};

/** Up to so many rows of what happened among the first `played` events, the latest first. */
export const happeningsBefore = (trace: MeshTrace, played: number, rows: number): Happening[] => {
  const found: Happening[] = [];
  const floor = Math.max(0, played - MAX_LOOKED_AT);
  for (let index = played - 1; index >= floor && found.length < rows; ) {
    const row = runOf(trace, index, floor);
    found.push(row);
    index -= row.total;
  }
  return found;
};
