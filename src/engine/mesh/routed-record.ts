import * as v from 'valibot';
import type { MessageId, Millis } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope, signedPart } from '#core/wire/envelope.ts';

/** A message to another node that this one answers for: its own, or one that it keeps for somebody. As the store has it. */
export interface RoutedRecord {
  readonly id: MessageId;
  readonly envelope: Envelope;
  /** We are its source. */
  readonly own: boolean;
  readonly since: Millis;
  readonly expires: Millis;
}

const schema = v.object({ frame: hexBytes, own: v.boolean(), since: v.number(), expires: v.number() });

export const encodeRoutedRecord = ({ envelope, own, since, expires }: RoutedRecord): Uint8Array =>
  encodeLocal({ frame: hexText(encodeEnvelope(envelope)), own, since, expires });

export const decodeRoutedRecord = (bytes: Uint8Array): Result<RoutedRecord> => {
  const record = decodeLocal(schema, bytes);
  if (!record.ok) return record;
  const { frame, own, since, expires } = record.value;
  const envelope = decodeEnvelope(frame);
  if (!envelope.ok) return envelope;
  if (envelope.value.destination === undefined) return refuse('malformed');
  const id = messageIdOf(signedPart(envelope.value));
  return ok({ id, envelope: envelope.value, own, since: since as Millis, expires: expires as Millis });
};
