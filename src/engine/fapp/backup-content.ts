/**
 * What stands in a practice's backup file once it is opened (docs/protocol/backup.md): everything that the words alone do not
 * bring back. Text in one encoding only; what does not encode to the same bytes again is refused.
 */
import * as v from 'valibot';
import type { Counter, Epoch, Millis, NodeAddress, OfferId, PatternId, Plz } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { calendarSchema, type PracticeCalendar } from '#core/calendar/practice-calendar.ts';
import { DAY, MAX_OFFERS } from '#core/domain/limits.ts';
import { AGE_GROUPS, KOSTENTRAEGER, MODALITAETEN, SLOT_TYPES, VERFAHREN } from '#core/domain/values.ts';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { MAX_CREDENTIAL_BYTES } from '#core/wire/credential.ts';
import { isValidProfile, type Profile } from '#core/wire/identity.ts';
import { bytesUpTo, unsigned } from '#core/wire/schema.ts';
import { type BlockedSender, MAX_BLOCKED } from '#engine/fapp/blocked-senders.ts';
import type { InboxRecord } from '#engine/fapp/inbox-entry.ts';
import type { OwnOffer } from '#engine/fapp/own-offer.ts';
import { MAX_SLOTS_PER_OFFER } from '#engine/fapp/practice-offers.ts';
import { type PracticeRecord, profileSchema } from '#engine/fapp/practice-record.ts';

export interface BackupContent {
  readonly address: NodeAddress;
  readonly epoch: Epoch;
  readonly savedAt: Millis;
  readonly profile: Profile | undefined;
  /** A registrar's credential, as signed. */
  readonly credential: Uint8Array | undefined;
  readonly offers: readonly SavedOffer[];
  readonly calendar: PracticeCalendar;
  readonly blocked: readonly BlockedSender[];
  readonly appointments: readonly SavedAppointment[];
}

/** `counter`: of its newest announcement then; with a higher one around, something changed since. */
export type SavedOffer = Omit<OwnOffer, 'announced' | 'dirty'> & { readonly counter: Counter | undefined };

/** A request that was confirmed or waited for an answer. Without what only its session's keys could do. */
export type SavedAppointment = Pick<
  InboxRecord,
  | 'requestId'
  | 'sender'
  | 'pseudonym'
  | 'code'
  | 'text'
  | 'offer'
  | 'start'
  | 'receivedAt'
  | 'deadline'
  | 'note'
  | 'how'
> & { readonly phase: 'open' | 'confirmed' };

const MAX_APPOINTMENTS = 2_000;
/** Appointments are saved until so long after they were: who was here last week may still matter, and who last year not. */
const KEPT = 14 * DAY;

const instant = unsigned(Number.MAX_SAFE_INTEGER);
const hexId = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
const offerId = unsigned(MAX_OFFERS - 1);
const text = v.pipe(v.string(), v.maxLength(400));
const severalOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  v.pipe(v.array(v.picklist(values)), v.maxLength(values.length));

const slot = v.object({
  start: instant,
  state: v.picklist(['free', 'confirmed', 'withdrawn']),
  pattern: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/))),
  withheld: v.optional(v.literal(true)),
});
const offer = v.object({
  id: offerId,
  type: v.picklist(SLOT_TYPES),
  verfahren: severalOf(VERFAHREN),
  modalitaeten: severalOf(MODALITAETEN),
  kostentraeger: severalOf(KOSTENTRAEGER),
  minutes: v.pipe(unsigned(240), v.minValue(5), v.multipleOf(5)),
  plz: v.pipe(v.string(), v.regex(/^\d{5}$/)),
  ageGroup: v.picklist(AGE_GROUPS),
  series: v.boolean(),
  codeRequired: v.boolean(),
  withdrawn: v.boolean(),
  counter: v.nullable(unsigned(0xffff)),
  slots: v.pipe(v.array(slot), v.maxLength(MAX_SLOTS_PER_OFFER)),
});
const appointment = v.object({
  requestId: hexId,
  sender: hexId,
  pseudonym: text,
  code: text,
  text,
  offer: offerId,
  start: instant,
  receivedAt: instant,
  deadline: instant,
  note: text,
  how: v.optional(v.picklist(MODALITAETEN)),
  phase: v.picklist(['open', 'confirmed']),
});
const schema = v.object({
  address: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  epoch: unsigned(255),
  savedAt: instant,
  profile: v.nullable(v.pipe(profileSchema, v.check(isValidProfile))),
  credential: v.nullable(v.pipe(hexBytes, bytesUpTo(MAX_CREDENTIAL_BYTES))),
  offers: v.pipe(v.array(offer), v.maxLength(MAX_OFFERS)),
  calendar: calendarSchema,
  blocked: v.pipe(v.array(v.object({ sender: hexId, name: text, at: instant })), v.maxLength(MAX_BLOCKED)),
  appointments: v.pipe(v.array(appointment), v.maxLength(MAX_APPOINTMENTS)),
});
type Read = v.InferOutput<typeof schema>;

const readSlot = ({ start, state, pattern, withheld }: v.InferOutput<typeof slot>): OwnOffer['slots'][number] => ({
  start: start as Millis,
  state,
  ...(pattern === undefined ? {} : { pattern: pattern as PatternId }),
  ...(withheld === undefined ? {} : { withheld }),
});

const fromRead = (read: Read): BackupContent => ({
  address: read.address as NodeAddress,
  epoch: read.epoch as Epoch,
  savedAt: read.savedAt as Millis,
  profile: read.profile ?? undefined,
  credential: read.credential ?? undefined,
  offers: read.offers.map((one) => ({
    ...one,
    id: one.id as OfferId,
    plz: one.plz as Plz,
    counter: (one.counter ?? undefined) as Counter | undefined,
    slots: one.slots.map(readSlot),
  })),
  calendar: { land: undefined, ...read.calendar },
  blocked: read.blocked.map((one) => ({ ...one, at: one.at as Millis })),
  appointments: read.appointments.map((one) => ({
    ...one,
    offer: one.offer as OfferId,
    start: one.start as Millis,
    receivedAt: one.receivedAt as Millis,
    deadline: one.deadline as Millis,
  })),
});

/** Written in the order of the schema. `too-large` when there is more of something than a file holds. */
export const encodeBackupContent = (content: BackupContent): Result<Uint8Array> => {
  const { profile = null, credential, offers } = content;
  const parsed = v.safeParse(schema, {
    ...content,
    profile,
    credential: credential === undefined ? null : hexText(credential),
    offers: offers.map((one) => ({ ...one, counter: one.counter ?? null })),
  });
  if (!parsed.success) return refuse('too-large');
  const read = parsed.output;
  return ok(encodeLocal({ ...read, credential: read.credential === null ? null : hexText(read.credential) }));
};

export const decodeBackupContent = (bytes: Uint8Array): Result<BackupContent> => {
  const read = decodeLocal(schema, bytes);
  if (!read.ok) return read;
  const content = fromRead(read.value);
  const again = encodeBackupContent(content);
  return again.ok && equalBytes(again.value, bytes) ? ok(content) : refuse('not-canonical');
};

/** What a practice's device knows of it, as it goes into the file. */
export interface BackupSource {
  readonly practice: PracticeRecord;
  readonly offers: readonly OwnOffer[];
  readonly calendar: PracticeCalendar;
  readonly inbox: readonly InboxRecord[];
  readonly blocked: readonly BlockedSender[];
}

const toAppointment = (entry: InboxRecord): SavedAppointment[] => {
  const { requestId, sender, pseudonym, code, text, offer: of, start, receivedAt, deadline, note, how, phase } = entry;
  if (phase !== 'open' && phase !== 'confirmed') return [];
  const kept = { requestId, sender, pseudonym, code, text, offer: of, start, receivedAt, deadline, note, phase };
  return [how === undefined ? kept : { ...kept, how }];
};

export const backupContent = (source: BackupSource, now: Millis): BackupContent => {
  const { practice, offers, calendar, inbox, blocked } = source;
  const { address, epoch, profile, credential } = practice;
  const appointments = inbox
    .filter(({ start }) => start > now - KEPT)
    .flatMap(toAppointment)
    .sort((a, b) => a.start - b.start || (a.requestId < b.requestId ? -1 : 1));
  const saved = offers.map(({ announced, dirty: _, ...one }): SavedOffer => ({ ...one, counter: announced?.counter }));
  return { address, epoch, savedAt: now, profile, credential, offers: saved, calendar, blocked, appointments };
};
