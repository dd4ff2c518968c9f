import type { Bucket, MessageId, Millis } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { ok, type Result } from '#core/result.ts';
import { encodeAck } from '#core/wire/ack.ts';
import {
  type Bundle,
  decodeBundle,
  encodeBundle,
  paddedInner,
  removalCommitment,
  removalMatches,
} from '#core/wire/bundle.ts';
import { decodeRemoval, encodeRemoval } from '#core/wire/removal.ts';
import { reserveContentLength } from '#core/wire/reserve.ts';
import { createBroughtBundles } from '#engine/bundles/brought-bundles.ts';
import type { BundleShelf, StoredBundle } from '#engine/bundles/bundle-shelf.ts';
import type { CustodyDesk } from '#engine/bundles/custody-desk.ts';
import type { Outbox } from '#engine/bundles/outbox.ts';
import { CARRIED, type OutboxEntry } from '#engine/bundles/outbox-entry.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { isAskedFor, isBelow, isCarrier, listensTo, type Peer, type PeerTable } from '#engine/links/peer.ts';
import { createKeyedBuckets, takeTokens } from '#engine/token-bucket.ts';
import type { StoreOp } from '#ports/store.ts';
import type { Lane } from '#ports/transport.ts';

/**
 * Sealed bundles in and out: a relay keeps them, hands them to whoever waits in their bucket and gives custody; a leaf
 * tries to open those in its own buckets. What has been opened is removed everywhere by the secret that was inside.
 */
export interface BundleExchange {
  onBundle(peer: Peer, frame: Uint8Array): Verdict;
  onRemoval(peer: Peer, frame: Uint8Array): Verdict;
  /** A station further from the internet has said in which buckets it waits: it gets what lies there. */
  onListen(peer: Peer): void;
  /** The link is over: what was handed over last may not have arrived, and may go once more. */
  close(peer: Peer): void;
  /** A person brought it here: kept, and passed on. */
  bring(raw: Uint8Array): Result<'taken' | 'known'>;
  /** Seals a body into a bundle of ours and queues it. Persisted with whatever else the step persists. */
  deposit(
    bucket: Bucket,
    body: Uint8Array,
    secret: Uint8Array,
    queue: Pick<OutboxEntry, 'owner' | 'notBefore' | 'expires'>,
  ): Result<MessageId>;
  /** Does the header's commitment fit the secret that was found inside? */
  commitmentHolds(raw: Uint8Array, secret: Uint8Array): boolean;
  /** We opened it: tell every relay that it can go. */
  removeOpened(raw: Uint8Array, secret: Uint8Array): void;
  /** Something in this bucket may be openable now. */
  retry(bucket: Bucket): void;
  innerLength(kind: 'handshake' | 'message', content: number): number;
  reserveLength(content: { readonly pseudonym: string; readonly code: string; readonly text: string }): number;
  expire(): void;
}

/** What became of an object: `id` as the sets know it. */
export interface Verdict {
  readonly id: MessageId | '';
  readonly kept: boolean;
}

export interface BundleExchangeRules {
  readonly config: EngineConfig;
  readonly shelf: BundleShelf;
  readonly peers: PeerTable;
  readonly outbox: Outbox;
  readonly custody: CustodyDesk;
  /** A leaf's attempt to open; absent on relays. */
  readonly open: (bundle: Bundle, raw: Uint8Array, id: MessageId) => void;
  /** A bundle is new on this leaf, whether or not it can be opened. */
  readonly arrived: (bucket: Bucket) => void;
}

const TIMER = 'bundles expire';
/** Bundles that stations got, by station: what was handed over a link that ended may be on its way still, and airtime is dear. */
const MAX_HANDED = 4_096;
/** A link over the air is lost after twelve minutes of silence, behind what waited for airtime. */
const UNSURE_FOR = 1_800_000;
/** Of the queue and the shelf, for others: whoever has a radio can hand something over. The rest stays for this node. */
const CARRIED_SHARE = 0.75;

export const bundleKey = (bundle: Pick<StoredBundle, 'bucket' | 'id'>): string =>
  `${bundle.bucket.toString(16).padStart(2, '0')}${bundle.id}`;

export const createBundleExchange = (context: Context, rules: BundleExchangeRules): BundleExchange => {
  const { shelf, peers, outbox, custody, config } = rules;
  const isRelay = config.role === 'relay';
  const { bundlesPerRemote, bundlesPerDialled, keysWatched } = config.limits;
  const deposits = createKeyedBuckets(bundlesPerRemote, keysWatched);
  const fromDialled = createKeyedBuckets(bundlesPerDialled, keysWatched);
  const { tables } = context;
  tables.add('bundles', config.limits.bundles, () => shelf.size);
  tables.add('bundle bytes', config.limits.bundleBytes, () => shelf.bytes);
  tables.add('removed bundles', config.limits.removedBundles, () => shelf.removals);
  tables.add('depositors', keysWatched, deposits.size);
  tables.add('bundles handed down', MAX_HANDED, () => handed.size);

  const store = (...ops: StoreOp[]): void => {
    if (isRelay) context.persist(...ops);
  };
  /** Whoever waits in the bucket itself has it at once; `onward` is the lane to further relays, which wait in all of them. */
  const forward = (bucket: Bucket, frame: Uint8Array, except: Peer | undefined, onward: Lane): void => {
    for (const peer of peers.ready()) {
      if (peer === except || !listensTo(peer.listens, bucket) || wasHanded(peer, frame)) continue;
      context.send(peer.link, frame, true, peer.hello?.relay ? onward : 'prompt');
    }
  };
  /** When, the oldest first. */
  const handed = new Map<string, Millis>();
  /** To a station below, and notes it. */
  const wasHanded = (peer: Peer, raw: Uint8Array): boolean => {
    if (!isBelow(peer)) return false;
    const name = `${peer.remote} ${messageIdOf(raw)}`;
    if (handed.has(name)) return true;
    handed.set(name, context.now());
    const [oldest] = handed.keys();
    if (handed.size > MAX_HANDED && oldest !== undefined) handed.delete(oldest);
    return false;
  };
  const mayCarry = (): boolean =>
    outbox.size < config.limits.outbox * CARRIED_SHARE && shelf.size < config.limits.bundles * CARRIED_SHARE;
  /** The only way is over the air: then what is sealed says its size, as it costs airtime. */
  const isNarrow = (): boolean =>
    peers.find(({ hello }) => hello?.relay === true) === undefined && peers.find(isCarrier) !== undefined;
  const scheduleExpiry = (): void => {
    const next = shelf.nextExpiry();
    if (next !== undefined) context.timers.atLatest(TIMER, (next + 60_000) as Millis, expire);
  };

  const expire = (): void => {
    const { bundles, removals } = shelf.expire(context.now());
    store(
      ...bundles.map((bundle): StoreOp => ({ op: 'delete', table: 'bundles', key: bundleKey(bundle) })),
      ...removals.map((id): StoreOp => ({ op: 'delete', table: 'removed', key: id })),
    );
    scheduleExpiry();
  };

  /** What we fetched ourselves nobody waits to hand over. */
  const promise = (peer: Peer, id: MessageId): void => {
    if (!isAskedFor(peer, id.slice(0, 16))) custody.owe(peer, id);
  };

  /** Ours to pass on now: to a relay, or to whoever carries for us. What came from above has been there. */
  const carry = (peer: Peer, raw: Uint8Array, id: MessageId): void => {
    const expires = shelf.get(id)?.expires;
    if (!isBelow(peer) || expires === undefined) return;
    const entry = { id, frame: raw, owner: `${CARRIED}${id}`, notBefore: context.now(), expires, sentAt: undefined };
    if (outbox.add(entry).ok) sayTaken(peer, id);
  };
  /** Once it is committed, as everything that is not transit. */
  const sayTaken = (peer: Peer, id: MessageId): void =>
    context.send(peer.link, encodeAck({ kind: 'ack', taken: true, ids: [id] }));

  const accept = (peer: Peer, bundle: Bundle, raw: Uint8Array, id: MessageId): void => {
    if (!isRelay) {
      rules.arrived(bundle.bucket);
      forward(bundle.bucket, raw, peer, 'prompt');
      carry(peer, raw, id);
      return rules.open(bundle, raw, id);
    }
    // Forwarding promises nothing and waits for no disk; custody does.
    forward(bundle.bucket, raw, peer, takeTokens(peer.parcels, context.now()) ? 'prompt' : 'bulk');
    store({ op: 'put', table: 'bundles', key: bundleKey({ bucket: bundle.bucket, id }), value: raw });
    promise(peer, id);
  };

  const bring = createBroughtBundles(context, {
    shelf,
    outbox,
    mayCarry,
    arrived: (bundle, raw, id) => {
      rules.arrived(bundle.bucket);
      // Relays get it from the queue, once it is committed.
      for (const peer of peers.ready())
        if (isBelow(peer) && listensTo(peer.listens, bundle.bucket) && !wasHanded(peer, raw))
          context.send(peer.link, raw);
      scheduleExpiry();
      rules.open(bundle, raw, id);
    },
  });

  const mayDeposit = (peer: Peer): boolean => (peer.dialled ? fromDialled : deposits).take(peer.remote, context.now());

  const onBundle = (peer: Peer, raw: Uint8Array): Verdict => {
    const decoded = decodeBundle(raw);
    const id = messageIdOf(raw);
    const verdict = (kept: boolean): Verdict => ({ id, kept });
    const refused = (code: Parameters<Context['refused']>[0]): Verdict => {
      context.refused(code);
      return verdict(false);
    };
    if (!decoded.ok) return refused(decoded.code);
    const removed = shelf.removed(id);
    if (removed !== undefined) {
      // Its opener was here before this copy: whoever still carries it may let go.
      custody.owe(peer, id);
      context.send(peer.link, encodeRemoval({ kind: 'removal', id, secret: removed.secret }));
      return refused('replayed');
    }
    const expected = isAskedFor(peer, id.slice(0, 16));
    const isNew = shelf.get(id) === undefined;
    if (isNew && !expected && !mayDeposit(peer)) return refused('rate-limited');
    if (isNew && isBelow(peer) && !mayCarry()) return refused('over-capacity');
    const put = shelf.put(id, decoded.value, raw, context.now());
    if (!put.ok) return refused(put.code);
    if (put.value === 'new') accept(peer, decoded.value, raw, id);
    else if (isRelay) promise(peer, id);
    // Its first answer was lost, or it comes another way.
    else if (isBelow(peer)) sayTaken(peer, id);
    scheduleExpiry();
    return verdict(true);
  };

  const onRemoval = (peer: Peer, frame: Uint8Array): Verdict => {
    const removal = decodeRemoval(frame);
    if (!removal.ok) {
      context.refused(removal.code);
      return { id: '', kept: false };
    }
    const { id, secret } = removal.value;
    const gone = shelf.remove(id, secret, context.now());
    if (!gone.ok) {
      if (gone.code !== 'not-found') context.refused(gone.code);
      return { id, kept: false };
    }
    const record = new Uint8Array(16);
    record.set(secret);
    new DataView(record.buffer).setFloat64(8, gone.value.expires);
    store(
      { op: 'delete', table: 'bundles', key: bundleKey(gone.value) },
      { op: 'put', table: 'removed', key: id, value: record },
    );
    forward(gone.value.bucket, frame, peer, 'bulk');
    return { id, kept: true };
  };

  return {
    onBundle,
    onRemoval,
    onListen: (peer) => {
      if (!isBelow(peer)) return;
      for (const { raw } of [...shelf.inBuckets((bucket) => listensTo(peer.listens, bucket))])
        if (!wasHanded(peer, raw)) context.send(peer.link, raw, true);
    },
    close: (peer) => {
      if (!isBelow(peer)) return;
      for (const [name, at] of handed)
        if (name.startsWith(`${peer.remote} `) && context.now() - at < UNSURE_FOR) handed.delete(name);
    },
    bring,
    deposit: (bucket, body, secret, queue) => {
      const created = toWireMinute(context.now());
      const commitment = removalCommitment({ bucket, created, body }, secret);
      const raw = encodeBundle({ kind: 'bundle', bucket, created, commitment, body });
      const id = messageIdOf(raw);
      const queued = outbox.add({ id, frame: raw, sentAt: undefined, ...queue });
      return queued.ok ? ok(id) : queued;
    },
    commitmentHolds: removalMatches,
    removeOpened: (raw, secret) => {
      const id = messageIdOf(raw);
      shelf.remove(id, secret, context.now());
      const frame = encodeRemoval({ kind: 'removal', id, secret });
      for (const peer of peers.ready()) if (peer.hello?.relay) context.send(peer.link, frame);
    },
    retry: (bucket) => {
      for (const stored of [...shelf.inBuckets((other) => other === bucket)]) {
        const decoded = decodeBundle(stored.raw);
        if (decoded.ok) rules.open(decoded.value, stored.raw, stored.id);
      }
    },
    innerLength: (kind, content) => paddedInner(kind, content, isNarrow() ? 'compact' : config.padding),
    reserveLength: ({ pseudonym, code, text }) => reserveContentLength({ name: pseudonym, code, text }),
    expire,
  };
};

/** What the `removed` table holds: the secret, and when the bundle would have expired. */
export const readRemoved = (
  value: Uint8Array,
): { readonly secret: Uint8Array; readonly expires: Millis } | undefined =>
  value.length === 16
    ? {
        secret: value.slice(0, 8),
        expires: new DataView(value.buffer, value.byteOffset, 16).getFloat64(8) as Millis,
      }
    : undefined;
