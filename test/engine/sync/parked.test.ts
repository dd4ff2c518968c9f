/** A synchronisation in which announcements come before the key that proves them does not wait for it: it asks again. */
import { expect, test } from 'vitest';
import { messageIdOf } from '#core/crypto/address.ts';
import { encodeBeacon } from '#core/wire/beacon.ts';
import { decodeEstimate } from '#core/wire/estimate.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { encodeIds } from '#core/wire/ids.ts';
import { KIND } from '#core/wire/kinds.ts';
import { splitSignature } from '#core/wire/signed.ts';
import { decodeWant } from '#core/wire/want.ts';
import { createSetIndex } from '#engine/sync/set-index.ts';
import type { LinkHandlers } from '#ports/transport.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const idOf = (record: Uint8Array): string => messageIdOf(splitSignature(record).signed).slice(0, 16);

test('the key of an announcement is found in the next round, which comes at once', async () => {
  const clock = createVirtualClock();
  const leaf = await createTestNode({ role: 'leaf', clock });
  const signer = createSigner(1);
  const records = new Map<string, Uint8Array>();
  const announce = signer.announce(clock.now());
  const identity = signer.identity(clock.now());
  for (const record of [announce, identity]) records.set(idOf(record), record);
  // What a digest that happens to be equal hides: the first estimate of the keys finds nothing.
  const sets = new Map([
    [0, [idOf(announce)]],
    [1, [idOf(identity)]],
  ]);
  let hidden = true;
  let beacons = 0;
  const answer = (frame: Uint8Array): Uint8Array[] => {
    const kind = frame[0];
    if (kind === KIND.beacon) {
      beacons++;
      const digests = [0, 1] as const;
      const index = (set: 0 | 1) => createSetIndex(sets.get(set) ?? []);
      return [
        encodeBeacon({
          kind: 'beacon',
          bridge: false,
          rooted: false,
          attentive: false,
          child: false,
          island: false,
          place: undefined,
          sets: digests.map((set) => ({ set, root: index(set).root(), size: 1 })),
        }),
      ];
    }
    if (kind === KIND.estimate) {
      const estimate = decodeEstimate(frame);
      if (!estimate.ok) throw new Error(estimate.code);
      const { set } = estimate.value;
      const ids = set === 1 && hidden ? [] : (sets.get(set) ?? []);
      if (set === 1) hidden = false;
      return [encodeIds({ kind: 'ids', set, bins: new Uint8Array(32).fill(255), ids, more: false })];
    }
    const want = kind === KIND.want ? decodeWant(frame) : undefined;
    return want?.ok ? want.value.ids.flatMap((id) => records.get(id) ?? []) : [];
  };
  leaf.driver.attach((handlers: LinkHandlers) => {
    const relay = createSigner(8).address;
    const hello = { kind: 'hello', clock: clock.now(), wantsSync: true, salt: new Uint8Array(8), relay } as const;
    queueMicrotask(() => handlers.onFrame(encodeHello(hello)));
    return {
      transport: 'memory',
      remote: 'relay',
      send: (frame) => {
        for (const one of answer(frame)) queueMicrotask(() => handlers.onFrame(one));
        return true;
      },
      close: () => undefined,
    };
  });
  await clock.run(500);
  expect(leaf.engine.views.slots.size).toBe(1);
  // And it does not ask for ever for what is waiting already.
  expect(beacons).toBeLessThan(5);
});

test('an announcement whose key never comes is not asked for twice, and the node says that it is up to date', async () => {
  const clock = createVirtualClock();
  const leaf = await createTestNode({ role: 'leaf', clock });
  const announce = createSigner(1).announce(clock.now());
  const id = idOf(announce);
  let wants = 0;
  leaf.driver.attach((handlers: LinkHandlers) => {
    const relay = createSigner(8).address;
    const hello = { kind: 'hello', clock: clock.now(), wantsSync: true, salt: new Uint8Array(8), relay } as const;
    queueMicrotask(() => handlers.onFrame(encodeHello(hello)));
    const say = (frame: Uint8Array): void => queueMicrotask(() => handlers.onFrame(frame));
    return {
      transport: 'memory',
      remote: 'relay',
      send: (frame) => {
        if (frame[0] === KIND.beacon)
          say(
            encodeBeacon({
              kind: 'beacon',
              bridge: false,
              rooted: false,
              attentive: false,
              child: false,
              island: false,
              place: undefined,
              sets: [{ set: 0, root: createSetIndex([id]).root(), size: 1 }],
            }),
          );
        if (frame[0] === KIND.estimate)
          say(encodeIds({ kind: 'ids', set: 0, bins: new Uint8Array(32).fill(255), ids: [id], more: false }));
        if (frame[0] === KIND.want) {
          wants++;
          say(announce);
        }
        return true;
      },
      close: () => undefined,
    };
  });
  await clock.run(60_000);
  expect(wants).toBe(1);
  expect(leaf.engine.views.status().syncedAt).toBeDefined();
  expect(leaf.engine.views.slots.size).toBe(0);
});
