import { randomBytes } from 'node:crypto';
import type { Bucket, Counter, Epoch, Millis, NodeAddress, OfferId, SessionName } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { decodeBundle, encodeBundle, paddedInner, removalCommitment } from '#core/wire/bundle.ts';
import { KIND } from '#core/wire/kinds.ts';
import { encodeListen } from '#core/wire/listen.ts';
import { decodeReceipt } from '#core/wire/receipt.ts';
import { removalSecret } from '#core/wire/removal-secret.ts';
import { encodeReserve, type Reserve, reserveContentLength } from '#core/wire/reserve.ts';
import type { RawPeer } from '#test/engine/raw-peer.ts';
import { createTestCrypto } from '#test/engine-node.ts';

/** A patient whose requests a test writes field by field: what a hostile program could send. */
export interface RawPatient {
  /** The sealed bundle of a request that is as it should be but for what is `changed`. */
  seal(changed: Partial<Reserve>, tampered?: Tampered): Promise<Sealed>;
  /** The status byte of the receipt that came for a request, if one did. */
  receipt(sealed: Sealed): Promise<number | undefined>;
}

export interface Sealed {
  readonly bundle: Uint8Array;
  readonly session: SessionName;
}

export interface Tampered {
  /** Instead of the request. */
  readonly payload?: Uint8Array;
  /** The bundle is bound to a secret that is not inside. */
  readonly wrongCommitment?: boolean;
}

export interface Asked {
  readonly practice: NodeAddress;
  readonly prekey: Uint8Array;
  readonly start: Millis;
}

export const createRawPatient = (peer: RawPeer, asked: Asked, now: () => Millis): RawPatient => {
  const crypto = createTestCrypto();
  const replyBucket = 77 as Bucket;
  let count = 0;
  peer.send(encodeListen({ kind: 'listen', buckets: new Uint8Array(32).fill(0xff) }));

  const requestOf = (changed: Partial<Reserve>): Reserve => ({
    kind: 'reserve',
    offer: 0 as OfferId,
    start: toWireMinute(asked.start),
    epoch: 0 as Epoch,
    counter: 1 as Counter,
    requestId: Uint8Array.from(randomBytes(8)),
    pseudonymId: Uint8Array.from(randomBytes(8)),
    replyBucket,
    removalSeed: Uint8Array.from(randomBytes(8)),
    deadline: toWireMinute((now() + 3_600_000) as Millis),
    name: 'Mondlicht',
    code: '',
    text: '',
    ...changed,
  });

  const must = <T>(
    result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string },
  ) => {
    if (!result.ok) throw new Error(result.code);
    return result.value;
  };

  return {
    seal: async (changed, tampered = {}) => {
      const request = requestOf(changed);
      const length = paddedInner('handshake', reserveContentLength(request), 'uniform');
      const payload = tampered.payload ?? must(encodeReserve(request, length));
      const session = `raw ${count++}` as SessionName;
      const { practice, prekey } = asked;
      const body = must(await crypto.sealRequest({ session, practice, prekey, payload }));
      const header = {
        bucket: Number.parseInt(practice.slice(0, 2), 16) as Bucket,
        created: toWireMinute(now()),
        body,
      };
      const seed = tampered.wrongCommitment ? new Uint8Array(8) : request.removalSeed;
      const commitment = removalCommitment(header, removalSecret(seed, 0, 0));
      return { bundle: encodeBundle({ kind: 'bundle', ...header, commitment }), session };
    },
    receipt: async ({ session }) => {
      for (const frame of peer.received) {
        const bundle = frame[0] === KIND.bundle ? must(decodeBundle(frame)) : undefined;
        if (bundle?.bucket !== replyBucket) continue;
        const keys = { prekeys: [], waiting: [session], finished: [], newSession: 'none' as SessionName };
        const opened = await crypto.open({ body: bundle.body, bucket: bundle.bucket, ...keys });
        if (opened.ok) return must(decodeReceipt(opened.value.payload)).status;
      }
      return undefined;
    },
  };
};
