import * as v from 'valibot';
import type { WireMinute } from '#core/brand.ts';
import { concatBytes } from '#core/bytes/compare.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { decodeCbor, encodeCbor } from '#core/wire/cbor.ts';
import { MAX_STATUS_INDEX, REGISTRAR_ID_BYTES } from '#core/wire/credential.ts';
import { KIND } from '#core/wire/kinds.ts';
import { bytesOf, bytesUpTo, unsigned } from '#core/wire/schema.ts';
import { type Signed, splitSignature } from '#core/wire/signed.ts';

/** A registrar's signed list of credentials that no longer hold: bit `statusIndex` of the map is set. */
export interface RevocationList {
  readonly kind: 'revocations';
  readonly registrar: Uint8Array;
  readonly issued: WireMinute;
  readonly revoked: Uint8Array;
}

const schema = v.tuple([bytesOf(REGISTRAR_ID_BYTES), unsigned(0xffffff), bytesUpTo((MAX_STATUS_INDEX + 1) / 8)]);

export const isRevoked = (list: RevocationList, statusIndex: number): boolean =>
  (((list.revoked[statusIndex >> 3] ?? 0) >> (statusIndex & 7)) & 1) === 1;

export const encodeRevocations = (list: RevocationList): Uint8Array =>
  concatBytes(Uint8Array.of(KIND.revocations), encodeCbor([list.registrar, list.issued, list.revoked]));

export const decodeRevocations = (bytes: Uint8Array): Result<Signed<RevocationList>> => {
  if (bytes[0] !== KIND.revocations) return refuse('unknown-kind');
  const { signed, signature } = splitSignature(bytes);
  const fields = decodeCbor(signed.subarray(1));
  if (!fields.ok) return fields;
  const parsed = v.safeParse(schema, fields.value);
  if (!parsed.success) return refuse('malformed');
  const [registrar, issued, revoked] = parsed.output;
  return ok({ message: { kind: 'revocations', registrar, issued: issued as WireMinute, revoked }, signed, signature });
};
