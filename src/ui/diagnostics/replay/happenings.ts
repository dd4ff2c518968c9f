import { EVENT_KINDS, type EventKind, FRAME, LOST, type MeshTrace } from '#ui/diagnostics/replay/mesh-trace.ts';

/**
 * What just happened, as rows of a table: the picture for whoever does not see it. Nodes and links have a row each; frames that
 * follow one another are one row, or a second of a busy mesh would be hundreds.
 */
export type Happening =
  | {
      readonly kind: Exclude<EventKind, 'frame' | 'lost'>;
      readonly index: number;
      readonly at: number;
      readonly from: number;
      readonly to: number;
      readonly what: string;
    }
  | {
      readonly kind: 'frame' | 'lost';
      readonly index: number;
      readonly at: number;
      readonly total: number;
      /** The kinds of frames, the most frequent first. */
      readonly kinds: readonly (readonly [name: string, count: number])[];
    };

const RUN_MS = 1_000;
const MAX_LOOKED_AT = 20_000;

/** The run of frames of one kind that ends with this event, read backwards within a second. */
const runOf = (trace: MeshTrace, last: number, floor: number): { readonly row: Happening; readonly begin: number } => {
  const kind = trace.kind[last] === LOST ? LOST : FRAME;
  const at = trace.at[last] ?? 0;
  const counts = new Map<string, number>();
  let begin = last;
  for (; begin >= floor; begin--) {
    if (trace.kind[begin] !== kind || at - (trace.at[begin] ?? 0) > RUN_MS) break;
    const name = trace.names[trace.what[begin] ?? 0] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const kinds = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return { row: { kind: kind === LOST ? 'lost' : 'frame', index: last, at, total: last - begin, kinds }, begin };
};

/** Up to so many rows of what happened among the first `played` events, the latest first. */
export const happeningsBefore = (trace: MeshTrace, played: number, rows: number): Happening[] => {
  const found: Happening[] = [];
  const floor = Math.max(0, played - MAX_LOOKED_AT);
  for (let index = played - 1; index >= floor && found.length < rows; ) {
    const kind = EVENT_KINDS[trace.kind[index] ?? 0] ?? 'frame';
    if (kind === 'frame' || kind === 'lost') {
      const { row, begin } = runOf(trace, index, floor);
      found.push(row);
      index = begin;
      continue;
    }
    found.push({
      kind,
      index,
      at: trace.at[index] ?? 0,
      from: trace.nodes[trace.from[index] ?? 0] ?? 0,
      to: trace.nodes[trace.to[index] ?? 0] ?? 0,
      what: trace.names[trace.what[index] ?? 0] ?? '',
    });
    index--;
  }
  return found;
};
