import * as v from 'valibot';
import type { WireMinute } from '#core/brand.ts';
import { concatBytes } from '#core/bytes/compare.ts';
import { BERUFE, type Beruf, ZULASSUNGEN, type Zulassung } from '#core/domain/values.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { decodeCbor, encodeCbor } from '#core/wire/cbor.ts';
import { KIND } from '#core/wire/kinds.ts';
import { bytesOf, choice, plainText, unsigned } from '#core/wire/schema.ts';
import { SIGNATURE_BYTES, type Signed, splitSignature } from '#core/wire/signed.ts';

/** What a registrar vouches for: this key belongs to this person with this profession (docs/protocol/credential.md). */
export interface Credential {
  readonly kind: 'credential';
  /** The first 8 bytes of the registrar's address. */
  readonly registrar: Uint8Array;
  readonly therapistKey: Uint8Array;
  readonly name: string;
  readonly beruf: Beruf;
  readonly verfahren: number;
  readonly zulassung: Zulassung;
  /** SHA-256 of a 16-byte salt and the Approbation's number; the salt stays with the therapist. */
  readonly approbationHash: Uint8Array;
  readonly validUntil: WireMinute;
  /** The bit in the registrar's revocation list. */
  readonly statusIndex: number;
}

export const MAX_CREDENTIAL_BYTES = 512;
export const REGISTRAR_ID_BYTES = 8;
export const MAX_STATUS_INDEX = 16_383;

const schema = v.tuple([
  bytesOf(REGISTRAR_ID_BYTES),
  bytesOf(32),
  plainText(80),
  choice(BERUFE),
  unsigned(15),
  choice(ZULASSUNGEN),
  bytesOf(32),
  unsigned(0xffffff),
  unsigned(MAX_STATUS_INDEX),
]);

/** The bytes that the registrar signs. `malformed` or `too-large` when a field is out of its bounds. */
export const encodeCredential = (c: Credential): Result<Uint8Array> => {
  const fields = [
    c.registrar,
    c.therapistKey,
    c.name,
    BERUFE.indexOf(c.beruf),
    c.verfahren,
    ZULASSUNGEN.indexOf(c.zulassung),
    c.approbationHash,
    c.validUntil,
    c.statusIndex,
  ];
  if (!v.safeParse(schema, fields).success) return refuse('malformed');
  const bytes = concatBytes(Uint8Array.of(KIND.credential), encodeCbor(fields));
  return bytes.length + SIGNATURE_BYTES > MAX_CREDENTIAL_BYTES ? refuse('too-large') : ok(bytes);
};

export const decodeCredential = (bytes: Uint8Array): Result<Signed<Credential>> => {
  if (bytes.length > MAX_CREDENTIAL_BYTES) return refuse('too-large');
  if (bytes[0] !== KIND.credential) return refuse('unknown-kind');
  const { signed, signature } = splitSignature(bytes);
  const fields = decodeCbor(signed.subarray(1));
  if (!fields.ok) return fields;
  const parsed = v.safeParse(schema, fields.value);
  if (!parsed.success) return refuse('malformed');
  const [registrar, therapistKey, name, beruf, verfahren, zulassung, approbationHash, validUntil, statusIndex] =
    parsed.output;
  const message: Credential = {
    kind: 'credential',
    registrar,
    therapistKey,
    name,
    beruf,
    verfahren,
    zulassung,
    approbationHash,
    validUntil: validUntil as WireMinute,
    statusIndex,
  };
  return ok({ message, signed, signature });
};
