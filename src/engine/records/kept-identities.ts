import type { Epoch, Millis, NodeAddress } from '#core/brand.ts';
import { addressOf, messageIdOf } from '#core/crypto/address.ts';
import { decodeKeptIdentity, epochOfIdentity } from '#core/wire/identity.ts';
import type { Context } from '#engine/context.ts';
import type { IdentityBook, KnownIdentity } from '#engine/records/identity-book.ts';
import type { StoreEntry } from '#ports/store.ts';

/**
 * The identity records that a node kept, when it starts. Thousands of them take longer to read than the packed slots: each is
 * opened when somebody asks for it, and the others little by little while the node already answers. Until then a slot has the
 * trust level that the snapshot has for it; the epoch of a key, which takes slots away, is read at once.
 */
export interface KeptIdentities {
  load(entries: readonly StoreEntry[]): void;
}

export interface KeptIdentitiesRules {
  readonly identities: IdentityBook;
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

const UNJUDGED: KnownIdentity['trust'] = {
  level: 0,
  reason: undefined,
  credential: undefined,
  registrar: undefined,
  revocationListFrom: undefined,
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

  const openOn = (): void => {
    if (identities.openSome(AT_A_TIME)) schedule(EVERY);
    else rules.onAllOpened();
  };
  const schedule = (wait: number): void => context.timers.set(TIMER, (context.now() + wait) as Millis, openOn);

  return {
    load: (entries) => {
      for (const entry of entries) {
        const address = entry.key as NodeAddress;
        const epoch = epochOfIdentity(entry.value.subarray(1));
        if (epoch !== undefined && epoch > 0) rules.onEpoch(address, epoch);
        identities.keep(address, () => open(entry));
      }
      if (entries.length > 0) schedule(BEGIN_AFTER);
    },
  };
};
