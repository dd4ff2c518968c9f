import fc from 'fast-check';
import { EVENT_KINDS, type MeshTrace } from '#ui/diagnostics/replay/mesh-trace.ts';
import { createTraceBuilder } from '#ui/diagnostics/replay/trace-builder.ts';

export type Row = readonly [at: number, kind: string, from: number, to?: number, what?: string];

export const lineOf = ([at, kind, from, to = from, what = '']: Row): string =>
  JSON.stringify({ at, kind, from, to, what });

export const traceOf = (rows: readonly Row[]): MeshTrace => {
  const builder = createTraceBuilder();
  for (const row of rows) builder.add(lineOf(row));
  return builder.finish();
};

/** Any trace: also ones in which links end that never began. */
export const traces = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 50 }),
      fc.constantFrom(...EVENT_KINDS),
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 5 }),
      fc.constantFrom('beacon', 'announce', 'lost'),
    ),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows) => {
    let at = 0;
    return traceOf(
      rows.map(([gap, kind, from, to, what]): Row => {
        at += gap;
        return [at, kind, from, to, what];
      }),
    );
  });
