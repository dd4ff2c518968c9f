import { parseArgs } from 'node:util';
import type { NodeAddress } from '#core/brand.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { toOrigin } from '#host/node/relay-list.ts';
import type { MeshPath } from '#host/rpc/mesh-api.ts';
import { openMeshNode } from '#relay/mesh/open-mesh-node.ts';
import { type RelayPlace, type RelayStats, readRelayStats } from '#relay/mesh/relay-stats.ts';
import type { Console } from '#relay/registrar/registrar-command.ts';

/** `trace` and `stats` on the command line: what a running relay knows of the mesh. Each returns the exit code. */
const USAGE = `terminfunk relay trace ADDRESS [--via ORIGIN]   the way from a relay to a node, hop by hop
terminfunk relay stats [--via ORIGIN] [--json]  what a relay knows and does`;

const HERE = 'http://127.0.0.1:8080';
/** A relay that runs answers sooner, in milliseconds. */
const PATIENCE_MS = 5_000;
const ADDRESS_BYTES = 16;

interface Asked {
  readonly via: string;
  readonly json: boolean;
  readonly words: readonly string[];
}

/** The options, or what is wrong with them. */
const readOptions = (args: readonly string[]): Asked | string => {
  const options = { via: { type: 'string' }, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const via = toOrigin(values.via ?? HERE);
    if (via === undefined) return `--via ${values.via}: an origin such as ${HERE} or https://relay.example.org`;
    return { via, json: values.json ?? false, words: positionals };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const unreachable = (via: string): string => `${via} is not to be reached: does a relay run there?`;

const explain = ({ end, target, announcedHops }: MeshPath, via: string): string | undefined => {
  switch (end) {
    case 'reached':
      return undefined;
    case 'lost':
      return `No way: the last of these nodes knows none to ${target}.`;
    case 'no-answer': {
      const far = announcedHops === undefined ? '' : ` It announced itself ${announcedHops} hops from here.`;
      return `No answer from ${target}: the question or its answer was lost on the way.${far}`;
    }
    case 'no-way':
    case 'here':
      return `No way: ${via} could not be asked.`;
  }
};

const NOBODY = 'a node that does not say who it is';

/** One line a hop: its number, its address and the round trip to it. */
const showPath = ({ hops }: MeshPath): string[] => {
  const width = Math.max(...hops.map(({ address }) => (address ?? NOBODY).length), 0);
  return hops.map(
    ({ address, roundTrip }, index) =>
      `${String(index + 1).padStart(2)}  ${(address ?? NOBODY).padEnd(width)}  ${String(roundTrip).padStart(5)} ms`,
  );
};

/** 0: the target answered. 1: it did not, or the relay is not there. 2: the command cannot be understood. */
export const runTraceCommand = async (args: readonly string[], { say, complain }: Console): Promise<number> => {
  const asked = readOptions(args);
  const target = typeof asked === 'string' ? undefined : asked.words[0]?.toLowerCase();
  if (typeof asked === 'string' || target === undefined || asked.words.length !== 1) {
    complain(typeof asked === 'string' ? asked : USAGE);
    return 2;
  }
  if (fromHex(target)?.length !== ADDRESS_BYTES) {
    complain(`${target} is no address: one has ${ADDRESS_BYTES * 2} hex digits.`);
    return 2;
  }
  const node = await openMeshNode({ as: 'nobody', syncs: false });
  try {
    const joined = await node.join(asked.via, PATIENCE_MS);
    if (!joined.ok) {
      complain(unreachable(asked.via));
      return 1;
    }
    const path = await node.trace(target as NodeAddress);
    if (!path.ok) throw new Error(path.code);
    for (const line of showPath(path.value)) say(line);
    const problem = explain(path.value, asked.via);
    if (problem !== undefined) complain(problem);
    return problem === undefined ? 0 : 1;
  } finally {
    await node.stop();
  }
};

const showPlace = ({ level, role, region, isIsland }: RelayPlace): string => {
  const where = region === undefined ? 'no region' : `region ${region}`;
  return `${level}, ${role}, ${where}${isIsland ? ', an island: no way to the upper levels' : ''}`;
};

const showStats = (stats: RelayStats): string[] => {
  const rows: (readonly [string, string])[] = [
    ...(stats.place === undefined ? [] : [['place', showPlace(stats.place)] as const]),
    ['nodes known', `${stats.nodes}, of them ${stats.reachable} with a way`],
    ['ways', `${stats.ways}`],
    ['links', `${stats.links}, to relays ${stats.relays.connected} of ${stats.relays.wanted}`],
    ['messages in flight', `${stats.inFlight}`],
    ['messages kept', `${stats.kept}`],
    ...Object.entries(stats.hops).map(([phase, count]) => [`hops ${phase}`, `${count}`] as const),
    ...Object.entries(stats.messages).map(([phase, count]) => [`messages ${phase}`, `${count}`] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
};

/** 0, or 1 when the relay is not there or does not tell, or 2 when the command cannot be understood. */
export const runStatsCommand = async (args: readonly string[], { say, complain }: Console): Promise<number> => {
  const asked = readOptions(args);
  if (typeof asked === 'string' || asked.words.length > 0) {
    complain(typeof asked === 'string' ? asked : USAGE);
    return 2;
  }
  const stats = await readRelayStats(asked.via);
  if (!stats.ok) {
    complain(
      stats.code === 'unreachable'
        ? unreachable(asked.via)
        : `${asked.via} does not tell: ask on its own machine, or let it (metrics.public in its configuration).`,
    );
    return 1;
  }
  if (asked.json) say(JSON.stringify(stats.value));
  else for (const line of showStats(stats.value)) say(line);
  return 0;
};
