/** Which set a synchronisation frame is about (docs/protocol/sync.md). Withdrawals are among the announcements. */
export const SET = { announcements: 0, identities: 1, bundles: 2, revocations: 3 } as const;
export type SetId = (typeof SET)[keyof typeof SET];

export const toSetId = (byte: number): SetId | undefined => Object.values(SET).find((set) => set === byte);

/** A 64-bit id in sets: the first 16 hex digits of a message id. */
export const SHORT_ID_BYTES = 8;
