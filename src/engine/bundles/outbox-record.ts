import * as v from 'valibot';
import type { MessageId, Millis } from '#core/brand.ts';
import { decodeLocal, encodeLocal, hexBytes, hexText } from '#core/local-record.ts';
import type { Result } from '#core/result.ts';
import type { OutboxEntry } from '#engine/bundles/outbox-entry.ts';

/** An outbox entry as the store keeps it. */
const schema = v.pipe(
  v.object({
    id: v.string(),
    frame: hexBytes,
    owner: v.string(),
    notBefore: v.number(),
    expires: v.number(),
    sentAt: v.nullable(v.number()),
  }),
  v.transform(
    (record): OutboxEntry => ({
      id: record.id as MessageId,
      frame: record.frame,
      owner: record.owner,
      notBefore: record.notBefore as Millis,
      expires: record.expires as Millis,
      sentAt: record.sentAt === null ? undefined : (record.sentAt as Millis),
    }),
  ),
);

export const encodeOutboxRecord = (entry: OutboxEntry): Uint8Array =>
  encodeLocal({ ...entry, frame: hexText(entry.frame), sentAt: entry.sentAt ?? null });

export const decodeOutboxRecord = (bytes: Uint8Array): Result<OutboxEntry> => decodeLocal(schema, bytes);
