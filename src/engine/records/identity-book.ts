import type { Epoch, MessageId, Millis, NodeAddress } from '#core/brand.ts';
import type { CredentialJudgement } from '#core/domain/trust.ts';
import type { IdentityRecord } from '#core/wire/identity.ts';
import { createLazySetIndex, type SetIndex } from '#engine/sync/set-index.ts';

/** An identity record that was verified, with what this node concluded from its credential. */
export interface KnownIdentity {
  readonly address: NodeAddress;
  readonly record: IdentityRecord;
  readonly raw: Uint8Array;
  readonly id: MessageId;
  /** The registrar's signature under the credential was checked and holds. */
  readonly credentialHolds: boolean;
  readonly trust: CredentialJudgement;
  /** When a record of this key came for the first time; 0 for what was known when this node started. */
  readonly since: Millis;
}

/** The newest verified identity record of each address, bounded, with its sync index. */
export interface IdentityBook {
  get(address: NodeAddress): KnownIdentity | undefined;
  /** False when a newer or equal one is known. */
  isNewer(address: NodeAddress, record: IdentityRecord, id: MessageId): boolean;
  /** The identity that was replaced or evicted, if any; `undefined` result means there is no room. */
  put(identity: KnownIdentity): { readonly removed: KnownIdentity | undefined } | undefined;
  /**
   * What this node kept of this key before it started. Opened when it is first asked for: a start with thousands of them
   * answers before all have been read. Undefined from `open`: it cannot be read, and is forgotten.
   */
  keep(address: NodeAddress, open: () => KnownIdentity | undefined): void;
  /** Opens up to so many of those that are kept still closed; true while some are left. */
  openSome(count: number): boolean;
  remove(address: NodeAddress): void;
  /** Opens all that is kept. */
  all(): Iterable<KnownIdentity>;
  readonly index: SetIndex;
  bytesOf(shortId: string): Uint8Array | undefined;
  readonly size: number;
}

export const shortId = (id: MessageId): string => id.slice(0, 16);

/** Higher (epoch, counter) is newer; at equality the lower id, everywhere. Negative when `a` is newer. */
export const compareAge = (
  a: { readonly epoch: Epoch; readonly counter: number; readonly id: string },
  b: { readonly epoch: Epoch; readonly counter: number; readonly id: string },
): number => b.epoch - a.epoch || b.counter - a.counter || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export const createIdentityBook = (capacity: number): IdentityBook => {
  const known = new Map<NodeAddress, KnownIdentity>();
  const closed = new Map<NodeAddress, () => KnownIdentity | undefined>();
  const byShortId = new Map<string, KnownIdentity>();
  const index = createLazySetIndex(() => {
    openSome(closed.size);
    return byShortId.keys();
  });

  const enter = (identity: KnownIdentity): void => {
    known.set(identity.address, identity);
    byShortId.set(shortId(identity.id), identity);
    index.add(shortId(identity.id));
  };
  const get = (address: NodeAddress): KnownIdentity | undefined => {
    const open = closed.get(address);
    if (open === undefined) return known.get(address);
    closed.delete(address);
    const identity = open();
    if (identity !== undefined) enter(identity);
    return identity;
  };
  const openSome = (count: number): boolean => {
    let left = count;
    for (const address of closed.keys()) {
      if (left-- <= 0) break;
      get(address);
    }
    return closed.size > 0;
  };

  const remove = (address: NodeAddress): KnownIdentity | undefined => {
    const identity = get(address);
    if (identity === undefined) return undefined;
    known.delete(address);
    byShortId.delete(shortId(identity.id));
    index.remove(shortId(identity.id));
    return identity;
  };

  /** Room is made only at the cost of a lower trust level, so that a flood of new keys pushes nobody out. */
  const makeRoom = (level: number): KnownIdentity | undefined => {
    openSome(closed.size);
    for (const identity of known.values()) {
      if (identity.trust.level < level) return remove(identity.address);
    }
    return undefined;
  };

  return {
    get,
    isNewer: (address, record, id) => {
      const present = get(address);
      if (present === undefined) return true;
      const { epoch, counter } = present.record;
      return compareAge({ epoch: record.epoch, counter: record.counter, id }, { epoch, counter, id: present.id }) < 0;
    },
    put: (identity) => {
      let removed = remove(identity.address);
      if (removed === undefined && known.size + closed.size >= capacity) {
        removed = makeRoom(identity.trust.level);
        if (removed === undefined) return undefined;
      }
      enter(identity);
      return { removed };
    },
    keep: (address, open) => void closed.set(address, open),
    openSome,
    remove,
    all: () => {
      openSome(closed.size);
      return known.values();
    },
    index,
    bytesOf: (id) => byShortId.get(id)?.raw,
    get size() {
      return known.size + closed.size;
    },
  };
};
