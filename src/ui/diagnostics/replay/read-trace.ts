import { ok, type Result, refuse } from '#core/result.ts';
import { type MeshTrace, TRACE_LIMITS, type TraceLimits } from '#ui/diagnostics/replay/mesh-trace.ts';
import { createTraceBuilder, type TraceBuilder } from '#ui/diagnostics/replay/trace-builder.ts';
import { type LineFault, MAX_LINE_LENGTH } from '#ui/diagnostics/replay/trace-line.ts';

/** A trace from a stream of bytes, plain or gzip (RFC 1952), piece by piece: the page stays alive and shows how far it is. */
export interface TraceFile {
  readonly trace: MeshTrace;
  readonly faults: ReadonlyMap<LineFault, number>;
  /** The file went on, but no more is taken. */
  readonly cut: boolean;
}

/** `not-a-trace`: nothing in it is an event. `unreadable`: the file or its compression broke off. */
export type TraceRefusal = 'empty' | 'not-a-trace' | 'unreadable' | 'cancelled';

export interface ReadOptions {
  readonly limits?: TraceLimits;
  readonly signal?: AbortSignal;
  /** Bytes of the file read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** So many lines without any event: whatever this is, it is not read to its end. */
const PATIENCE_LINES = 1_000;
const SLICE_CHARS = 65_536;
const BREATH_MS = 20;

const GZIP = [0x1f, 0x8b] as const;
const isGzip = (bytes: Uint8Array): boolean => GZIP.every((byte, index) => bytes[index] === byte);

type Bytes = Uint8Array<ArrayBuffer>;

/** The stream's bytes, decompressed when they begin as gzip does. */
const plain = async (stream: ReadableStream<Bytes>, onProgress: (bytes: number) => void) => {
  const reader = stream.getReader();
  let read = 0;
  let first = await reader.read();
  while (!first.done && first.value.length < GZIP.length) {
    const next = await reader.read();
    if (next.done) break;
    const joined = new Uint8Array(first.value.length + next.value.length);
    joined.set(first.value);
    joined.set(next.value, first.value.length);
    first = { done: false, value: joined };
  }
  let held = first.value;
  const whole = new ReadableStream<Bytes>({
    async pull(controller) {
      const chunk = held ?? (await reader.read()).value;
      held = undefined;
      if (chunk === undefined) return controller.close();
      read += chunk.length;
      onProgress(read);
      controller.enqueue(chunk);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return first.value !== undefined && isGzip(first.value) ? whole.pipeThrough(new DecompressionStream('gzip')) : whole;
};

/** Cuts text into lines; of one that is too long nothing is kept. */
const createLineCutter = (builder: TraceBuilder) => {
  let rest = '';
  let skipping = false;
  const take = (text: string): void => {
    let begin = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      if (skipping) builder.fault('too-long');
      else builder.add(rest + text.slice(begin, end));
      skipping = false;
      rest = '';
      begin = end + 1;
    }
    if (!skipping) rest += text.slice(begin);
    if (rest.length > MAX_LINE_LENGTH) {
      rest = '';
      skipping = true;
    }
  };
  const finish = (): void => {
    if (skipping) builder.fault('too-long');
    else builder.add(rest);
  };
  return { take, finish };
};

/** Lets the page draw and answer, as soon as it has waited for so long. */
const createBreath = () => {
  let last = performance.now();
  return async (): Promise<void> => {
    if (performance.now() - last < BREATH_MS) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
};

export const readTrace = async (
  stream: ReadableStream<Bytes>,
  { limits = TRACE_LIMITS, signal, onProgress = () => undefined }: ReadOptions = {},
): Promise<Result<TraceFile, TraceRefusal>> => {
  const builder = createTraceBuilder(limits);
  const cutter = createLineCutter(builder);
  const decoder = new TextDecoder();
  const breathe = createBreath();
  let bytes = 0;
  let cut = false;
  try {
    const reader = (await plain(stream, onProgress)).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      const text = decoder.decode(value, { stream: true });
      for (let at = 0; at < text.length; at += SLICE_CHARS) {
        cutter.take(text.slice(at, at + SLICE_CHARS));
        await breathe();
        if (signal?.aborted) break;
      }
      const hopeless = builder.events === 0 && builder.lines >= PATIENCE_LINES;
      cut = builder.full || bytes >= limits.bytes;
      if (!cut && !hopeless && !signal?.aborted) continue;
      await reader.cancel();
      break;
    }
  } catch {
    return refuse('unreadable');
  }
  if (signal?.aborted) return refuse('cancelled');
  // Where the reading was cut, the last line is not whole.
  if (!cut) cutter.finish();
  if (builder.events === 0) return refuse(bytes === 0 ? 'empty' : 'not-a-trace');
  return ok({ trace: builder.finish(), faults: builder.faults, cut });
};
