/** Whose announcements are on the air: their keys, and their identity records in pieces. */
import type { Millis, NodeAddress } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { prefixOf, type Whose } from '#core/radio/air/ask.ts';
import { createObjectSource, type ObjectSource } from '#core/radio/object-pieces.ts';
import { type Good, isLacked, wasAired } from '#engine/air/good.ts';
import type { KnownIdentity } from '#engine/records/identity-book.ts';

export interface KeyGood extends Good {
  readonly publicKey: Uint8Array;
}
export interface IdentityGood extends Good {
  readonly id: string;
  /** What the bodies of its pieces begin with, in hex. */
  readonly prefix: string;
  readonly source: ObjectSource;
  /** The piece that goes next, counted from the first. */
  next: number;
}
export interface IssuerGoods {
  readonly address: NodeAddress;
  readonly key: KeyGood;
  identity: IdentityGood | undefined;
}

export interface Issuers {
  /** Nothing where not even a key is known. */
  add(address: NodeAddress): IssuerGoods | undefined;
  get(address: NodeAddress): IssuerGoods | undefined;
  /** Keeps those alone. */
  retain(addresses: ReadonlySet<NodeAddress>): void;
  heardKey(address: NodeAddress, now: Millis): void;
  /** The body of a piece that somebody else sent: whoever asked gets it from there. */
  heardPiece(body: Uint8Array, now: Millis): void;
  lacked(ask: Whose, at: Millis): void;
  all(): Iterable<IssuerGoods>;
  readonly size: number;
}

export interface IssuersRules {
  readonly identityOf: (address: NodeAddress) => KnownIdentity | undefined;
  readonly keyOf: (address: NodeAddress) => Uint8Array | undefined;
  readonly fresh: () => Good;
  readonly now: () => Millis;
}

/** As many as there can be records. */
export const MAX_ISSUERS = 2_000;

const prefixOfPiece = (body: Uint8Array): string => toHex(body.subarray(0, 4));

export const createIssuers = ({ identityOf, keyOf, fresh, now }: IssuersRules): Issuers => {
  const issuers = new Map<NodeAddress, IssuerGoods>();
  const add = (address: NodeAddress): IssuerGoods | undefined => {
    const known = issuers.get(address);
    const identity = identityOf(address);
    const publicKey = identity?.record.publicKey ?? keyOf(address);
    if (publicKey === undefined || (known === undefined && issuers.size >= MAX_ISSUERS)) return known;
    const issuer = known ?? { address, key: { ...fresh(), publicKey }, identity: undefined };
    if (identity !== undefined && issuer.identity?.id !== identity.id) {
      const source = createObjectSource(identity.raw);
      issuer.identity = { ...fresh(), id: identity.id, prefix: prefixOfPiece(source.piece(0)), source, next: 0 };
    }
    // Its key can have come over the air alone.
    if (known === undefined && identity === undefined) wasAired(issuer.key, now());
    issuers.set(address, issuer);
    return issuer;
  };
  return {
    add,
    get: (address) => issuers.get(address),
    retain: (addresses) => {
      for (const address of issuers.keys()) if (!addresses.has(address)) issuers.delete(address);
    },
    heardKey: (address, now) => {
      const issuer = issuers.get(address);
      if (issuer !== undefined) wasAired(issuer.key, now);
    },
    heardPiece: (body, at) => {
      const prefix = prefixOfPiece(body);
      for (const { identity } of issuers.values()) if (identity?.prefix === prefix) wasAired(identity, at);
    },
    lacked: ({ what, prefixes }, at) => {
      const wanted = new Set(prefixes);
      for (const { address, key, identity } of issuers.values()) {
        if (!wanted.has(prefixOf(address))) continue;
        if (what === 'keys') isLacked(key, at);
        else if (identity !== undefined) isLacked(identity, at);
      }
    },
    all: () => issuers.values(),
    get size() {
      return issuers.size;
    },
  };
};
