import { decodeBase64Url, encodeBase64Url } from '#core/bytes/base64url.ts';
import { addressOf } from '#core/crypto/address.ts';
import { fromWireMinute, toWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { decodeAnnounce } from '#core/wire/announce.ts';
import { decodeIdentity } from '#core/wire/identity.ts';
import { decodeSharedSlot, encodeSharedSlot, MAX_SHARED_SLOT_BYTES, type SharedSlot } from '#core/wire/shared-slot.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import type { Views } from '#engine/views.ts';
import type { SharedTexts, SlotRef } from '#host/rpc/api.ts';

/** Slots as texts for links, and back (docs/protocol/shared-slot.md). */
const MAX_TEXT = Math.ceil((MAX_SHARED_SLOT_BYTES * 4) / 3);

export const shareSlot = (views: Views, ref: SlotRef): Result<SharedTexts> => {
  const offer = views.offer(ref.practice, ref.offer);
  const start = toWireMinute(ref.start);
  if (offer === undefined || !offer.announce.starts.includes(start)) return refuse('slot-gone');
  const brief: SharedSlot = { kind: 'sharedSlot', start, announce: offer.raw, identity: undefined };
  const full: SharedSlot = { ...brief, identity: views.identity(ref.practice)?.raw };
  return ok({ full: encodeBase64Url(encodeSharedSlot(full)), brief: encodeBase64Url(encodeSharedSlot(brief)) });
};

/** Which slot is meant; refused where the parts do not belong together. What they are worth is judged by the engine. */
const refIn = ({ start, announce, identity }: SharedSlot): Result<SlotRef> => {
  const offered = decodeAnnounce(announce);
  if (!offered.ok) return offered;
  const { address, offer, starts } = offered.value.message;
  if (!starts.includes(start)) return refuse('malformed');
  const known = identity === undefined ? undefined : decodeIdentity(identity);
  if (known?.ok === false) return known;
  if (known !== undefined && addressOf(known.value.message.publicKey) !== address) return refuse('bad-key');
  return ok({ practice: address, offer, start: fromWireMinute(start) });
};

/** The slot that a text shares, once its records were taken like any others. */
export const openShared = async (
  run: (command: Command) => Promise<CommandReply>,
  text: string,
): Promise<Result<SlotRef>> => {
  if (text.length > MAX_TEXT) return refuse('too-large');
  const bytes = decodeBase64Url(text);
  if (bytes === undefined) return refuse('malformed');
  const shared = decodeSharedSlot(bytes);
  if (!shared.ok) return shared;
  const ref = refIn(shared.value);
  if (!ref.ok) return ref;
  const { announce, identity } = shared.value;
  const taken = await run({ kind: 'take-shared', announce, identity });
  return taken.ok ? ref : taken;
};
