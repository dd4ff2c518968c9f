import type { RefusalCode } from '#core/refusal.ts';

/** Untrusted input never throws: it is either a value or a refusal with a code that is counted and shown. */
export type Result<T, E = RefusalCode> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const refuse = <E>(code: E): { readonly ok: false; readonly code: E } => ({ ok: false, code });
