import type { Millis } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { addressOf } from '#core/crypto/address.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { type Credential, decodeCredential, REGISTRAR_ID_BYTES } from '#core/wire/credential.ts';
import { isRevoked, type RevocationList } from '#core/wire/revocations.ts';

/** A registrar whose key this build or its operator has pinned. A demo registrar is labelled as one everywhere. */
export interface PinnedRegistrar {
  readonly publicKey: Uint8Array;
  readonly name: string;
  readonly demo: boolean;
}

/** What a device concludes from a therapist's credential, offline, and why it is no more. */
export interface CredentialJudgement {
  readonly level: 0 | 2;
  readonly reason: RefusalCode | undefined;
  readonly credential: Credential | undefined;
  readonly registrar: PinnedRegistrar | undefined;
  readonly revocationListFrom: Millis | undefined;
}

export const registrarId = (publicKey: Uint8Array): Uint8Array =>
  (fromHex(addressOf(publicKey)) ?? new Uint8Array(16)).slice(0, REGISTRAR_ID_BYTES);

export const findRegistrar = (registrars: readonly PinnedRegistrar[], id: Uint8Array): PinnedRegistrar | undefined =>
  registrars.find((registrar) => equalBytes(registrarId(registrar.publicKey), id));

export interface CredentialCase {
  readonly credential: Uint8Array | undefined;
  readonly therapistKey: Uint8Array;
  readonly registrars: readonly PinnedRegistrar[];
  readonly revocations: readonly RevocationList[];
  readonly now: Millis;
  /** The registrar's signature was checked, strictly, and holds. */
  readonly signatureHolds: boolean;
}

/**
 * Level 2 only when everything holds: the credential is for this key, from a pinned registrar, signed by it, not expired,
 * not revoked. Otherwise level 0 with the one reason that a person is told.
 */
export const judgeCredential = (given: CredentialCase): CredentialJudgement => {
  const nothing = { credential: undefined, registrar: undefined, revocationListFrom: undefined };
  if (given.credential === undefined) return { level: 0, reason: undefined, ...nothing };
  const decoded = decodeCredential(given.credential);
  if (!decoded.ok) return { level: 0, reason: decoded.code, ...nothing };
  const credential = decoded.value.message;
  const registrar = findRegistrar(given.registrars, credential.registrar);
  const list = given.revocations.find((other) => equalBytes(other.registrar, credential.registrar));
  const revocationListFrom = list === undefined ? undefined : fromWireMinute(list.issued);
  const refuse = (reason: RefusalCode): CredentialJudgement => ({
    level: 0,
    reason,
    credential,
    registrar,
    revocationListFrom,
  });
  if (!equalBytes(credential.therapistKey, given.therapistKey)) return refuse('credential-other-key');
  if (registrar === undefined) return refuse('credential-unknown-registrar');
  if (!given.signatureHolds) return refuse('bad-signature');
  if (fromWireMinute(credential.validUntil) <= given.now) return refuse('credential-expired');
  if (list !== undefined && isRevoked(list, credential.statusIndex)) return refuse('credential-revoked');
  return { level: 2, reason: undefined, credential, registrar, revocationListFrom };
};
