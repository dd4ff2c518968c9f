import { CAPABILITY, MESH_CAPABILITIES } from '#core/domain/values.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { PracticeRecord } from '#engine/fapp/practice-record.ts';
import type { Station } from '#engine/mesh/station.ts';

const PLAIN = { role: 0, mobile: false, load: 0, priority: 0, keyPackageHash: undefined, region: undefined } as const;
const LEVEL = { leaf: 0, kiosk: 1, relay: 2 } as const;

/** What a kiosk or a program does in the mesh: it passes on for others where it joins them, and what else it was told. */
export const leafCapabilities = (config: EngineConfig): number =>
  CAPABILITY.ROUTER | ((config.capabilities ?? 0) & MESH_CAPABILITIES);

/**
 * What this node announces itself as: a relay, kiosk or program by its configuration, a practice once it has an identity;
 * others as nothing.
 */
export const stationOf = (config: EngineConfig, practice: PracticeRecord | undefined): Station | undefined => {
  if (config.identity !== undefined) {
    const { key, address } = config.identity;
    return { ...PLAIN, key, address, ...byConfig(config) };
  }
  if (practice === undefined || practice.restoring || practice.retired || practice.issuedAt === undefined)
    return undefined;
  const region = practice.profile === undefined ? undefined : Math.floor(Number(practice.profile.plz) / 1_000);
  return {
    ...PLAIN,
    key: practice.key,
    address: practice.address,
    capabilities: CAPABILITY.THERAPIST,
    level: LEVEL.leaf,
    region,
  };
};

const byConfig = (config: EngineConfig): Pick<Station, 'capabilities' | 'level'> => {
  if (config.role === 'relay') {
    return { capabilities: CAPABILITY.ROUTER | CAPABILITY.STORE | CAPABILITY.RELAY, level: LEVEL.relay };
  }
  const capabilities = leafCapabilities(config);
  return { capabilities, level: (capabilities & CAPABILITY.GATEWAY) === 0 ? LEVEL.leaf : LEVEL.kiosk };
};
