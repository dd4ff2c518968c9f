/**
 * What came over the air and cannot be judged yet: announcements whose key has not come, and whatever is from the future by this
 * station's clock, which may be wrong (docs/decisions/0030-a-clock-from-below.md). It is here, so nobody need send it again; but
 * anybody can make some up, so it does not stay, and the oldest makes room.
 */
import type { MessageId, Millis, NodeAddress, Region } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { addressOf, messageIdOf } from '#core/crypto/address.ts';
import { DAY, FUTURE_TOLERANCE } from '#core/domain/limits.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import { decodeAnnounce } from '#core/wire/announce.ts';
import { decodeIdentity } from '#core/wire/identity.ts';
import { decodeWithdraw } from '#core/wire/withdraw.ts';
import type { AirParts } from '#engine/air/air-parts.ts';
import type { Context } from '#engine/context.ts';
import { type Parked, park } from '#engine/links/peer.ts';

export interface Unjudged {
  /** For one more. */
  makeRoom(): void;
  /** What waited for too long goes; whether anything did. */
  expire(): boolean;
  /** An announcement or a withdrawal from the future: `again` when it no longer is, or more is known of who signed it. */
  waitForRecord(raw: Uint8Array, again: () => void): void;
  /** The same for an identity record. */
  waitForIdentity(id: MessageId | '', raw: Uint8Array, again: () => void): void;
  /** The first 16 hex digits of each. */
  ids(region: Region): readonly string[];
  waiting(): Waiting;
  readonly size: number;
}

/** Who signed what waits. */
export interface Waiting {
  /** Whose key is lacking. */
  readonly keyless: readonly NodeAddress[];
  /** Whose identity record is lacking, and would tell whether to believe the date. */
  readonly nameless: readonly NodeAddress[];
  /** Whose identity record waits, too. */
  readonly named: ReadonlySet<NodeAddress>;
}

/** For a key, or a date that is far from now. */
const PATIENCE = 1_800_000;
const ID_DIGITS = 16;
const TIMER = 'air due';
const IDENTITY = 'identity ';

export const createUnjudged = (
  context: Context,
  { records, keys, identities }: Pick<AirParts, 'records' | 'keys' | 'identities'>,
  capacity: number,
): Unjudged => {
  const { parked } = records.airRoom;

  let lookedAt = context.now();

  /** A clock that was raised or set back, or nobody looked: nothing has waited for as long as it seems. */
  const passOver = (ms: number): void => {
    for (const [key, one] of parked) {
      if (one.since !== undefined) parked.set(key, { ...one, since: (one.since + ms) as Millis });
    }
  };
  const expire = (): boolean => {
    const now = context.now();
    if (now < lookedAt || now - lookedAt > PATIENCE) passOver(now - lookedAt);
    lookedAt = now;
    const before = parked.size;
    for (const [key, { since = now, due = Number.POSITIVE_INFINITY }] of parked) {
      if (now - since > PATIENCE && due - now > DAY) parked.delete(key);
    }
    return parked.size < before;
  };
  const makeRoom = (): void => {
    expire();
    const [oldest] = parked.keys();
    if (parked.size >= capacity && oldest !== undefined) parked.delete(oldest);
  };
  const retryDue = (): void => {
    expire();
    const due: Parked[] = [];
    for (const [key, one] of [...parked]) {
      if (one.due === undefined) continue;
      if (one.due > context.now()) schedule(one.due);
      else {
        parked.delete(key);
        due.push(one);
      }
    }
    for (const { again } of due) again();
  };
  const schedule = (at: Millis): void => context.timers.atLatest(TIMER, at, retryDue);
  const wait = (key: string, issued: Millis, one: Omit<Parked, 'since' | 'due'>): void => {
    const due = (issued - FUTURE_TOLERANCE) as Millis;
    makeRoom();
    if (park(records.airRoom, key, { ...one, since: context.now(), due }, capacity)) schedule(due);
  };

  return {
    makeRoom,
    expire,
    waitForRecord: (raw, again) => {
      const announce = decodeAnnounce(raw);
      const decoded = announce.ok ? announce : decodeWithdraw(raw);
      if (!decoded.ok) return;
      const { message, signed, signature } = decoded.value;
      const region = message.kind === 'announce' ? regionOfPlz(message.plz) : undefined;
      const key = `${messageIdOf(signed)}${toHex(signature)}`;
      wait(key, fromWireMinute(message.issued), { issuer: message.address, region, again });
    },
    waitForIdentity: (id, raw, again) => {
      const decoded = decodeIdentity(raw);
      if (!decoded.ok) return;
      const { message, signature } = decoded.value;
      const { publicKey, issued } = message;
      const isNews = keys.get(addressOf(publicKey)) === undefined;
      const issuer = keys.learn(publicKey);
      // What waited for the key and is not from the future need not wait for this.
      if (isNews) records.keyKnown(issuer);
      wait(`${IDENTITY}${id}${toHex(signature)}`, fromWireMinute(issued), { issuer, again });
    },
    ids: (region) => Array.from(parked).flatMap(([key, one]) => (one.region === region ? key.slice(0, ID_DIGITS) : [])),
    waiting: () => {
      const issuers = new Set(Array.from(parked.values(), ({ issuer }) => issuer));
      const named = new Set([...parked].flatMap(([key, { issuer }]) => (key.startsWith(IDENTITY) ? issuer : [])));
      const unknown = [...issuers].filter((issuer) => identities.get(issuer) === undefined);
      return {
        named,
        keyless: unknown.filter((issuer) => keys.get(issuer) === undefined),
        nameless: unknown.filter((issuer) => keys.get(issuer) !== undefined && !named.has(issuer)),
      };
    },
    get size() {
      return parked.size;
    },
  };
};
