import { createSystemRng } from '#adapters/system/rng.ts';
import type { Millis } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { type RefusalCode, refusalFromByte } from '#core/refusal.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { decodeCustody } from '#core/wire/custody.ts';
import { decodeEnvelope } from '#core/wire/envelope.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { KIND } from '#core/wire/kinds.ts';
import { decodeRefused } from '#core/wire/refused.ts';
import { splitSignature } from '#core/wire/signed.ts';
import type { Dialer } from '#ports/transport.ts';

/** How long a relay may take to answer, in milliseconds. */
const PATIENCE_MS = 15_000;

type Verdict = Result<null, RefusalCode | 'no-answer' | 'unreachable'>;

/** What a frame says about the record with this id, if anything. */
const verdictOf = (frame: Uint8Array, id: string): Verdict | undefined => {
  if (frame[0] === KIND.refused) {
    const refused = decodeRefused(frame);
    if (!refused.ok || refused.value.id !== id) return undefined;
    return refuse(refusalFromByte(refused.value.reason) ?? 'malformed');
  }
  const envelope = decodeEnvelope(frame);
  const custody = envelope.ok ? decodeCustody(envelope.value.payload) : envelope;
  return custody.ok && custody.value.ids.some((kept) => kept === id) ? ok(null) : undefined;
};

/** Hands a signed record to a relay and waits until it says that it keeps it, or why not. */
export const publishRecord = async (dialer: Dialer, origin: string, record: Uint8Array): Promise<Verdict> => {
  const id = messageIdOf(splitSignature(record).signed);
  let settle: (verdict: Verdict) => void = () => undefined;
  const answered = new Promise<Verdict>((done) => {
    settle = done;
  });
  const dialled = await dialer.dial(
    { origin },
    {
      onFrame: (frame) => {
        const verdict = verdictOf(frame, id);
        if (verdict !== undefined) settle(verdict);
      },
      onEnd: () => settle(refuse('no-answer')),
    },
  );
  if (!dialled.ok) return refuse('unreachable');
  const timer = setTimeout(() => settle(refuse('no-answer')), PATIENCE_MS);
  const link = dialled.value;
  const salt = createSystemRng().bytes(8);
  link.send(encodeHello({ kind: 'hello', clock: Date.now() as Millis, wantsSync: false, salt, relay: undefined }));
  link.send(record);
  const verdict = await answered;
  clearTimeout(timer);
  link.close('closed');
  return verdict;
};
