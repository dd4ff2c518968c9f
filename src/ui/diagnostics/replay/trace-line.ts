import { EVENT_KINDS } from '#ui/diagnostics/replay/mesh-trace.ts';

/** One line of a trace, from a file that anybody may have written: an event, or what is wrong with it. */
export interface LineEvent {
  readonly at: number;
  /** Index into `EVENT_KINDS`. */
  readonly kind: number;
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

export type LineFault = 'not-json' | 'not-an-event' | 'unknown-kind' | 'too-long' | 'backwards' | 'over-capacity';

export const MAX_LINE_LENGTH = 1_024;
const MAX_NAME_LENGTH = 40;
/** Thirty years. */
const MAX_TIME_MS = 1e12;
const MAX_NODE = 0xffff_ffff;
const KIND_NUMBERS: ReadonlyMap<unknown, number> = new Map(EVENT_KINDS.map((kind, number) => [kind, number]));

const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= MAX_TIME_MS;
const isNode = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_NODE;
const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_NAME_LENGTH;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Further fields are left alone: a newer simulator may write more. */
export const parseTraceLine = (line: string): LineEvent | LineFault => {
  if (line.length > MAX_LINE_LENGTH) return 'too-long';
  const value = parseJson(line);
  if (value === undefined) return 'not-json';
  if (typeof value !== 'object' || value === null) return 'not-an-event';
  if (!('at' in value && 'kind' in value && 'from' in value && 'to' in value && 'what' in value)) return 'not-an-event';
  const { at, from, to, what } = value;
  if (!isTime(at) || !isNode(from) || !isNode(to) || !isName(what)) return 'not-an-event';
  const kind = KIND_NUMBERS.get(value.kind);
  return kind === undefined ? 'unknown-kind' : { at, kind, from, to, what };
};
