/** Offers and the identity record of whoever signed them, in every order: what may stand together is the same everywhere. */
import { expect, test } from 'vitest';
import type { Counter } from '#core/brand.ts';
import { KOSTENTRAEGER, toMask } from '#core/domain/values.ts';
import type { Profile } from '#core/wire/identity.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const HEILPRAKTIKER: Profile = { ...PROFILE, beruf: 'HEILPRAKTIKER_PSYCH' };
const ORDERS = [
  ['before', ['old', 'offer', 'new']],
  ['after', ['old', 'new', 'offer']],
] as const;

test.each(ORDERS)('what a newer identity record forbids is gone, also when it came %s it', async (_, order) => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const peer = openRawPeer(relay, clock.now());
  await clock.run(10);
  const [signer, now] = [createSigner(1), clock.now()];
  const records = {
    old: signer.identity(now, { profile: PROFILE, counter: 1 as Counter }),
    new: signer.identity(now, { profile: HEILPRAKTIKER, counter: 2 as Counter }),
    offer: signer.announce(now, { kostentraeger: toMask(KOSTENTRAEGER, ['GKV']), counter: 1 as Counter }),
  };
  const counts: number[] = [];
  for (const name of order) {
    peer.send(records[name]);
    await clock.run(50);
    counts.push(relay.engine.views.slots.size);
  }
  expect(counts).toEqual(order[1] === 'offer' ? [0, 1, 0] : [0, 0, 0]);
});
