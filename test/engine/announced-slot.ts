import type { Millis, OfferId } from '#core/brand.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import type { VirtualClock } from '#test/virtual-clock.ts';

/** A practice on the internet with one free slot, and its relay. */
export const announceSlot = async (clock: VirtualClock) => {
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  joinNodes(practice.driver, relay.driver, clock);
  await clock.run(1_000);
  const address = await practice.adopt(false, new Uint8Array(32).fill(7));
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await practice.driver.command({ kind: 'save-offer', offer: OFFER });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * 3_600_000) as Millis;
  await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] });
  await clock.run(5_000);
  const slot = { practice: address, offer: 0 as OfferId, start };
  const announce = practice.engine.views.offer(slot.practice, slot.offer)?.raw ?? new Uint8Array();
  const identity = practice.engine.views.identity(address)?.raw;
  /** Whoever is told of it by something else than the mesh. */
  const tell = (node: TestNode) => node.driver.command({ kind: 'take-shared', announce, identity });
  const ask = (node: TestNode, requestId: string) =>
    node.driver.command({
      kind: 'reserve',
      requestId,
      ...slot,
      pseudonym: 'Mondlicht',
      code: '',
      text: 'Guten Tag',
      display: '',
    });
  return { relay, practice, tell, ask };
};
