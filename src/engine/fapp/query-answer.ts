import type { MessageId, Millis, WireMinute } from '#core/brand.ts';
import type { TrustLevel } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { type Announce, decodeAnnounce, plzText } from '#core/wire/announce.ts';
import { queryRange, type SlotQuery } from '#core/wire/query.ts';
import { MAX_RESPONSE_RECORDS } from '#core/wire/response.ts';
import type { IdentityBook, KnownIdentity } from '#engine/records/identity-book.ts';
import type { SlotShelf } from '#engine/records/slot-shelf.ts';

export interface AnswerSources {
  readonly slots: Pick<SlotShelf, 'store'>;
  readonly identities: Pick<IdentityBook, 'get'>;
}

interface Found {
  readonly id: MessageId;
  readonly raw: Uint8Array;
  readonly identity: KnownIdentity;
  /** Its first start that is asked for and is still to come. */
  readonly start: WireMinute;
}

/** Kind, id and number of records. */
const HEAD_BYTES = 6;
const LENGTH_BYTES = 2;

const matches = (announce: Announce, query: SlotQuery): boolean => {
  const prefix = String(query.plzPrefix).padStart(query.plzDigits, '0').slice(0, query.plzDigits);
  return (
    plzText(announce.plz).startsWith(query.plzDigits === 0 ? '' : prefix) &&
    (announce.kostentraeger & query.kostentraeger) !== 0 &&
    (query.verfahren === 0 || (announce.verfahren & query.verfahren) !== 0) &&
    (query.modalitaet === 0 || (announce.modalitaet & query.modalitaet) !== 0) &&
    (query.slotTypes === 0 || ((query.slotTypes >> announce.slotType) & 1) === 1) &&
    (query.ageGroup === 3 || announce.ageGroup === 2 || announce.ageGroup === query.ageGroup)
  );
};

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
/** What a register vouches for, then what begins first: whoever asks twice, or somebody else, gets the same order. */
const byWorth = (a: Found, b: Found): number =>
  b.identity.trust.level - a.identity.trust.level ||
  a.start - b.start ||
  byText(a.identity.id, b.identity.id) ||
  byText(a.id, b.id);

const findAll = ({ slots, identities }: AnswerSources, query: SlotQuery, least: TrustLevel, now: Millis): Found[] => {
  const { from, to } = queryRange(query);
  const first = Math.max(from, toWireMinute(now));
  const found: Found[] = [];
  for (const id of slots.store.ids()) {
    const raw = slots.store.byId(id);
    const decoded = raw === undefined ? undefined : decodeAnnounce(raw);
    if (raw === undefined || !decoded?.ok || !matches(decoded.value.message, query)) continue;
    const { starts, address } = decoded.value.message;
    const start = starts.find((each) => each >= first && each < to);
    const identity = identities.get(address);
    if (start === undefined || identity === undefined || identity.trust.level < least) continue;
    found.push({ id, raw, identity, start });
  }
  return found.sort(byWorth);
};

/** What an answer may hold. */
export interface AnswerRoom {
  /** Of the whole response. An offer that would not fit into one of its own is in none. */
  readonly maxBytes: number;
  /** Of a practice, for its offers to be in it. */
  readonly minTrust: TrustLevel;
}

/** The records that answer a query: identity records first, each once. */
export const answerQuery = (sources: AnswerSources, query: SlotQuery, now: Millis, room: AnswerRoom): Uint8Array[] => {
  const { maxBytes, minTrust } = room;
  const fits = ({ raw, identity }: Found): boolean =>
    HEAD_BYTES + raw.length + identity.raw.length + 2 * LENGTH_BYTES <= maxBytes;
  const identityRecords = new Set<Uint8Array>();
  const announcements: Uint8Array[] = [];
  let bytes = HEAD_BYTES;
  for (const { raw, identity } of findAll(sources, query, minTrust, now).filter(fits).slice(query.skip)) {
    const isNamed = identityRecords.has(identity.raw);
    const added = raw.length + LENGTH_BYTES + (isNamed ? 0 : identity.raw.length + LENGTH_BYTES);
    const isFull = announcements.length + identityRecords.size + 2 > MAX_RESPONSE_RECORDS;
    if (isFull || bytes + added > maxBytes || announcements.length >= query.maxResults) break;
    bytes += added;
    identityRecords.add(identity.raw);
    announcements.push(raw);
  }
  return [...identityRecords, ...announcements];
};
