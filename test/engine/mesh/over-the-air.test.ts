/** Routed messages over radio: up by the link towards the internet, down by the way that what came up has left. */
import { expect, test } from 'vitest';
import type { MessageId, NodeAddress } from '#core/brand.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import { KIND } from '#core/wire/kinds.ts';
import type { ReceivedMessage } from '#engine/effect.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinByRadio, joinNodes, type RadioLink, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const HOUR = 3_600_000;
const text = (length: number): Uint8Array => new Uint8Array(length).fill(120);

const practiceAt = async (clock: VirtualClock, relay: TestNode, seed: number) => {
  const node = await createTestNode({ role: 'leaf', clock, config: { carries: true } });
  const cut = joinNodes(node.driver, relay.driver, clock);
  await clock.run(1_000);
  const address = await node.adopt(false, new Uint8Array(32).fill(seed));
  await node.driver.command({ kind: 'save-profile', profile: PROFILE });
  await clock.run(30_000);
  const heard: ReceivedMessage[] = [];
  node.driver.onMessage((message) => void heard.push(message));
  return { ...node, node, address, heard, cut };
};

/** A practice on the internet; another one that loses it; a gateway and a station in between. */
const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const town = await practiceAt(clock, relay, 1);
  const village = await practiceAt(clock, relay, 2);
  const station = () => createTestNode({ role: 'leaf', clock, config: { carries: true } });
  const [gateway, between] = [await station(), await station()];
  joinNodes(gateway.driver, relay.driver, clock);
  await clock.run(60_000);
  village.cut();
  await clock.run(60_000);
  const join = (capability: LinkCapability = 'constrained') => {
    const upper = joinByRadio(between.driver, gateway.driver, clock, 1_500, capability);
    const lower = joinByRadio(village.driver, between.driver, clock, 1_500, capability);
    return { upper, lower };
  };
  return { clock, relay, town, village, gateway, between, join };
};

const say = async (from: TestNode, to: NodeAddress, body: Uint8Array): Promise<MessageId> => {
  const reply = await from.driver.command({ kind: 'send', destination: to, body });
  if (!reply.ok || typeof reply.value !== 'string') throw new Error('not sent');
  return reply.value as MessageId;
};
const deliveryOf = (node: TestNode, id: MessageId) =>
  node.engine.views.mesh().deliveries.find((delivery) => delivery.id === id);
const count = (link: RadioLink, kind: number): number =>
  [...link.sent, ...link.received].filter(([sent]) => sent === kind).length;

test('a message goes up over two radio links, and one comes back; each once, and both are delivered', async () => {
  const { clock, town, village, join } = await setUp();
  const { upper, lower } = join();
  await clock.run(20_000);
  const up = await say(village, town.address, text(100));
  await clock.until(() => deliveryOf(village, up)?.phase === 'delivered');
  expect(town.heard).toMatchObject([{ from: village.address, id: up, body: text(100) }]);
  const down = await say(town, village.address, text(50));
  await clock.until(() => deliveryOf(town, down)?.phase === 'delivered');
  expect(village.heard).toMatchObject([{ from: town.address, id: down, body: text(50) }]);
  await clock.run(1_100_000);
  // Each message and each receipt went once over each link.
  for (const link of [upper, lower]) expect(count(link, KIND.unicast)).toBe(4);
  expect([town.heard.length, village.heard.length]).toEqual([1, 1]);
});

test('whoever has said nothing is found by its announcement, for as long as it stays', async () => {
  const { clock, town, village, join } = await setUp();
  join();
  await clock.run(2 * HOUR);
  const id = await say(town, village.address, text(50));
  await clock.until(() => deliveryOf(town, id)?.phase === 'delivered');
  expect(village.heard).toHaveLength(1);
});

test('what comes while nobody is there is kept by the relay, and goes when a station is back', async () => {
  const { clock, town, village, join } = await setUp();
  const id = await say(town, village.address, text(50));
  await clock.until(() => deliveryOf(town, id)?.phase === 'custody');
  await clock.run(HOUR);
  join();
  await clock.until(() => deliveryOf(town, id)?.phase === 'delivered');
  expect(village.heard).toHaveLength(1);
});

test('what the link does not take is refused, to whoever sent it, and delivered once a wide one is there', async () => {
  const { clock, relay, town, village, join } = await setUp();
  const { lower } = join();
  await clock.run(20_000);
  // 98 bytes are around it, and one says that it is a message.
  const up = await say(village, town.address, text(4_096 - 98));
  await clock.run(2_000);
  expect(deliveryOf(village, up)).toMatchObject({ phase: 'refused', code: 'too-large' });
  const down = await say(town, village.address, text(4_096 - 98));
  await clock.run(10_000);
  expect(deliveryOf(town, down)).toMatchObject({ phase: 'refused', code: 'too-large' });
  await clock.run(2 * HOUR);
  expect(count(lower, KIND.unicast)).toBe(0);
  // The way is as good as before.
  const short = await say(town, village.address, text(10));
  await clock.until(() => deliveryOf(town, short)?.phase === 'delivered');
  joinNodes(village.driver, relay.driver, clock);
  // Whoever sent it tries every ten minutes.
  await clock.run(660_000);
  expect(deliveryOf(village, up)?.phase).toBe('delivered');
  expect(deliveryOf(town, down)?.phase).toBe('delivered');
  expect(deliveryOf(town, down)?.code).toBeUndefined();
  expect([town.heard.length, village.heard.length]).toEqual([1, 2]);
});

test('the longest message that fits goes over the air', async () => {
  const { clock, town, village, join } = await setUp();
  const { lower } = join();
  await clock.run(20_000);
  const id = await say(village, town.address, text(4_096 - 99));
  await clock.until(() => deliveryOf(village, id)?.phase === 'delivered');
  expect(lower.sent).toContainEqual([KIND.unicast, 4_096]);
});

test('on the slowest links two frames are a message, and a receipt finds back behind it', async () => {
  const { clock, town, village, join } = await setUp();
  const { lower } = join('severe');
  // Long enough for the path that the first announcement left to end.
  await clock.run(2 * HOUR);
  const tooLong = await say(village, town.address, text(484 - 98));
  await clock.run(2_000);
  expect(deliveryOf(village, tooLong)).toMatchObject({ phase: 'refused', code: 'too-large' });
  const fits = await say(village, town.address, text(484 - 99));
  await clock.until(() => deliveryOf(village, fits)?.phase === 'delivered');
  expect(lower.sent.filter(([kind]) => kind === KIND.unicast)).toEqual([[KIND.unicast, 484]]);
  const down = await say(town, village.address, text(484 - 98));
  await clock.run(10_000);
  expect(deliveryOf(town, down)).toMatchObject({ phase: 'refused', code: 'too-large' });
});

test('what a station does not take rests for ten minutes, and goes at once by the next one when the first is gone', async () => {
  const { clock, gateway, between, town, village } = await setUp();
  const lower = joinByRadio(village.driver, between.driver, clock, 1_500);
  await clock.run(20_000);
  const id = await say(village, town.address, text(50));
  await clock.run(500_000);
  // The station in between knows nobody nearer to the internet, and says so.
  expect([count(lower, KIND.unicast), count(lower, KIND.ack)]).toEqual([1, 1]);
  await clock.run(600_000);
  expect(count(lower, KIND.unicast)).toBe(2);
  expect(deliveryOf(village, id)?.phase).toBe('queued');
  lower.cut();
  await clock.run(1_000);
  joinByRadio(village.driver, gateway.driver, clock, 1_500);
  await clock.until(() => deliveryOf(village, id)?.phase === 'delivered');
  expect(town.heard).toHaveLength(1);
});

test.each([
  ['constrained', 4],
  ['severe', 1],
] as const)(
  'an idle hour on a %s link: %d announcements of a practice at most, none of anybody else',
  async (capability, most) => {
    const { clock, join } = await setUp();
    const { upper, lower } = join(capability);
    await clock.run(HOUR);
    for (const link of [upper, lower]) {
      expect(count(link, KIND.broadcast)).toBeGreaterThan(0);
      expect(count(link, KIND.broadcast)).toBeLessThanOrEqual(most);
      expect(link.received.map(([kind]) => kind)).toEqual([KIND.hello]);
      const other = link.sent.filter(([kind]) => kind !== KIND.broadcast).map(([kind]) => kind);
      expect(new Set(other)).toEqual(new Set([KIND.hello, KIND.listen]));
    }
  },
);

test('a patient’s phone announces nothing over the air, and hears of nobody', async () => {
  const { clock, between, join } = await setUp();
  join();
  const phone = await createTestNode({ role: 'leaf', clock, config: { carries: true } });
  const link = joinByRadio(phone.driver, between.driver, clock);
  await clock.run(HOUR);
  expect(link.sent.map(([kind]) => kind)).toEqual([KIND.hello]);
  expect(link.received.map(([kind]) => kind)).toEqual([KIND.hello]);
});
