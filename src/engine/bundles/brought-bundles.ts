import type { MessageId } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type Bundle, decodeBundle } from '#core/wire/bundle.ts';
import { type BundleShelf, bundleExpiry } from '#engine/bundles/bundle-shelf.ts';
import type { Outbox } from '#engine/bundles/outbox.ts';
import { CARRIED } from '#engine/bundles/outbox-entry.ts';
import type { Context } from '#engine/context.ts';
import { createTokenBucket, takeTokens } from '#engine/token-bucket.ts';

/**
 * Sealed bundles that a person brings on a phone's screen (docs/protocol/bundle.md, "By QR code"): kept in the queue, and passed
 * on like those of a station below. Whoever stands before a kiosk may bring anything, so little of it is taken at a time.
 */
export interface BroughtRules {
  readonly shelf: BundleShelf;
  readonly outbox: Outbox;
  /** There is room that is not kept for this node itself. */
  readonly mayCarry: () => boolean;
  /** It is new here: whoever waits for it beside the internet gets it. */
  readonly arrived: (bundle: Bundle, raw: Uint8Array, id: MessageId) => void;
}

/** Carried bundles that wait, brought or from below, beyond which no person adds one. */
const MAX_WAITING = 200;
const RATE = { burst: 6, perSecond: 1 / 60 };

/** `known`: it waits here already, or its receiver has it. */
export const createBroughtBundles = (context: Context, { shelf, outbox, mayCarry, arrived }: BroughtRules) => {
  const rate = createTokenBucket(RATE, context.now());
  return (raw: Uint8Array): Result<'taken' | 'known'> => {
    const [bundle, now] = [decodeBundle(raw), context.now()];
    if (!bundle.ok) return bundle;
    const expires = bundleExpiry(bundle.value, now);
    if (!expires.ok) return expires;
    const id = messageIdOf(raw);
    const waiting = [...outbox.entries()].filter(({ owner }) => owner.startsWith(CARRIED));
    if (shelf.removed(id) !== undefined || waiting.some((entry) => entry.id === id)) return ok('known');
    if (waiting.length >= MAX_WAITING || !mayCarry()) return refuse('over-capacity');
    if (!takeTokens(rate, now)) return refuse('rate-limited');
    const put = shelf.put(id, bundle.value, raw, now);
    if (!put.ok) return put;
    const entry = {
      id,
      frame: raw,
      owner: `${CARRIED}${id}`,
      notBefore: now,
      expires: expires.value,
      sentAt: undefined,
    };
    const queued = outbox.add(entry);
    if (!queued.ok) return queued;
    if (put.value === 'new') arrived(bundle.value, raw, id);
    return ok('taken');
  };
};
