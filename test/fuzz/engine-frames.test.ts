/** A node against whatever comes over a link: it never throws, stays within its bounds, and goes on serving others. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Counter, Millis } from '#core/brand.ts';
import { KIND } from '#core/wire/kinds.ts';
import { RELAY_LIMITS } from '#engine/config.ts';
import { bytesOf, vectorFiles } from '#test/core/wire/vector-files.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

// Each run starts a node with real crypto: fewer of them than of a codec's.
const RUNS = Math.min(Math.ceil(Number(process.env.FUZZ_RUNS ?? 500) / 10), 5_000);
const LIMITS = { ...RELAY_LIMITS, announcements: 4, identities: 4, bundles: 4, parkedPerLink: 4 };

const known = vectorFiles().flatMap(({ valid, refused }) => [...valid, ...refused].map(({ bytes }) => bytesOf(bytes)));
const kinds = Object.values(KIND);

const frame: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom(...known),
  // One of the examples with something changed in it.
  fc
    .tuple(fc.constantFrom(...known), fc.array(fc.tuple(fc.nat(0xffff), fc.nat(255)), { maxLength: 3 }))
    .map(([bytes, changes]) => {
      const changed = Uint8Array.from(bytes);
      for (const [at, value] of changes) if (changed.length > 0) changed[at % changed.length] = value;
      return changed;
    }),
  fc
    .tuple(fc.constantFrom(...kinds), fc.uint8Array({ maxLength: 400 }))
    .map(([kind, rest]) => Uint8Array.of(kind, ...rest)),
  fc.uint8Array({ maxLength: 64 }),
);

const role = fc.constantFrom('relay' as const, 'leaf' as const);

test('any frames in any order', async () => {
  const property = fc.asyncProperty(
    fc.array(frame, { maxLength: 60 }),
    fc.boolean(),
    role,
    async (frames, greets, as) => {
      const clock = createVirtualClock();
      const node = await createTestNode({ role: as, clock, config: { limits: LIMITS } });
      const hostile = openRawPeer(node, clock.now(), greets);
      await clock.run(10);
      for (const bytes of frames) hostile.send(bytes);
      await clock.run(60_000);
      const status = node.engine.views.status();
      expect(status.announcements).toBeLessThanOrEqual(LIMITS.announcements);
      expect(status.identities).toBeLessThanOrEqual(LIMITS.identities);
      expect(status.bundles).toBeLessThanOrEqual(LIMITS.bundles);
      expect(status.pendingCrypto).toBe(0);
      // Somebody else comes, and is heard.
      const honest = openRawPeer(node, clock.now());
      await clock.run(10);
      const heard = honest.received.length;
      honest.send(Uint8Array.of(KIND.ping, 1, 2, 3, 4, 5, 6, 7, 8));
      await clock.run(10);
      expect(honest.received.slice(heard).map((answer) => answer[0])).toEqual([KIND.pong]);
      if (status.identities < LIMITS.identities) {
        const signer = createSigner(77);
        honest.send(signer.identity(clock.now()));
        honest.send(signer.announce(clock.now() as Millis, { counter: 2 as Counter }));
        await clock.run(50);
        expect(node.engine.views.identity(signer.address)).toBeDefined();
      }
      await node.driver.stop();
    },
  );
  await fc.assert(property, { numRuns: RUNS });
}, 600_000);
