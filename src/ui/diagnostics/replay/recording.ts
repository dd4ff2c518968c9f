import { type Density, densityOf, troublesOf } from '#ui/diagnostics/replay/density.ts';
import { layoutMesh, type MeshLayout } from '#ui/diagnostics/replay/mesh-layout.ts';
import { createMeshState, type MeshState } from '#ui/diagnostics/replay/mesh-state.ts';
import { type MeshTrace, traceBegin, traceEnd } from '#ui/diagnostics/replay/mesh-trace.ts';
import type { TraceFile } from '#ui/diagnostics/replay/read-trace.ts';
import type { LineFault } from '#ui/diagnostics/replay/trace-line.ts';

/** A trace that is open on the page, with everything that is computed once from it. */
export interface Recording {
  readonly name: string;
  readonly trace: MeshTrace;
  readonly state: MeshState;
  readonly layout: MeshLayout;
  readonly density: Density;
  readonly troubles: Float64Array;
  readonly begin: number;
  readonly end: number;
  readonly faults: ReadonlyMap<LineFault, number>;
  readonly cut: boolean;
}

export const DENSITY_BINS = 240;

export const createRecording = (name: string, { trace, faults, cut }: TraceFile): Recording => {
  const state = createMeshState(trace);
  return {
    name,
    trace,
    state,
    layout: layoutMesh(trace, state.pairs, state.open),
    density: densityOf(trace, DENSITY_BINS),
    troubles: troublesOf(trace),
    begin: traceBegin(trace),
    end: traceEnd(trace),
    faults,
    cut,
  };
};
