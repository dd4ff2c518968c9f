import type { Bucket, NodeAddress, SessionName } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { decodeAnswer } from '#core/wire/answer.ts';
import type { Bundle } from '#core/wire/bundle.ts';
import { removalSecret } from '#core/wire/removal-secret.ts';
import type { BundleExchange } from '#engine/bundles/bundle-exchange.ts';
import type { Context } from '#engine/context.ts';
import type { PatientRequests } from '#engine/fapp/patient-requests.ts';
import type { PickUps } from '#engine/fapp/pick-ups.ts';
import type { PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import type { PracticeInbox } from '#engine/fapp/practice-inbox.ts';
import type { Opened } from '#ports/crypto.ts';

/** Tries every bundle in our buckets against everything that could open it, and hands what opens to whom it concerns. */
export interface Opener {
  open(bundle: Bundle, raw: Uint8Array): void;
  /** The buckets in which something for us may lie: the same object as before where they are only our own. */
  buckets(): ReadonlySet<Bucket>;
}

export interface OpenerRules {
  readonly patient: PatientRequests;
  readonly identity: PracticeIdentity;
  readonly inbox: PracticeInbox;
  readonly pickUps: PickUps;
  readonly bundles: () => BundleExchange;
}

export const createOpener = (context: Context, rules: OpenerRules): Opener => {
  const { patient, identity, inbox, pickUps } = rules;
  let own: { readonly address: NodeAddress | undefined; readonly buckets: ReadonlySet<Bucket> } = {
    address: undefined,
    buckets: new Set(),
  };

  const practiceBucket = (): Bucket | undefined => {
    const address = identity.current()?.address;
    return address === undefined ? undefined : (Number.parseInt(address.slice(0, 2), 16) as Bucket);
  };

  const onMessage = (opened: Extract<Opened, { kind: 'message' }>, raw: Uint8Array): void => {
    const answer = decodeAnswer(opened.payload);
    if (!answer.ok) return context.refused(answer.code);
    if (patient.onAnswer(opened.session, opened.number, raw, answer.value)) return;
    if (!inbox.onMessage(opened.session, answer.value.kind === 'cancel')) return context.refused('not-found');
    const seed = inbox.removalSeed(opened.session);
    if (seed !== undefined) rules.bundles().removeOpened(raw, removalSecret(seed, 0, opened.number));
  };

  const deliver = (bundle: Bundle, raw: Uint8Array, opened: Opened): void => {
    switch (opened.kind) {
      case 'request':
        return inbox.onRequest(bundle, raw, opened.session, opened.payload);
      case 'receipt':
        return patient.onReceipt(opened.session, raw, opened.payload);
      case 'message':
        return onMessage(opened, raw);
    }
  };

  return {
    open: (bundle, raw) => {
      const { waiting, finished } = patient.sessions(bundle.bucket);
      const mine = practiceBucket() === bundle.bucket;
      const prekeys = mine ? identity.prekeys() : [];
      const sessions = mine ? [...finished, ...inbox.sessions()] : finished;
      if (prekeys.length + waiting.length + sessions.length === 0) return;
      const newSession = `inbox:${toHex(context.random.bytes(8))}` as SessionName;
      const input = { body: bundle.body, bucket: bundle.bucket, prekeys, waiting, finished: sessions, newSession };
      context.crypto.open(input, (opened) => {
        if (opened.ok) deliver(bundle, raw, opened.value);
        else if (opened.code !== 'cannot-open') context.refused(opened.code);
      });
    },
    buckets: () => {
      const asked = [...patient.buckets(), ...pickUps.buckets()];
      const address = identity.current()?.address;
      // After every step the same question, and for most nodes the same answer.
      if (asked.length === 0 && own.address === address) return own.buckets;
      const bucket = practiceBucket();
      const ours = bucket === undefined ? [] : [bucket];
      if (asked.length > 0) return new Set([...asked, ...ours]);
      own = { address, buckets: new Set(ours) };
      return own.buckets;
    },
  };
};
