import { type MeshTrace, TRACE_LIMITS, type TraceLimits } from '#ui/diagnostics/replay/mesh-trace.ts';
import { type LineFault, parseTraceLine } from '#ui/diagnostics/replay/trace-line.ts';

/** Gathers a trace line by line, in columns that grow. A bad line is counted by its fault and leaves no mark. */
export interface TraceBuilder {
  /** Blank lines are nothing. */
  add(line: string): void;
  /** A line that was too long to be kept until its end. */
  fault(fault: LineFault): void;
  readonly events: number;
  readonly lines: number;
  readonly faults: ReadonlyMap<LineFault, number>;
  /** No further event is taken. */
  readonly full: boolean;
  finish(): MeshTrace;
}

const FIRST_CAPACITY = 4_096;

interface Columns {
  at: Float64Array;
  kind: Uint8Array;
  from: Uint32Array;
  to: Uint32Array;
  what: Uint8Array;
}

const columns = (capacity: number): Columns => ({
  at: new Float64Array(capacity),
  kind: new Uint8Array(capacity),
  from: new Uint32Array(capacity),
  to: new Uint32Array(capacity),
  what: new Uint8Array(capacity),
});

const grown = (old: Columns, capacity: number): Columns => {
  const fresh = columns(capacity);
  fresh.at.set(old.at);
  fresh.kind.set(old.kind);
  fresh.from.set(old.from);
  fresh.to.set(old.to);
  fresh.what.set(old.what);
  return fresh;
};

/** A number for each value, in the order of their first appearance; undefined when there are too many. */
const createNumbering = <T>(limit: number) => {
  const numbers = new Map<T, number>();
  return {
    of: (value: T): number | undefined => {
      const known = numbers.get(value);
      if (known !== undefined || numbers.size >= limit) return known;
      numbers.set(value, numbers.size);
      return numbers.size - 1;
    },
    values: (): T[] => [...numbers.keys()],
  };
};

export const createTraceBuilder = (limits: TraceLimits = TRACE_LIMITS): TraceBuilder => {
  let held = columns(FIRST_CAPACITY);
  let events = 0;
  let lines = 0;
  let last = 0;
  const faults = new Map<LineFault, number>();
  const nodes = createNumbering<number>(limits.nodes);
  const names = createNumbering<string>(limits.names);

  const fault = (what: LineFault): void => {
    lines++;
    faults.set(what, (faults.get(what) ?? 0) + 1);
  };
  const add = (line: string): void => {
    if (line.trim() === '') return;
    const event = parseTraceLine(line);
    if (typeof event === 'string') return fault(event);
    if (event.at < last) return fault('backwards');
    const what = names.of(event.what);
    const from = nodes.of(event.from);
    const to = nodes.of(event.to);
    if (what === undefined || from === undefined || to === undefined || events >= limits.events) {
      return fault('over-capacity');
    }
    if (events === held.at.length) held = grown(held, Math.min(limits.events, 2 * events));
    held.at[events] = event.at;
    held.kind[events] = event.kind;
    held.from[events] = from;
    held.to[events] = to;
    held.what[events] = what;
    last = event.at;
    events++;
    lines++;
  };
  const finish = (): MeshTrace => {
    const seen = nodes.values();
    const sorted = Uint32Array.from(seen).sort();
    const rank = new Map([...sorted].map((number, index) => [number, index]));
    const place = Uint32Array.from(seen, (number) => rank.get(number) ?? 0);
    const placed = (column: Uint32Array): Uint32Array => column.slice(0, events).map((number) => place[number] ?? 0);
    return {
      at: held.at.slice(0, events),
      kind: held.kind.slice(0, events),
      from: placed(held.from),
      to: placed(held.to),
      what: held.what.slice(0, events),
      names: names.values(),
      nodes: sorted,
    };
  };
  return {
    add,
    fault,
    finish,
    faults,
    get events() {
      return events;
    },
    get lines() {
      return lines;
    },
    get full() {
      return events >= limits.events;
    },
  };
};
