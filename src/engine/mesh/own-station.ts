import { CAPABILITY } from '#core/domain/values.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { PracticeRecord } from '#engine/fapp/practice-record.ts';
import type { Station } from '#engine/mesh/station.ts';

const PLAIN = { role: 0, mobile: false, load: 0, priority: 0, keyPackageHash: undefined, region: undefined } as const;
const RELAY_LEVEL = 2;

/** What this node announces itself as: a relay by its configuration, a practice once it has an identity; others as nothing. */
export const stationOf = (config: EngineConfig, practice: PracticeRecord | undefined): Station | undefined => {
  if (config.identity !== undefined) {
    const capabilities = CAPABILITY.ROUTER | CAPABILITY.STORE | CAPABILITY.RELAY;
    return { ...PLAIN, key: config.identity.key, address: config.identity.address, capabilities, level: RELAY_LEVEL };
  }
  if (practice === undefined || practice.restoring || practice.retired || practice.issuedAt === undefined)
    return undefined;
  const region = practice.profile === undefined ? undefined : Math.floor(Number(practice.profile.plz) / 1_000);
  return {
    ...PLAIN,
    key: practice.key,
    address: practice.address,
    capabilities: CAPABILITY.THERAPIST,
    level: 0,
    region,
  };
};
