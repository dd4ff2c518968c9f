import type { NodeAddress } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { createReader } from '#core/bytes/reader.ts';
import { createWriter } from '#core/bytes/writer.ts';
import { MAX_HOPS } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { KIND } from '#core/wire/kinds.ts';
import { SIGNATURE_BYTES } from '#core/wire/signed.ts';

/**
 * A signed envelope (docs/protocol/envelope.md): 82 bytes around a payload for everybody, 98 with a destination. The
 * signature and the id cover everything but the hop count, which forwarders change.
 */
export interface Envelope extends EnvelopeHead {
  readonly hops: number;
  readonly signature: Uint8Array;
}

export interface EnvelopeHead {
  readonly source: NodeAddress;
  /** Undefined: for everybody. */
  readonly destination: NodeAddress | undefined;
  readonly payload: Uint8Array;
}

/** Of a unicast, around its payload. */
export const UNICAST_BYTES = 98;

const addressBytes = (address: NodeAddress): Uint8Array => fromHex(address) ?? new Uint8Array(16);

const kindByte = (head: EnvelopeHead): number => (head.destination === undefined ? KIND.broadcast : KIND.unicast);

const writeHead = (head: EnvelopeHead, hops: number | undefined): Uint8Array => {
  const writer = createWriter().u8(kindByte(head));
  if (hops !== undefined) writer.u8(hops);
  writer.bytes(addressBytes(head.source));
  if (head.destination !== undefined) writer.bytes(addressBytes(head.destination));
  return writer.bytes(head.payload).finish();
};

/** The bytes that the signature covers, and the id is the hash of. */
export const signedPart = (head: EnvelopeHead): Uint8Array => writeHead(head, undefined);

export const encodeEnvelope = (envelope: Envelope): Uint8Array =>
  createWriter().bytes(writeHead(envelope, envelope.hops)).bytes(envelope.signature).finish();

export const decodeEnvelope = (bytes: Uint8Array): Result<Envelope> => {
  const reader = createReader(bytes);
  const kind = reader.u8();
  if (kind !== KIND.broadcast && kind !== KIND.unicast) return refuse('unknown-kind');
  const hops = reader.u8();
  const source = toHex(reader.bytes(16)) as NodeAddress;
  const destination = kind === KIND.unicast ? (toHex(reader.bytes(16)) as NodeAddress) : undefined;
  if (reader.broken || reader.left < SIGNATURE_BYTES) return refuse('malformed');
  if (hops > MAX_HOPS) return refuse('malformed');
  const payload = reader.bytes(reader.left - SIGNATURE_BYTES);
  return ok({ source, destination, payload, hops, signature: reader.rest() });
};
