/** Nobody who keeps to the protocol is refused anything: refusals cost reputation, and a person reads them among the counters. */
import { expect, test } from 'vitest';
import { PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

test('two relays, a practice that opens while it is linked, and a phone refuse nothing of each other', async () => {
  const clock = createVirtualClock();
  const upper = await createTestNode({ role: 'relay', clock });
  const lower = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  const phone = await createTestNode({ role: 'leaf', clock });
  joinNodes(lower.driver, upper.driver, clock, 5);
  joinNodes(practice.driver, lower.driver, clock, 20);
  await clock.run(2_000);
  await practice.adopt();
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await clock.run(60_000);
  joinNodes(phone.driver, lower.driver, clock, 20);
  await clock.run(60_000);
  for (const { counters } of [upper, lower, practice, phone]) {
    expect([...counters.keys()].filter((name) => name.startsWith('refused'))).toEqual([]);
  }
  expect(phone.engine.views.digest()).toBe(upper.engine.views.digest());
});
