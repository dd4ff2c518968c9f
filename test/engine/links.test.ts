/** What the class of a link changes in a whole node. */
import { expect, test } from 'vitest';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import { KIND } from '#core/wire/kinds.ts';
import { createTestNode, joinWith } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

/** Beacons and pings that both ends of a link send in a minute in which somebody looks. */
const signsOfLife = async (capability: LinkCapability): Promise<number> => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const leaf = await createTestNode({ role: 'leaf', clock });
  let signs = 0;
  const fate = ([kind]: Uint8Array): readonly number[] => {
    if (kind === KIND.beacon || kind === KIND.ping || kind === KIND.pong) signs++;
    return [1];
  };
  joinWith(leaf.driver, relay.driver, clock, fate, capability);
  await clock.run(60_000);
  signs = 0;
  for (let second = 0; second < 60; second++) {
    await leaf.driver.command({ kind: 'attend' });
    await clock.run(1_000);
  }
  return signs;
};

test('a wide link tells whoever looks every second who is there; a slow one four times a minute, with its answer', async () => {
  expect(await signsOfLife('unconstrained')).toBeGreaterThan(100);
  expect(await signsOfLife('medium')).toBeLessThan(25);
});
