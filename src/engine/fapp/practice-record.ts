import * as v from 'valibot';
import type { Counter, Epoch, KeyName, Millis, NodeAddress, Plz } from '#core/brand.ts';
import { BERUFE } from '#core/domain/values.ts';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';
import type { Result } from '#core/result.ts';
import type { Profile } from '#core/wire/identity.ts';

/** A practice's own identity, as kept on its device. Keys are names; the Crypto port holds them. */
export interface PracticeRecord {
  readonly address: NodeAddress;
  readonly publicKey: Uint8Array;
  readonly key: KeyName;
  readonly epoch: Epoch;
  /** The newest counter that was used, by announcements, withdrawals and identity records alike. */
  readonly counter: Counter;
  readonly profile: Profile | undefined;
  readonly credential: Uint8Array | undefined;
  readonly prekeys: readonly OwnPrekey[];
  /** Restored from words, and the epoch of the old device is not known yet: nothing is issued. */
  readonly restoring: boolean;
  /** Another device restored these words and took over: nothing is issued or confirmed here any more. */
  readonly retired: boolean;
  /** When the newest identity record was issued; undefined when one is owed. */
  readonly issuedAt: Millis | undefined;
  /** When the backup file was saved that was taken in on this device. */
  readonly backupOf?: Millis | undefined;
}

export interface OwnPrekey {
  readonly key: KeyName;
  readonly publicKey: Uint8Array;
  readonly week: number;
  readonly createdAt: Millis;
}

export const profileSchema = v.pipe(
  v.object({
    name: v.string(),
    beruf: v.picklist(BERUFE),
    street: v.string(),
    plz: v.string(),
    city: v.string(),
    phone: v.string(),
    email: v.string(),
    website: v.string(),
    impressum: v.string(),
    languages: v.array(v.string()),
    stepFree: v.boolean(),
    lift: v.boolean(),
    signLanguage: v.boolean(),
  }),
  v.transform((record): Profile => ({ ...record, plz: record.plz as Plz })),
);

const schema = v.pipe(
  v.object({
    address: v.string(),
    publicKey: hexBytes,
    key: v.string(),
    epoch: v.number(),
    counter: v.number(),
    profile: v.nullable(profileSchema),
    credential: v.nullable(hexBytes),
    prekeys: v.array(v.object({ key: v.string(), publicKey: hexBytes, week: v.number(), createdAt: v.number() })),
    restoring: v.boolean(),
    retired: v.boolean(),
    issuedAt: v.nullable(v.number()),
    // Records from before there were such files have read none.
    backupOf: v.optional(v.number()),
  }),
  v.transform(
    (record): PracticeRecord => ({
      ...record,
      address: record.address as NodeAddress,
      key: record.key as KeyName,
      epoch: record.epoch as Epoch,
      counter: record.counter as Counter,
      profile: record.profile ?? undefined,
      credential: record.credential ?? undefined,
      prekeys: record.prekeys.map((prekey) => ({
        ...prekey,
        key: prekey.key as KeyName,
        createdAt: prekey.createdAt as Millis,
      })),
      issuedAt: (record.issuedAt ?? undefined) as Millis | undefined,
      backupOf: record.backupOf as Millis | undefined,
    }),
  ),
);

export const encodePracticeRecord = (record: PracticeRecord): Uint8Array =>
  encodeLocal({
    ...record,
    publicKey: hexText(record.publicKey),
    credential: record.credential === undefined ? null : hexText(record.credential),
    profile: record.profile ?? null,
    prekeys: record.prekeys.map((prekey) => ({ ...prekey, publicKey: hexText(prekey.publicKey) })),
    issuedAt: record.issuedAt ?? null,
  });

export const decodePracticeRecord = (bytes: Uint8Array): Result<PracticeRecord> => decodeLocal(schema, bytes);
