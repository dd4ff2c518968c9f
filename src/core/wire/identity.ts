import * as v from 'valibot';
import type { Counter, Epoch, Plz, WireMinute } from '#core/brand.ts';
import { concatBytes } from '#core/bytes/compare.ts';
import { BERUFE, type Beruf, KNOWN_CAPABILITIES } from '#core/domain/values.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { plzText } from '#core/wire/announce.ts';
import { type CborValue, decodeCbor, decodeKeptCbor, encodeCbor } from '#core/wire/cbor.ts';
import { MAX_CREDENTIAL_BYTES } from '#core/wire/credential.ts';
import { KIND } from '#core/wire/kinds.ts';
import { bytesOf, bytesUpTo, choice, multilineText, plainText, unsigned } from '#core/wire/schema.ts';
import { SIGNATURE_BYTES, type Signed, splitSignature } from '#core/wire/signed.ts';

/** The signed record by which a practice, a relay, a kiosk or a program is known (docs/protocol/identity.md). Patients have none. */
export interface IdentityRecord {
  readonly kind: 'identity';
  readonly publicKey: Uint8Array;
  readonly epoch: Epoch;
  readonly counter: Counter;
  readonly issued: WireMinute;
  /** CAPABILITY bits, at least one. */
  readonly capabilities: number;
  /** X25519 keys, oldest first; the last is the prekey of the week. */
  readonly prekeys: readonly Prekey[];
  /** A registrar's credential, as signed. */
  readonly credential: Uint8Array | undefined;
  readonly profile: Profile | undefined;
}

export interface Prekey {
  readonly week: number;
  readonly key: Uint8Array;
}

/** What a practice makes public about itself. */
export interface Profile {
  readonly name: string;
  readonly beruf: Beruf;
  readonly street: string;
  readonly plz: Plz;
  readonly city: string;
  readonly phone: string;
  readonly email: string;
  readonly website: string;
  readonly impressum: string;
  /** BCP 47 tags. */
  readonly languages: readonly string[];
  readonly stepFree: boolean;
  readonly lift: boolean;
  readonly signLanguage: boolean;
}

export const MAX_IDENTITY_BYTES = 4_096;
const MAX_PREKEYS = 3;
/** After the kind, the head of the list, the two bytes of the key's head and the key. */
const EPOCH_AT = 1 + 1 + 2 + 32;
/** Smaller numbers are their own head (RFC 8949, 3); this head is followed by a number of one byte. */
const CBOR_ONE_BYTE = 24;

const profileSchema = v.tuple([
  plainText(80),
  choice(BERUFE),
  plainText(80),
  unsigned(99_999),
  plainText(60),
  plainText(32),
  plainText(80),
  plainText(120),
  multilineText(600),
  v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{2,12}$/))), v.maxLength(12)),
  unsigned(7),
]);

const schema = v.tuple([
  bytesOf(32),
  unsigned(255),
  unsigned(0xffff),
  unsigned(0xffffff),
  unsigned(0xffff),
  v.pipe(v.array(v.tuple([unsigned(0xffff), bytesOf(32)])), v.maxLength(MAX_PREKEYS)),
  v.nullable(bytesUpTo(MAX_CREDENTIAL_BYTES)),
  v.nullable(profileSchema),
]);

const profileFields = (p: Profile): CborValue[] => [
  p.name,
  BERUFE.indexOf(p.beruf),
  p.street,
  Number(p.plz),
  p.city,
  p.phone,
  p.email,
  p.website,
  p.impressum,
  [...p.languages],
  (p.stepFree ? 1 : 0) + (p.lift ? 2 : 0) + (p.signLanguage ? 4 : 0),
];

const readProfile = (fields: v.InferOutput<typeof profileSchema>): Profile => {
  const [name, beruf, street, plz, city, phone, email, website, impressum, languages, access] = fields;
  return {
    name,
    beruf,
    street,
    plz: plzText(plz),
    city,
    phone,
    email,
    website,
    impressum,
    languages,
    stepFree: (access & 1) !== 0,
    lift: (access & 2) !== 0,
    signLanguage: (access & 4) !== 0,
  };
};

/** A capability that must not be on the wire, or none at all. */
const capabilitiesHold = (capabilities: number): boolean =>
  capabilities !== 0 && (capabilities & ~KNOWN_CAPABILITIES) === 0;

/** Whether a profile may be published as it is: every field within its bounds. */
export const isValidProfile = (profile: Profile): boolean =>
  /^\d{5}$/.test(profile.plz) && v.safeParse(profileSchema, profileFields(profile)).success;

/** The bytes that are signed. */
export const encodeIdentity = (record: IdentityRecord): Result<Uint8Array> => {
  const fields = [
    record.publicKey,
    record.epoch,
    record.counter,
    record.issued,
    record.capabilities,
    record.prekeys.map(({ week, key }) => [week, key]),
    record.credential ?? null,
    record.profile === undefined ? null : profileFields(record.profile),
  ];
  if (!capabilitiesHold(record.capabilities)) return refuse('missing-capability');
  if (!v.safeParse(schema, fields).success) return refuse('malformed');
  const bytes = concatBytes(Uint8Array.of(KIND.identity), encodeCbor(fields));
  return bytes.length + SIGNATURE_BYTES > MAX_IDENTITY_BYTES ? refuse('too-large') : ok(bytes);
};

type Fields = (bytes: Uint8Array) => Result<CborValue>;

const decodeWith = (fieldsOf: Fields, bytes: Uint8Array): Result<Signed<IdentityRecord>> => {
  if (bytes.length > MAX_IDENTITY_BYTES) return refuse('too-large');
  if (bytes[0] !== KIND.identity) return refuse('unknown-kind');
  const { signed, signature } = splitSignature(bytes);
  const fields = fieldsOf(signed.subarray(1));
  if (!fields.ok) return fields;
  const parsed = v.safeParse(schema, fields.value);
  if (!parsed.success) return refuse('malformed');
  const [publicKey, epoch, counter, issued, capabilities, prekeys, credential, profile] = parsed.output;
  if (!capabilitiesHold(capabilities)) return refuse('missing-capability');
  const message: IdentityRecord = {
    kind: 'identity',
    publicKey,
    epoch: epoch as Epoch,
    counter: counter as Counter,
    issued: issued as WireMinute,
    capabilities,
    prekeys: prekeys.map(([week, key]) => ({ week, key })),
    credential: credential ?? undefined,
    profile: profile === null ? undefined : readProfile(profile),
  };
  return ok({ message, signed, signature });
};

export const decodeIdentity = (bytes: Uint8Array): Result<Signed<IdentityRecord>> => decodeWith(decodeCbor, bytes);

/**
 * The epoch alone, of a record that this node decoded before it kept it: it follows the key, whose length is fixed. Undefined
 * where something else stands there.
 */
export const epochOfIdentity = (bytes: Uint8Array): Epoch | undefined => {
  const first = bytes[EPOCH_AT] ?? 0xff;
  if (first < CBOR_ONE_BYTE) return first as Epoch;
  return first === CBOR_ONE_BYTE ? (bytes[EPOCH_AT + 1] as Epoch | undefined) : undefined;
};

/** A record that this node decoded and checked before it kept it. */
export const decodeKeptIdentity = (bytes: Uint8Array): Result<Signed<IdentityRecord>> =>
  decodeWith(decodeKeptCbor, bytes);
