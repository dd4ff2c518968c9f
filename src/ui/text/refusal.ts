import type { RefusalCode } from '#core/refusal.ts';
import { m } from '#ui/paraglide/messages.js';

/** Why something was refused, in words. Codes that no person can do anything about are named as they are. */
const WORDS: Partial<Record<RefusalCode, () => string>> = {
  malformed: m.refusal_malformed,
  'too-large': m.refusal_too_large,
  'bad-signature': m.refusal_signature,
  'bad-key': m.refusal_signature,
  'unknown-key': m.refusal_unknown_key,
  expired: m.refusal_expired,
  'stale-epoch': m.refusal_stale_epoch,
  'over-capacity': m.refusal_capacity,
  'storage-full': m.refusal_storage_full,
  'too-many-hops': m.refusal_too_many_hops,
  looping: m.refusal_looping,
  'no-path': m.refusal_no_path,
  'rate-limited': m.refusal_rate,
  'slot-gone': m.refusal_slot_gone,
  'slot-too-soon': m.refusal_slot_too_soon,
  'slot-taken': m.refusal_slot_taken,
  'too-many-requests': m.refusal_too_many,
  'code-required': m.refusal_code_required,
  'bad-code': m.refusal_bad_code,
  'payer-not-allowed': m.refusal_payer,
  'credential-other-key': m.refusal_credential_other_key,
  'credential-unknown-registrar': m.refusal_credential_unknown_registrar,
  'credential-expired': m.refusal_credential_expired,
  'credential-revoked': m.refusal_credential_revoked,
  blocked: m.refusal_blocked,
  'clock-skew': m.refusal_clock,
  'wrong-state': m.refusal_state,
  'no-identity': m.refusal_no_identity,
  'not-found': m.refusal_not_found,
};

export const refusalText = (code: RefusalCode): string => WORDS[code]?.() ?? m.refusal_other({ code });
