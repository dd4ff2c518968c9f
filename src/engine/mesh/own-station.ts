import { MESH_LEVELS, MESH_ROLES } from '#core/domain/mesh-place.ts';
import { CAPABILITY, MESH_CAPABILITIES } from '#core/domain/values.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { PracticeRecord } from '#engine/fapp/practice-record.ts';
import type { Station } from '#engine/mesh/station.ts';
import type { Place } from '#engine/topology/choose-place.ts';

const PLAIN = { mobile: false, load: 0, priority: 0, keyPackageHash: undefined, region: undefined } as const;

/** What a kiosk or a program does in the mesh: it passes on for others where it joins them, and what else it was told. */
export const leafCapabilities = (config: EngineConfig): number =>
  CAPABILITY.ROUTER | ((config.capabilities ?? 0) & MESH_CAPABILITIES);

/**
 * What this node announces itself as: a relay, kiosk or program by its configuration, a practice once it has an identity;
 * others as nothing.
 */
export const stationOf = (
  config: EngineConfig,
  practice: PracticeRecord | undefined,
  place: Pick<Place, 'level' | 'role'>,
): Station | undefined => {
  const [level, role] = [MESH_LEVELS.indexOf(place.level), MESH_ROLES.indexOf(place.role)];
  if (config.identity !== undefined) {
    const { key, address } = config.identity;
    const { region, priority = 0 } = config;
    return { ...PLAIN, key, address, capabilities: capabilitiesOf(config), level, role, region, priority };
  }
  if (practice === undefined || practice.restoring || practice.retired || practice.issuedAt === undefined)
    return undefined;
  const region = practice.profile === undefined ? undefined : Math.floor(Number(practice.profile.plz) / 1_000);
  return {
    ...PLAIN,
    key: practice.key,
    address: practice.address,
    capabilities: CAPABILITY.THERAPIST,
    level,
    role,
    region,
  };
};

/** The same station as long as nothing that it is made of changes: it is asked for with every beacon. */
export const createOwnStation = (
  config: EngineConfig,
): ((...of: [PracticeRecord | undefined, Pick<Place, 'level' | 'role'>]) => Station | undefined) => {
  let last: readonly unknown[] = [];
  let station: Station | undefined;
  return (practice, place) => {
    const [level, role] = [place.level, place.role];
    if (last.length > 0 && last[0] === practice && last[1] === level && last[2] === role) return station;
    last = [practice, level, role];
    station = stationOf(config, practice, place);
    return station;
  };
};

const capabilitiesOf = (config: EngineConfig): number =>
  config.role === 'relay' ? CAPABILITY.ROUTER | CAPABILITY.STORE | CAPABILITY.RELAY : leafCapabilities(config);
