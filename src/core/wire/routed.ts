import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';

/**
 * An envelope that does not simply follow a path (docs/protocol/routing.md): `flood` looks for its destination among all
 * neighbours, so many hops far; `keep` asks the neighbour to keep it until there is a way.
 */
export interface Routed {
  readonly kind: 'routed';
  readonly mode: 'flood' | 'keep';
  /** Hops that a flood may still go after this one; 0 for `keep`. */
  readonly scope: number;
  /** The bytes of a unicast envelope. */
  readonly envelope: Uint8Array;
}

const MODES = ['flood', 'keep'] as const;

export const encodeRouted = ({ mode, scope, envelope }: Routed): Uint8Array =>
  createWriter().u8(KIND.routed).u8(MODES.indexOf(mode)).u8(scope).bytes(envelope).finish();

export const decodeRouted = (bytes: Uint8Array): Result<Routed> => {
  if (bytes[0] !== KIND.routed) return refuse('unknown-kind');
  const reader = createReader(bytes.subarray(1));
  const mode = MODES[reader.u8()];
  const scope = reader.u8();
  if (reader.broken || mode === undefined || scope > (mode === 'flood' ? MAX_HOPS : 0)) return refuse('malformed');
  if (reader.left === 0) return refuse('malformed');
  return ok({ kind: 'routed', mode, scope, envelope: reader.rest() });
};
