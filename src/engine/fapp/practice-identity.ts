import type { Counter, Epoch, KeyName, Millis, NodeAddress } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import { DAY, PREKEY_PERIOD, PREKEY_RETENTION } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { encodeIdentity, type IdentityRecord, type Profile } from '#core/wire/identity.ts';
import { withSignature } from '#core/wire/signed.ts';
import type { Context } from '#engine/context.ts';
import { encodePracticeRecord, type OwnPrekey, type PracticeRecord } from '#engine/fapp/practice-record.ts';
import type { OwnRecords } from '#engine/records/own-records.ts';

/**
 * The practice that this device is, if it is one: its epoch and counter, its prekeys, and the identity record that it
 * issues when one of them changes. One active device per practice: a higher epoch seen elsewhere retires this one.
 */
export interface PracticeIdentity {
  current(): PracticeRecord | undefined;
  /** Undefined, or why nothing may be issued, confirmed or changed now. */
  refusal(): 'no-identity' | 'stale-epoch' | undefined;
  adopt(key: KeyName, publicKey: Uint8Array, restore: boolean): Result<string>;
  saveProfile(profile: Profile): Result<string>;
  importCredential(credential: Uint8Array): Result<string>;
  /** Reserves the next counter; raises the epoch when the counter is used up. The caller persists by `save`. */
  nextCounter(): Counter;
  save(): void;
  /** A backup of this practice was taken in: it gives what is not here yet. */
  recover(saved: Recovered): void;
  /** A relay's records are all here: a restore can now know the old epoch. */
  onSynced(): void;
  /** Our own address was announced by a newer record than ours. */
  onOwnRecord(record: IdentityRecord): void;
  /** Prekeys that a request may have been sealed to. */
  prekeys(): { readonly key: KeyName; readonly practice: NodeAddress }[];
  load(record: PracticeRecord): void;
  /** Issues what is owed: at the start, after a change, when the prekey of the week is due. */
  refresh(): void;
}

const MAX_COUNTER = 0xffff;
const MAX_EPOCH = 0xff;
const TIMER = 'practice identity';

/** What a backup knows of the practice. */
export interface Recovered {
  readonly epoch: Epoch;
  readonly savedAt: Millis;
  readonly profile: Profile | undefined;
  readonly credential: Uint8Array | undefined;
}

export interface PracticeIdentityRules {
  readonly records: OwnRecords;
  /** Looks up the identity record that the mesh knows for an address. */
  readonly known: (address: NodeAddress) => IdentityRecord | undefined;
  /** The epoch changed or a restore ended: every offer must be announced anew. */
  readonly onNewEpoch: () => void;
  readonly mayIssue: () => boolean;
  /** A backup that waits for the end of a restore. */
  readonly waiting: () => Recovered | undefined;
}

export const createPracticeIdentity = (context: Context, rules: PracticeIdentityRules): PracticeIdentity => {
  let practice: PracticeRecord | undefined;
  let issuing = false;

  const save = (): void => {
    if (practice === undefined) return;
    context.persist({ op: 'put', table: 'meta', key: 'practice', value: encodePracticeRecord(practice) });
    context.notify('practice');
  };
  const change = (next: Partial<PracticeRecord>): void => {
    if (practice === undefined) return;
    practice = { ...practice, ...next };
    save();
  };

  const refusal = (): 'no-identity' | 'stale-epoch' | undefined =>
    practice === undefined ? 'no-identity' : practice.retired ? 'stale-epoch' : undefined;

  const nextCounter = (): Counter => {
    if (practice === undefined) throw new Error('no practice to count for');
    if (practice.counter >= MAX_COUNTER) {
      if (practice.epoch >= MAX_EPOCH) throw new Error('epochs are used up');
      practice = { ...practice, epoch: (practice.epoch + 1) as Epoch, counter: 0 as Counter, issuedAt: undefined };
      rules.onNewEpoch();
    }
    practice = { ...practice, counter: (practice.counter + 1) as Counter };
    return practice.counter;
  };

  const currentPrekey = (): OwnPrekey | undefined => {
    const newest = practice?.prekeys.at(-1);
    return newest !== undefined && context.now() - newest.createdAt < PREKEY_PERIOD ? newest : undefined;
  };

  /** A prekey outlives all that may be sealed to it, then it is gone for good. */
  const retirePrekeys = (): void => {
    if (practice === undefined) return;
    const old = practice.prekeys.filter(
      (prekey) => context.now() - prekey.createdAt > PREKEY_PERIOD + PREKEY_RETENTION,
    );
    if (old.length === 0) return;
    context.crypto.forget(old.map((prekey) => prekey.key));
    change({ prekeys: practice.prekeys.filter((prekey) => !old.includes(prekey)) });
  };

  const makePrekey = (then: () => void): void => {
    if (practice === undefined) return;
    const week = Math.floor(context.now() / PREKEY_PERIOD);
    const key = `prekey:${practice.address}:${practice.epoch}:${week}` as KeyName;
    context.crypto.createPrekey(key, (publicKey) => {
      if (practice === undefined) return;
      const prekey: OwnPrekey = { key, publicKey, week, createdAt: context.now() };
      change({ prekeys: [...practice.prekeys.filter((other) => other.key !== key), prekey] });
      then();
    });
  };

  const sign = (): void => {
    if (practice === undefined) return;
    const counter = nextCounter();
    const { epoch, key } = practice;
    const record: IdentityRecord = {
      kind: 'identity',
      publicKey: practice.publicKey,
      epoch,
      counter,
      issued: toWireMinute(context.now()),
      capabilities: CAPABILITY.THERAPIST,
      prekeys: practice.prekeys.slice(-3).map(({ week, publicKey }) => ({ week, key: publicKey })),
      credential: practice.credential,
      profile: practice.profile,
    };
    const unsigned = encodeIdentity(record);
    if (!unsigned.ok) {
      issuing = false;
      return context.refused(unsigned.code);
    }
    context.crypto.sign(
      key,
      unsigned.value,
      (signature) => {
        issuing = false;
        if (practice === undefined || practice.retired || practice.epoch !== epoch) return;
        // First, as from its record on the practice is somebody whom the mesh may know.
        change({ issuedAt: context.now() });
        rules.records.identity(withSignature(unsigned.value, signature));
        refresh();
      },
      () => {
        issuing = false;
      },
    );
  };

  const issueDue = (): boolean =>
    practice !== undefined &&
    practice.profile !== undefined &&
    !practice.restoring &&
    !practice.retired &&
    (practice.issuedAt === undefined || currentPrekey() === undefined);

  const refresh = (): void => {
    if (practice === undefined) return;
    retirePrekeys();
    context.timers.atLatest(TIMER, (context.now() + DAY / 24) as Millis, refresh);
    if (issuing || !issueDue() || !rules.mayIssue()) return;
    issuing = true;
    if (currentPrekey() === undefined) makePrekey(sign);
    else sign();
  };

  return {
    current: () => practice,
    refusal,
    adopt: (key, publicKey, restore) => {
      const address = addressOf(publicKey);
      if (practice !== undefined) return practice.address === address ? ok(address) : refuse('wrong-state');
      practice = {
        address,
        publicKey,
        key,
        epoch: 0 as Epoch,
        counter: 0 as Counter,
        profile: undefined,
        credential: undefined,
        prekeys: [],
        restoring: restore,
        retired: false,
        issuedAt: undefined,
      };
      save();
      refresh();
      return ok(address);
    },
    saveProfile: (profile) => {
      const refused = refusal();
      if (refused !== undefined) return refuse(refused);
      change({ profile, issuedAt: undefined });
      refresh();
      return ok('');
    },
    importCredential: (credential) => {
      const refused = refusal();
      if (refused !== undefined) return refuse(refused);
      change({ credential, issuedAt: undefined });
      refresh();
      return ok('');
    },
    nextCounter,
    save,
    recover: (saved) => {
      if (practice === undefined) return;
      const { profile = saved.profile, credential = saved.credential } = practice;
      change({ profile, credential, backupOf: saved.savedAt, issuedAt: undefined });
      refresh();
    },
    onSynced: () => {
      if (practice === undefined || !practice.restoring) return;
      const old = rules.known(practice.address);
      const saved = rules.waiting();
      change({
        restoring: false,
        epoch: Math.min(Math.max(old?.epoch ?? 0, saved?.epoch ?? 0) + 1, MAX_EPOCH) as Epoch,
        counter: 0 as Counter,
        // What was published last is newer than any backup.
        profile: practice.profile ?? old?.profile ?? saved?.profile,
        credential: practice.credential ?? old?.credential ?? saved?.credential,
        backupOf: saved?.savedAt,
        issuedAt: undefined,
      });
      rules.onNewEpoch();
      refresh();
    },
    onOwnRecord: (record) => {
      if (practice === undefined || practice.restoring || record.epoch <= practice.epoch) return;
      change({ retired: true });
      context.count('retired');
    },
    prekeys: () => {
      const address = practice?.address;
      return address === undefined ? [] : (practice?.prekeys ?? []).map(({ key }) => ({ key, practice: address }));
    },
    load: (record) => {
      practice = record;
    },
    refresh,
  };
};
