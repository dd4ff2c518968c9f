import type { TableSize } from '#engine/tables.ts';
import type { World } from '#sim/world.ts';
import { rounded } from '../bench/statistics.ts';

/** A scenario: topology, faults, workload, and what must hold. Each is a file in sim/scenarios. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** Nodes at full size, and small enough for a test. */
  readonly sizes: { readonly full: number; readonly small: number };
  run(setting: Setting): Promise<Outcome>;
}

export interface Setting {
  readonly seed: number;
  readonly nodes: number;
  /** Verdicts on signatures are remembered although there are few nodes. */
  readonly remembersVerdicts?: boolean;
  readonly onTrace?: ((event: import('#sim/trace.ts').TraceEvent) => void) | undefined;
}

export interface Outcome {
  readonly goals: readonly Goal[];
  /** Whatever else was measured, for the table. */
  readonly measured: Readonly<Record<string, number | string>>;
  /** The fullest that each table of any node was. Empty where no nodes play. */
  readonly tables: readonly TableSize[];
  readonly traceHash: string;
  readonly events: number;
}

export interface Goal {
  readonly name: string;
  /** As people say it: "at most 6 rounds". */
  readonly goal: string;
  readonly measured: number;
  readonly met: boolean;
}

export const atMost = (name: string, bound: number, measured: number, unit = ''): Goal => ({
  name,
  goal: `at most ${bound}${unit}`,
  measured: rounded(measured),
  met: measured <= bound,
});

export const atLeast = (name: string, bound: number, measured: number, unit = ''): Goal => ({
  name,
  goal: `at least ${bound}${unit}`,
  measured: rounded(measured),
  met: measured >= bound,
});

/** How a world ended. */
export const outcomeOf = (world: World, goals: Outcome['goals'], measured: Outcome['measured']): Outcome => ({
  goals,
  measured,
  tables: world.peaks.sizes(),
  traceHash: world.traceHash(),
  events: world.events,
});

/** No table of any node ever held more than its bound. */
export const withinBounds = (world: World): Goal => atMost('entriesOverBound', 0, world.peaks.over, ' entries');

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
