/**
 * The values of the field, with their German names. The order of each list is its place on the wire and never changes:
 * bit i of a mask, or number i of a choice (docs/protocol/announce.md).
 */
export const VERFAHREN = ['VT', 'TP', 'AP', 'ST'] as const;
export const SLOT_TYPES = [
  'SPRECHSTUNDE',
  'AKUT',
  'PROBATORIK',
  'KZT',
  'LZT',
  'GRUPPE',
  'ERSTGESPRAECH_PRIVAT',
] as const;
export const KOSTENTRAEGER = ['GKV', 'PKV', 'BEIHILFE', 'SELBSTZAHLER', 'KOSTENERSTATTUNG_13_3', 'BG'] as const;
export const MODALITAETEN = ['VOR_ORT', 'VIDEO', 'TELEFON'] as const;
export const AGE_GROUPS = ['ADULTS', 'UNDER_21', 'ALL'] as const;
export const BERUFE = ['PP', 'PT', 'KJP', 'AERZTLICH', 'FACH_PT', 'AMBULANZ', 'HEILPRAKTIKER_PSYCH'] as const;
export const ZULASSUNGEN = ['PRIVAT', 'KV'] as const;

export type Verfahren = (typeof VERFAHREN)[number];
export type SlotType = (typeof SLOT_TYPES)[number];
export type Kostentraeger = (typeof KOSTENTRAEGER)[number];
export type Modalitaet = (typeof MODALITAETEN)[number];
export type AgeGroup = (typeof AGE_GROUPS)[number];
export type Beruf = (typeof BERUFE)[number];
export type Zulassung = (typeof ZULASSUNGEN)[number];

/** 0 self-declared, 1 endorsed, 2 a registrar's credential, 3 a chamber's. Levels 1 and 3 are not issued yet. */
export type TrustLevel = 0 | 1 | 2 | 3;

/**
 * Capability bits. The high byte is FAPP's; PATIENT exists so that its presence on the wire can be refused. The low byte is
 * the mesh's: ROUTER passes on for others, STORE keeps messages for whoever is away, GATEWAY joins radio and internet,
 * CONSTRAINED has little battery or a slow link.
 */
export const CAPABILITY = {
  ROUTER: 0x0001,
  STORE: 0x0002,
  GATEWAY: 0x0004,
  CONSTRAINED: 0x0008,
  THERAPIST: 0x0100,
  RELAY: 0x0200,
  PATIENT: 0x0400,
} as const;

/** What a node does in the mesh, whatever it is to FAPP. */
export const MESH_CAPABILITIES = CAPABILITY.ROUTER | CAPABILITY.STORE | CAPABILITY.GATEWAY | CAPABILITY.CONSTRAINED;
/** What may stand in records and announces. */
export const KNOWN_CAPABILITIES = MESH_CAPABILITIES | CAPABILITY.THERAPIST | CAPABILITY.RELAY;

/** The subset of `list` whose bits are set in `mask`, in wire order. */
export const fromMask = <T>(list: readonly T[], mask: number): T[] => list.filter((_, bit) => (mask >> bit) & 1);

export const toMask = <T>(list: readonly T[], values: Iterable<T>): number => {
  let mask = 0;
  for (const value of values) mask |= 1 << list.indexOf(value);
  return mask;
};
