/** Where a relay stands in the mesh, and who may tell it where to link itself: docs/operators.md, "A place in the mesh". */
import * as v from 'valibot';
import type { NodeAddress } from '#core/brand.ts';
import { MESH_LEVELS, MESH_ROLES } from '#core/domain/mesh-place.ts';
import type { EngineConfig } from '#engine/config.ts';
import { integer, section } from '#relay/config/entry.ts';

const REGION = 'must be the first two digits of a postal code, in quotes, such as "04"';
const ADDRESSES = 'must be a list of addresses of nodes, 32 hex digits each, as a relay prints its own when it starts';
const STRATEGY = 'must be "dynamic", "static" or "hybrid"';
const oneOf = (names: readonly string[]): string => `must be one of ${names.map((name) => `"${name}"`).join(', ')}`;

/** Nodes that one list of the configuration may name. */
const MAX_NAMED = 16;

const addresses = v.pipe(
  v.array(v.pipe(v.string(ADDRESSES), v.regex(/^[0-9a-fA-F]{32}$/, ADDRESSES)), ADDRESSES),
  v.maxLength(MAX_NAMED, `must have at most ${MAX_NAMED} entries`),
  v.transform((list) => list.map((address) => address.toLowerCase() as NodeAddress)),
);

const PLACED = {
  level: v.picklist(MESH_LEVELS, oneOf(MESH_LEVELS)),
  role: v.picklist(MESH_ROLES, oneOf(MESH_ROLES)),
  parents: v.optional(addresses, []),
};

export const MESH_ENTRIES = {
  region: v.optional(v.pipe(v.string(REGION), v.regex(/^\d{2}$/, REGION))),
  priority: v.optional(integer(0, 255), 0),
  place: v.optional(
    v.variant(
      'strategy',
      [
        section({ strategy: v.literal('dynamic') }),
        section({ strategy: v.literal('static'), ...PLACED }),
        section({ strategy: v.literal('hybrid'), ...PLACED }),
      ],
      ({ expected }) => (expected === 'Object' ? 'must be an object in { }' : STRATEGY),
    ),
    { strategy: 'dynamic' },
  ),
  operators: v.optional(addresses, []),
};

/** What the engine is told of it. */
export type MeshStanding = Pick<EngineConfig, 'region' | 'priority' | 'place'> & {
  readonly operators: readonly NodeAddress[];
};

const entries = v.object(MESH_ENTRIES);

export const toMeshStanding = (parsed: v.InferOutput<typeof entries>): MeshStanding => {
  const { region, priority, place, operators } = parsed;
  return { priority, place, operators, ...(region === undefined ? {} : { region: Number(region) }) };
};
