import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MeshTrace, TRACE_LIMITS, traceEnd } from '#ui/diagnostics/replay/mesh-trace.ts';
import { type ReadOptions, readTrace } from '#ui/diagnostics/replay/read-trace.ts';
import { lineOf, type Row } from './trace-fixture.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes as a stream that hands out so many at a time. */
const streamOf = (bytes: Uint8Array, size = 7): ReadableStream<Bytes> =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(Uint8Array.from(bytes.slice(at, at + size)));
      controller.close();
    },
  });
const read = (text: string | Uint8Array, options?: ReadOptions, size?: number) =>
  readTrace(streamOf(typeof text === 'string' ? new TextEncoder().encode(text) : text, size), options);

const ROWS: readonly Row[] = [
  [0, 'up', 7],
  [0, 'up', 3],
  [10, 'link', 7, 3],
  [25.5, 'frame', 3, 7, 'beacon'],
  [30, 'lost', 7, 3, 'beacon'],
  [40, 'unlink', 7, 3, 'lost'],
];
const TEXT = ROWS.map((row) => `${lineOf(row)}\n`).join('');
const plainOf = ({ at, kind, from, to, what, names, nodes }: MeshTrace) => ({
  at: [...at],
  kind: [...kind],
  from: [...from],
  to: [...to],
  what: [...what].map((index) => names[index]),
  nodes: [...nodes],
});

describe('a trace becomes columns', () => {
  test('nodes are numbered by rank, names once', async () => {
    const file = await read(TEXT);
    expect(file.ok && plainOf(file.value.trace)).toEqual({
      at: [0, 0, 10, 25.5, 30, 40],
      kind: [0, 0, 2, 4, 5, 3],
      from: [1, 0, 1, 0, 1, 1],
      to: [1, 0, 0, 1, 0, 0],
      what: ['', '', '', 'beacon', 'beacon', 'lost'],
      nodes: [3, 7],
    });
    expect(file.ok && [file.value.cut, file.value.faults.size]).toEqual([false, 0]);
  });

  test('however the bytes are cut, with any line ends, plain or packed', async () => {
    const whole = await read(TEXT, {}, 1e6);
    const bytes = new TextEncoder().encode(`\u{feff}${TEXT.replaceAll('\n', '\r\n\n').trimEnd()}`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 90 }), fc.boolean(), async (size, packed) => {
        const file = await read(packed ? Uint8Array.from(gzipSync(bytes)) : bytes, {}, size);
        expect(file.ok && plainOf(file.value.trace)).toEqual(whole.ok && plainOf(whole.value.trace));
      }),
      { numRuns: 40 },
    );
  });

  test('progress counts the bytes of the file itself', async () => {
    const packed = Uint8Array.from(gzipSync(TEXT));
    const seen: number[] = [];
    await read(packed, { onProgress: (bytes) => seen.push(bytes) });
    expect(seen.at(-1)).toBe(packed.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('bad lines are counted, and the good ones stay', () => {
  test('each by its fault', async () => {
    const bad = ['{', '{}', lineOf([50, 'explode', 1]), lineOf([1, 'up', 3]), 'x'.repeat(5_000)];
    const file = await read(`${bad[0]}\n${TEXT}${bad.slice(1).join('\n')}`);
    expect(file.ok && file.value.trace.at.length).toBe(ROWS.length);
    expect(file.ok && Object.fromEntries(file.value.faults)).toEqual({
      'not-json': 1,
      'not-an-event': 1,
      'unknown-kind': 1,
      backwards: 1,
      'too-long': 1,
    });
  });

  test('a line without end takes no memory', async () => {
    const file = await read(`${TEXT}${'y'.repeat(3_000_000)}\n${lineOf([60, 'up', 3])}`, {}, 65_536);
    expect(file.ok && file.value.trace.at.length).toBe(ROWS.length + 1);
    expect(file.ok && file.value.faults.get('too-long')).toBe(1);
  });

  test('more nodes or names than there is room for', async () => {
    const file = await read(TEXT, { limits: { ...TRACE_LIMITS, nodes: 1 } });
    expect(file.ok && file.value.faults.get('over-capacity')).toBe(5);
    const names = await read(TEXT, { limits: { ...TRACE_LIMITS, names: 2 } });
    expect(names.ok && names.value.faults.get('over-capacity')).toBe(1);
  });
});

describe('bounds and refusals', () => {
  test('what is longer than the limit is cut and says so', async () => {
    const events = await read(TEXT, { limits: { ...TRACE_LIMITS, events: 3 } });
    expect(events.ok && [events.value.trace.at.length, events.value.cut]).toEqual([3, true]);
    const bytes = await read(TEXT, { limits: { ...TRACE_LIMITS, bytes: 120 } });
    expect(bytes.ok && bytes.value.cut).toBe(true);
    expect(bytes.ok && bytes.value.faults.size).toBe(0);
  });

  test.each([
    ['', 'empty'],
    ['\n\n', 'not-a-trace'],
    ['x', 'not-a-trace'],
    ['Liebes Tagebuch,\nheute war nichts.', 'not-a-trace'],
    ['{"events":[]}', 'not-a-trace'],
  ])('%j: %s', async (text, code) => {
    expect(await read(text)).toEqual({ ok: false, code });
  });

  test('what begins with a thousand bad lines is not read to its end', async () => {
    let handed = 0;
    const endless = new ReadableStream<Bytes>({
      pull(controller) {
        handed++;
        controller.enqueue(new TextEncoder().encode('nonsense\n'.repeat(100)));
      },
    });
    expect(await readTrace(endless)).toEqual({ ok: false, code: 'not-a-trace' });
    expect(handed).toBeLessThan(30);
  });

  test('packed data that breaks off, and a stream that fails', async () => {
    const packed = Uint8Array.from(gzipSync(TEXT));
    expect(await read(packed.slice(0, -12))).toEqual({ ok: false, code: 'unreadable' });
    const failing = new ReadableStream<Bytes>({ pull: (controller) => controller.error(new Error('gone')) });
    expect(await readTrace(failing)).toEqual({ ok: false, code: 'unreadable' });
  });

  test('whoever cancels gets nothing', async () => {
    const stop = new AbortController();
    const reading = read(TEXT.repeat(20), { signal: stop.signal });
    stop.abort();
    expect(await reading).toEqual({ ok: false, code: 'cancelled' });
  });
});

test('the example is a whole recording of ninety seconds', async () => {
  const path = new URL('../../../../src/ui/diagnostics/replay/example-trace.jsonl.gz', import.meta.url);
  const bytes = readFileSync(path);
  expect(bytes.length).toBeLessThan(60_000);
  const file = await read(bytes, {}, 4_096);
  expect(file.ok && [file.value.faults.size, file.value.cut, file.value.trace.nodes.length]).toEqual([0, false, 24]);
  expect(file.ok && traceEnd(file.value.trace)).toBeLessThanOrEqual(90_000);
});
