import { writeFileSync } from 'node:fs';
import type { TableSize } from '#engine/tables.ts';
import type { Outcome, Scenario } from '#sim/scenario.ts';
import {
  announcementToAll,
  announcementToTenThousand,
  announcementWithLoss,
} from '#sim/scenarios/announcement-to-all.ts';
import { churn } from '#sim/scenarios/churn.ts';
import { coldJoin } from '#sim/scenarios/cold-join.ts';
import { coldKiosk, coldKioskOnePercent } from '#sim/scenarios/cold-kiosk.ts';
import { eightHops } from '#sim/scenarios/eight-hops.ts';
import { faults } from '#sim/scenarios/faults.ts';
import { flooder, replayer } from '#sim/scenarios/flood.ts';
import { hierarchy } from '#sim/scenarios/hierarchy.ts';
import { forger, silentSybils } from '#sim/scenarios/hostile.ts';
import { islands } from '#sim/scenarios/islands.ts';
import { killedParent } from '#sim/scenarios/killed-parent.ts';
import { meshLatency } from '#sim/scenarios/mesh-latency.ts';
import { partition } from '#sim/scenarios/partition.ts';
import { radioReservations } from '#sim/scenarios/radio-reservations.ts';
import { reconcile } from '#sim/scenarios/reconcile.ts';
import { thousandNodes } from '#sim/scenarios/thousand-nodes.ts';
import type { TraceEvent } from '#sim/trace.ts';

/** The scenarios that there are, and how one is played and shown. */
export const SCENARIOS: readonly Scenario[] = [
  coldJoin,
  eightHops,
  meshLatency,
  hierarchy,
  killedParent,
  announcementToAll,
  announcementToTenThousand,
  announcementWithLoss,
  partition,
  churn,
  silentSybils,
  forger,
  replayer,
  flooder,
  faults,
  thousandNodes,
  reconcile,
  coldKiosk,
  coldKioskOnePercent,
  islands,
  radioReservations,
];

export interface Played extends Outcome {
  readonly scenario: string;
  readonly seed: number;
  readonly nodes: number;
  readonly ok: boolean;
}

export interface PlayOptions {
  readonly seed: number;
  readonly size: 'full' | 'small';
  readonly onTrace?: ((event: TraceEvent) => void) | undefined;
}

export const play = async (scenario: Scenario, { seed, size, onTrace }: PlayOptions): Promise<Played> => {
  const nodes = scenario.sizes[size];
  const outcome = await scenario.run({ seed, nodes, onTrace });
  return { scenario: scenario.name, seed, nodes, ok: outcome.goals.every(({ met }) => met), ...outcome };
};

/** What a play took of the machine: of no meaning for what was played. */
export interface Cost {
  readonly wallSeconds: number;
  readonly processorSeconds: number;
  readonly peakMegabytes: number;
}

/** What programs read: one object. */
export const toJson = (
  { scenario, seed, nodes, ok, goals, measured, tables, traceHash }: Played,
  cost?: Cost,
): string =>
  JSON.stringify({
    scenario,
    seed,
    nodes,
    ok,
    goals: Object.fromEntries(goals.map(({ name, ...goal }) => [name, goal])),
    measured,
    tables: Object.fromEntries(tables.map(({ name, entries, bound }) => [name, { entries, bound }])),
    traceHash,
    ...cost,
  });

const tableRow = ({ name, entries, bound }: TableSize): [string, string] => [
  `at most at once: ${name}`,
  `${entries.toLocaleString('en')} of ${bound.toLocaleString('en')}`,
];

/** What people read. Tables that stayed empty are only in the JSON. */
export const toTable = (played: Played, cost?: Cost): string => {
  const rows = [
    ...played.goals.map(({ name, goal, measured, met }) => [name, `${measured}  (${goal}: ${met ? 'met' : 'MISSED'})`]),
    ...Object.entries(played.measured).map(([name, value]) => [
      name,
      typeof value === 'number' ? `${Math.round(value * 1_000) / 1_000}` : value,
    ]),
    ...played.tables.filter(({ entries }) => entries > 0).map(tableRow),
    ['events', `${played.events}`],
    ['trace', played.traceHash],
    ...(cost === undefined
      ? []
      : [
          ['took', `${cost.wallSeconds} s, ${cost.processorSeconds} s of processors, ${cost.peakMegabytes} MB at most`],
        ]),
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const title = `${played.scenario}: ${played.nodes} nodes, seed ${played.seed}`;
  return [title, ...rows.map(([name = '', value]) => `  ${name.padEnd(width)}  ${value}`)].join('\n');
};

/** Plays a scenario and writes what happened to a file, one event a line. */
export const playTraced = async (scenario: Scenario, options: PlayOptions, file: string): Promise<Played> => {
  const lines: string[] = [];
  const played = await play(scenario, { ...options, onTrace: (event) => lines.push(JSON.stringify(event)) });
  writeFileSync(file, `${lines.join('\n')}\n`);
  return played;
};
