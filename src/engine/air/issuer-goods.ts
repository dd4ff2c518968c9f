/** Whose announcements are on the air: their keys, and their identity records in pieces. */
import type { Millis, NodeAddress, StationId } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { prefixOf, type Whose } from '#core/radio/air/ask.ts';
import { createObjectSource, type ObjectSource } from '#core/radio/object-pieces.ts';
import { type Good, MAX_SENDERS, wasAired } from '#engine/air/good.ts';
import type { KnownIdentity } from '#engine/records/identity-book.ts';

export interface KeyGood extends Good {
  readonly publicKey: Uint8Array;
  /** Stations from which it was heard, and whether this one sent it. */
  readonly senders: Set<StationId>;
  isSent: boolean;
}
/** What goes in pieces. */
export interface ObjectGood extends Good {
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
  identity: ObjectGood | undefined;
}

export interface Issuers {
  /** Nothing where not even a key is known. */
  add(address: NodeAddress): IssuerGoods | undefined;
  get(address: NodeAddress): IssuerGoods | undefined;
  remove(address: NodeAddress): void;
  heardKey(address: NodeAddress, from: StationId, now: Millis): void;
  /** The body of a piece that somebody else sent: whoever asked gets it from there. */
  heardPiece(body: Uint8Array, isFirst: boolean, now: Millis): void;
  /** Of those whom somebody asks for. */
  wanted(ask: Whose): readonly Good[];
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

export const prefixOfPiece = (body: Uint8Array): string => toHex(body.subarray(0, 4));

export const objectGood = (good: Good, { id, raw }: { readonly id: string; readonly raw: Uint8Array }): ObjectGood => {
  const source = createObjectSource(raw);
  return { ...good, id, prefix: prefixOfPiece(source.piece(0)), source, next: 0 };
};

/**
 * Somebody else sends it: then this station need not. `isFirst`: not even where it has begun itself; else two that begin together
 * would both stop. Of false pieces nobody gets anything.
 */
export const heardPieceOf = (good: ObjectGood, body: Uint8Array, isFirst: boolean, now: Millis): void => {
  const hasBegun = good.next % good.source.sourcePieces !== 0;
  if (good.prefix !== prefixOfPiece(body) || (hasBegun && !isFirst) || !good.source.has(body)) return;
  wasAired(good, now);
  // Whoever asks again gets as many as there are, not what was left of these.
  good.next = Math.ceil(good.next / good.source.sourcePieces) * good.source.sourcePieces;
};

export const createIssuers = ({ identityOf, keyOf, fresh, now }: IssuersRules): Issuers => {
  const issuers = new Map<NodeAddress, IssuerGoods>();
  /** Who sent a key last, also of those that nothing is known of yet. */
  const heardFrom = new Map<NodeAddress, StationId>();
  const add = (address: NodeAddress): IssuerGoods | undefined => {
    const known = issuers.get(address);
    const identity = identityOf(address);
    const publicKey = identity?.record.publicKey ?? keyOf(address);
    if (publicKey === undefined || (known === undefined && issuers.size >= MAX_ISSUERS)) return known;
    const issuer = known ?? {
      address,
      key: { ...fresh(), publicKey, senders: new Set<StationId>(), isSent: false },
      identity: undefined,
    };
    if (identity !== undefined && issuer.identity?.id !== identity.id) {
      issuer.identity = objectGood(fresh(), identity);
    }
    const sender = heardFrom.get(address);
    if (known === undefined && sender !== undefined) {
      wasAired(issuer.key, now());
      issuer.key.senders.add(sender);
    }
    issuers.set(address, issuer);
    return issuer;
  };
  return {
    add,
    get: (address) => issuers.get(address),
    remove: (address) => {
      issuers.delete(address);
    },
    heardKey: (address, from, at) => {
      heardFrom.delete(address);
      heardFrom.set(address, from);
      const [oldest] = heardFrom.keys();
      if (heardFrom.size > MAX_ISSUERS && oldest !== undefined) heardFrom.delete(oldest);
      const key = issuers.get(address)?.key;
      if (key === undefined) return;
      wasAired(key, at);
      if (key.senders.size < MAX_SENDERS) key.senders.add(from);
    },
    heardPiece: (body, isFirst, at) => {
      for (const { identity } of issuers.values())
        if (identity !== undefined) heardPieceOf(identity, body, isFirst, at);
    },
    wanted: ({ what, prefixes }) => {
      const wanted = new Set(prefixes);
      const theirs = [...issuers.values()].filter(({ address }) => wanted.has(prefixOf(address)));
      return theirs.flatMap(({ key, identity }) => (what === 'keys' ? key : identity) ?? []);
    },
    all: () => issuers.values(),
    get size() {
      return issuers.size;
    },
  };
};
