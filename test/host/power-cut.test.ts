/** A relay on a disk that forgets what it did not sync: whatever it gave custody of survives any power cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bucket, Counter, MessageId, OfferId } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { decodeCustody } from '#core/wire/custody.ts';
import { decodeEnvelope } from '#core/wire/envelope.ts';
import { createSigner, openRawPeer, type RawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const RUNS = Math.min(Number(process.env.FUZZ_RUNS ?? 25), 5_000);

type Step =
  | { readonly kind: 'bundle' | 'announce' | 'hold' | 'release' }
  | { readonly kind: 'sync'; readonly count: number }
  | { readonly kind: 'power-cut'; readonly survivors: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('bundle' as const, 'announce' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('hold' as const, 'release' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sync' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('power-cut' as const), survivors: fc.nat(2) }) },
);

const inCustody = (peer: RawPeer): MessageId[] =>
  peer.received.flatMap((frame) => {
    const envelope = decodeEnvelope(frame);
    const custody = envelope.ok ? decodeCustody(envelope.value.payload) : envelope;
    return custody.ok ? [...custody.value.ids] : [];
  });

/** `acknowledged` grows with every promise; after each power cut all of it must be there. */
const play = async (steps: readonly Step[]): Promise<void> => {
  const clock = createVirtualClock();
  const signer = createSigner(5);
  const acknowledged = new Set<MessageId>();
  const newest = new Map<MessageId, number>();
  const record = signer.identity(clock.now());
  const identity = messageIdOf(record.slice(0, -64));
  let made = 0;
  let store = createFaultStore();
  let relay = await createTestNode({ role: 'relay', clock, store });
  let peer = openRawPeer(relay, clock.now());
  const settle = async (): Promise<void> => {
    await clock.run(20);
    // The identity record is not counted: it only lets announcements be verified.
    for (const id of inCustody(peer)) if (id !== identity) acknowledged.add(id);
  };
  const nextFrame = (kind: 'bundle' | 'announce'): Uint8Array => {
    made++;
    if (kind === 'announce') {
      const frame = signer.announce(clock.now(), { offer: (made % 16) as OfferId, counter: made as Counter });
      newest.set(messageIdOf(frame.slice(0, -64)), made % 16);
      return frame;
    }
    const body = new Uint8Array(339).fill(made & 255);
    const created = toWireMinute(clock.now());
    return encodeBundle({
      kind: 'bundle',
      bucket: (made % 256) as Bucket,
      created,
      commitment: body.slice(0, 8),
      body,
    });
  };
  const cut = async (survivors: number): Promise<void> => {
    void relay.driver.stop();
    store = store.crash(survivors);
    relay = await createTestNode({ role: 'relay', clock, store });
    peer = openRawPeer(relay, clock.now());
    await clock.run(20);
    const bundles = new Set((await store.entries('bundles')).map(({ key }) => key.slice(2)));
    const announces = (await store.entries('announces')).map(({ value }) => messageIdOf(value.slice(0, -64)));
    for (const id of acknowledged) {
      const offer = newest.get(id);
      if (offer === undefined) expect(bundles.has(id)).toBe(true);
      // Or what has replaced it since.
      else expect(announces.some((kept) => newest.get(kept) === offer)).toBe(true);
    }
  };
  await settle();
  peer.send(record);
  await settle();
  for (const next of steps) {
    if (next.kind === 'hold') store.hold();
    else if (next.kind === 'release') store.release();
    else if (next.kind === 'sync') store.sync(next.count);
    else if (next.kind === 'power-cut') await cut(next.survivors);
    else peer.send(nextFrame(next.kind));
    await settle();
  }
  await cut(0);
  if (!steps.some(({ kind }) => kind !== 'bundle')) expect(acknowledged.size).toBe(steps.length);
};

test('whatever the order of work and of power cuts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40 }), (steps) => play(steps)),
    { numRuns: RUNS },
  );
}, 600_000);

test('what is acknowledged at once on a good disk is all of it', () =>
  play(Array.from({ length: 12 }, () => ({ kind: 'bundle' }))));
