/** The first time that everything known is here: from then on an empty answer means that nothing is free. */
import { expect, test } from 'vitest';
import type { Topic } from '#engine/effect.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

test('whoever shows what is free hears of it, also when there is nothing', async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const leaf = await createTestNode({ role: 'leaf', clock });
  const told: Topic[] = [];
  leaf.driver.subscribe((topic) => {
    if (leaf.engine.views.status().syncedAt !== undefined) told.push(topic);
  });
  expect(leaf.engine.views.status().syncedAt).toBeUndefined();
  joinNodes(leaf.driver, relay.driver, clock);
  await clock.until(() => told.includes('slots'), 10_000);
  expect(told).toContain('status');
  told.length = 0;
  await clock.run(60_000);
  expect(told).toContain('status');
  expect(told).not.toContain('slots');
});
