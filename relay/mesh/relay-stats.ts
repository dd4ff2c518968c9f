import { MESH_LEVELS, MESH_ROLES, type MeshLevel, type MeshRole } from '#core/domain/mesh-place.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { MeshView, Views } from '#engine/views.ts';

/** What a relay knows of the mesh and does in it: written to its metrics, and read from there by `stats`. */
export interface RelayStats {
  /** Its own place; undefined where a relay does not tell. */
  readonly place: RelayPlace | undefined;
  readonly nodes: number;
  readonly reachable: number;
  /** Paths in all: at most two to each node. */
  readonly ways: number;
  readonly links: number;
  readonly relays: { readonly wanted: number; readonly connected: number };
  readonly inFlight: number;
  readonly kept: number;
  /** How often since its start: sent, taken, refused, unanswered, flooded, kept, handed over, given up. */
  readonly hops: Readonly<Record<string, number>>;
  /** How often since its start: received, delivered, expired. */
  readonly messages: Readonly<Record<string, number>>;
}

export interface RelayPlace {
  readonly level: MeshLevel;
  readonly role: MeshRole;
  /** The first two digits of a postal code. */
  readonly region?: string;
  /** It has lost its way to the upper levels. */
  readonly isIsland: boolean;
}

/** As gauges beside those of the engine's status. Levels and roles are numbers as on the wire. */
export const meshGauges = (views: Pick<Views, 'mesh' | 'topology'>): Readonly<Record<string, number>> => {
  const { nodes, stats, self } = views.mesh();
  const { level, role, isIsland } = views.topology();
  return {
    ...countGauges({ nodes, stats }),
    'mesh level': MESH_LEVELS.indexOf(level),
    'mesh role': MESH_ROLES.indexOf(role),
    'mesh island': isIsland ? 1 : 0,
    ...(self?.region === undefined ? {} : { 'mesh region': self.region }),
  };
};

const countGauges = ({ nodes, stats }: Pick<MeshView, 'nodes' | 'stats'>): Readonly<Record<string, number>> => ({
  'mesh nodes': stats.nodes,
  'mesh reachable': stats.reachable,
  'mesh ways': nodes.reduce((sum, { routes }) => sum + routes.length, 0),
  'mesh in flight': stats.inFlight,
  'mesh kept': stats.kept,
});

const PATIENCE_MS = 10_000;
const MAX_TEXT = 1_000_000;
const SERIES = /^terminfunk_([a-z_]+)(?:\{code="([^"]*)"\})? (\d+(?:\.\d+)?(?:e\+\d+)?)$/;

/** Undefined where the text is no metrics of a relay. */
export const parseRelayStats = (text: string): RelayStats | undefined => {
  const plain = new Map<string, number>();
  const labelled: Record<string, Record<string, number>> = { hops_total: {}, messages_total: {} };
  for (const line of text.split('\n')) {
    const [, name = '', code, value] = SERIES.exec(line) ?? [];
    if (code === undefined) plain.set(name, Number(value));
    else if (labelled[name] !== undefined) labelled[name][code] = Number(value);
  }
  const read = (name: string): number => plain.get(name) ?? 0;
  if (!plain.has('mesh_nodes')) return undefined;
  return {
    place: readPlace(plain),
    nodes: read('mesh_nodes'),
    reachable: read('mesh_reachable'),
    ways: read('mesh_ways'),
    links: read('links'),
    relays: { wanted: read('relays_wanted'), connected: read('relays_connected') },
    inFlight: read('mesh_in_flight'),
    kept: read('mesh_kept'),
    hops: labelled.hops_total ?? {},
    messages: labelled.messages_total ?? {},
  };
};

const readPlace = (plain: ReadonlyMap<string, number>): RelayPlace | undefined => {
  const level = MESH_LEVELS[plain.get('mesh_level') ?? -1];
  const role = MESH_ROLES[plain.get('mesh_role') ?? -1];
  const region = plain.get('mesh_region');
  if (level === undefined || role === undefined) return undefined;
  const place = { level, role, isIsland: plain.get('mesh_island') === 1 };
  return region === undefined ? place : { ...place, region: String(region).padStart(2, '0') };
};

/** `unreachable`: nothing answers. `untold`: something does, and it is no relay's metrics. */
export const readRelayStats = async (origin: string): Promise<Result<RelayStats, 'unreachable' | 'untold'>> => {
  try {
    const response = await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' });
    const text = await response.text();
    const stats = response.ok && text.length <= MAX_TEXT ? parseRelayStats(text) : undefined;
    return stats === undefined ? refuse('untold') : ok(stats);
  } catch {
    return refuse('unreachable');
  }
};
