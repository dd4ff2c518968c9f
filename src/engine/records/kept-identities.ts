import type { Epoch, Millis, NodeAddress } from '#core/brand.ts';
import { addressOf, messageIdOf } from '#core/crypto/address.ts';
import { decodeKeptIdentity, epochOfIdentity } from '#core/wire/identity.ts';
import type { Context } from '#engine/context.ts';
import type { IdentityBook, KnownIdentity } from '#engine/records/identity-book.ts';
import { packRows, unpackRows } from '#engine/records/packed-rows.ts';
import type { StoreEntry, StoreOp } from '#ports/store.ts';

/**
 * The identity records on disk: packed into one row, as thousands of rows take longer to read than all the slots, and a row
 * each for what came after it. When a node starts each is opened when somebody asks for it, and the others little by little
 * while the node already answers. Until then a slot has the trust level that the snapshot has for it; the epoch of a key,
 * which takes slots away, is read at once.
 */
export interface KeptIdentities {
  load(entries: readonly StoreEntry[], packed: Uint8Array | undefined): void;
  keep(address: NodeAddress, raw: Uint8Array, credentialHolds: boolean): void;
  drop(address: NodeAddress): void;
}

export interface KeptIdentitiesRules {
  readonly identities: IdentityBook;
  /** A relay starts seldom, and its disk is asked often: it keeps rows. */
  readonly packs: boolean;
  /** Judges the credential by what is known now. */
  readonly judge: (identity: KnownIdentity) => KnownIdentity;
  readonly onEpoch: (address: NodeAddress, epoch: Epoch) => void;
  /** It was read and judged. */
  readonly onOpened: (identity: KnownIdentity) => void;
  /** All have been read. */
  readonly onAllOpened: () => void;
}

const TIMER = 'identities open';
/** So many at a time, so often in milliseconds: some 5 ms of a phone's processor, and 6,000 of them within five seconds. */
const AT_A_TIME = 32;
const EVERY = 25;
/** The first list is shown before that. */
const BEGIN_AFTER = 1_500;
const SIGNATURE_HOLDS = 1;

const PACK_TIMER = 'identities pack';
/** As the slots are (slot-shelf.ts): when so many rows stand beside the pack, and a quarter of what is in it. */
const PACK_AFTER = 500;
const PACK_SHARE = 4;
const PACK_DELAY = 3_000;
/** A row that says: what the pack has of this key is gone. */
const GONE = new Uint8Array(0);

const UNJUDGED: KnownIdentity['trust'] = {
  level: 0,
  reason: undefined,
  credential: undefined,
  registrar: undefined,
  revocationListFrom: undefined,
};

export const IDENTITIES_PACK_KEY = 'identities';

const rowOf = (raw: Uint8Array, credentialHolds: boolean): Uint8Array => {
  const value = new Uint8Array(raw.length + 1);
  value[0] = credentialHolds ? SIGNATURE_HOLDS : 0;
  value.set(raw, 1);
  return value;
};

/** A row's value: whether its credential's signature holds, then the record as it was signed. */
const readKept = ({ key, value }: StoreEntry): KnownIdentity | undefined => {
  const raw = value.slice(1);
  const decoded = decodeKeptIdentity(raw);
  if (!decoded.ok) return undefined;
  const { message: record, signed } = decoded.value;
  const address = addressOf(record.publicKey);
  if (address !== key) return undefined;
  const credentialHolds = value[0] === SIGNATURE_HOLDS;
  return { address, record, raw, id: messageIdOf(signed), credentialHolds, trust: UNJUDGED, since: 0 as Millis };
};

export const createKeptIdentities = (context: Context, rules: KeptIdentitiesRules): KeptIdentities => {
  const { identities } = rules;

  const open = (entry: StoreEntry): KnownIdentity | undefined => {
    const kept = readKept(entry);
    if (kept === undefined) {
      context.count('unreadable');
      return undefined;
    }
    const judged = rules.judge(kept);
    rules.onOpened(judged);
    return judged;
  };

  /** Keys of the rows beside the pack, and those in it. */
  const unpacked = new Set<NodeAddress>();
  let packedKeys: ReadonlySet<string> = new Set();

  const pack = (): void => {
    const entries = Array.from(identities.all(), ({ address, raw, credentialHolds }): StoreEntry => {
      return { key: address, value: rowOf(raw, credentialHolds) };
    });
    packedKeys = new Set(entries.map(({ key }) => key));
    context.persist(
      { op: 'put', table: 'snapshot', key: IDENTITIES_PACK_KEY, value: packRows(entries) },
      ...Array.from(unpacked, (key): StoreOp => ({ op: 'delete', table: 'identities', key })),
    );
    unpacked.clear();
  };
  const packWhenDue = (): void => {
    if (!rules.packs || unpacked.size < Math.max(PACK_AFTER, packedKeys.size / PACK_SHARE)) return;
    context.timers.atLatest(PACK_TIMER, (context.now() + PACK_DELAY) as Millis, pack);
  };
  const putRow = (address: NodeAddress, value: Uint8Array): void => {
    context.persist({ op: 'put', table: 'identities', key: address, value });
    unpacked.add(address);
    packWhenDue();
  };

  const loadOne = (entry: StoreEntry): void => {
    const address = entry.key as NodeAddress;
    const epoch = epochOfIdentity(entry.value.subarray(1));
    if (epoch !== undefined && epoch > 0) rules.onEpoch(address, epoch);
    identities.keep(address, () => open(entry));
  };
  const unpack = (packed: Uint8Array): readonly StoreEntry[] => {
    const entries = unpackRows(packed);
    if (entries.ok) return entries.value;
    context.count('unreadable', 'identities');
    return [];
  };

  const openOn = (): void => {
    if (identities.openSome(AT_A_TIME)) schedule(EVERY);
    else {
      rules.onAllOpened();
      packWhenDue();
    }
  };
  const schedule = (wait: number): void => context.timers.set(TIMER, (context.now() + wait) as Millis, openOn);

  return {
    load: (entries, packed) => {
      const inPack = packed === undefined ? [] : unpack(packed);
      packedKeys = new Set(inPack.map(({ key }) => key));
      for (const { key } of entries) unpacked.add(key as NodeAddress);
      for (const entry of inPack) if (!unpacked.has(entry.key as NodeAddress)) loadOne(entry);
      for (const entry of entries) if (entry.value.length > 0) loadOne(entry);
      if (identities.size > 0) schedule(BEGIN_AFTER);
    },
    keep: (address, raw, credentialHolds) => putRow(address, rowOf(raw, credentialHolds)),
    drop: (address) => {
      if (packedKeys.has(address)) return putRow(address, GONE);
      unpacked.delete(address);
      context.persist({ op: 'delete', table: 'identities', key: address });
    },
  };
};
