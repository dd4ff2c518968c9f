/** Who says where it is, as what, and from when on; and that a destination's own refusal costs no path. */
import { describe, expect, test } from 'vitest';
import type { KeyName } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import { MESH_LEVELS } from '#core/domain/mesh-place.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { DEFAULT_TIMING, LEAF_LIMITS } from '#engine/config.ts';
import { stationOf } from '#engine/mesh/own-station.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const publicKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const identity = { key: 'own' as KeyName, publicKey, address: addressOf(publicKey) };
const config = (role: 'relay' | 'leaf', capabilities?: number) => {
  const more = capabilities === undefined ? {} : { capabilities };
  const rest = { registrars: [], limits: LEAF_LIMITS, timing: DEFAULT_TIMING, padding: 'uniform' } as const;
  return { role, identity, ...more, ...rest };
};

describe('what a node announces itself as', () => {
  test.each([
    ['a relay', 'relay', undefined, 2, 0x0203],
    ['a relay, whatever else it was told', 'relay', CAPABILITY.GATEWAY, 2, 0x0203],
    ['a program', 'leaf', undefined, 0, 0x0001],
    ['a program on a slow link', 'leaf', CAPABILITY.CONSTRAINED, 0, 0x0009],
    ['a kiosk', 'leaf', CAPABILITY.GATEWAY | CAPABILITY.STORE, 1, 0x0007],
    ['a program that would be a relay', 'leaf', CAPABILITY.RELAY | CAPABILITY.THERAPIST, 0, 0x0001],
  ] as const)('%s', (_, role, told, level, capabilities) => {
    const station = stationOf(config(role, told), undefined, { level: MESH_LEVELS[level], role: 'MEMBER' });
    expect(station).toMatchObject({ address: identity.address, level, capabilities });
    expect(station).not.toHaveProperty('publicKey');
  });

  test('whoever has no identity says nothing', () => {
    expect(
      stationOf({ ...config('leaf'), identity: undefined }, undefined, { level: 'LEAF', role: 'MEMBER' }),
    ).toBeUndefined();
  });
});

test('a practice that is made while it is linked is known at its relay at once', async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const leaf = await createTestNode({ role: 'leaf', clock });
  joinNodes(leaf.driver, relay.driver, clock);
  await clock.run(2_000);
  const address = await leaf.adopt();
  await leaf.driver.command({ kind: 'save-profile', profile: PROFILE });
  await clock.run(2_000);
  expect(relay.engine.views.mesh().routesTo(address)).toBe(1);
  expect(leaf.engine.views.mesh().self).toMatchObject({ address, level: 0, region: 80 });
});

test('what the destination itself does not take leaves the path to it', async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const [from, to] = [await createTestNode({ role: 'leaf', clock }), await createTestNode({ role: 'leaf', clock })];
  for (const leaf of [from, to]) joinNodes(leaf.driver, relay.driver, clock);
  const target = await to.adopt();
  await to.driver.command({ kind: 'save-profile', profile: PROFILE });
  await from.adopt();
  await from.driver.command({ kind: 'save-profile', profile: PROFILE });
  await clock.run(2_000);
  // More at once than the destination takes from one sender: the rest is not taken, and tried again later.
  for (let number = 0; number < 80; number++) {
    const body = Uint8Array.of(number);
    expect(await from.driver.command({ kind: 'send', destination: target, body })).toMatchObject({ ok: true });
  }
  await clock.run(1_000);
  expect(to.counters.get('refused rate-limited')).toBeGreaterThan(0);
  expect(relay.engine.views.mesh().routesTo(target)).toBe(1);
  await clock.run(120_000);
  expect(from.engine.views.mesh().deliveries.filter(({ phase }) => phase === 'delivered')).toHaveLength(80);
});

test('what waited without a link goes when there is one, and is handed on when the key of its sender comes', async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const [from, to] = [await createTestNode({ role: 'leaf', clock }), await createTestNode({ role: 'leaf', clock })];
  joinNodes(to.driver, relay.driver, clock);
  const target = await to.adopt();
  await to.driver.command({ kind: 'save-profile', profile: PROFILE });
  await from.adopt();
  await from.driver.command({ kind: 'save-profile', profile: PROFILE });
  await clock.run(2_000);
  const heard: number[] = [];
  to.driver.onMessage(({ body }) => heard.push(body[0] ?? 0));
  for (const number of [1, 2, 3]) {
    const sent = from.driver.command({ kind: 'send', destination: target, body: Uint8Array.of(number) });
    expect(await sent).toMatchObject({ ok: true });
  }
  await clock.run(3_600_000);
  expect(from.engine.views.mesh().stats.kept).toBe(3);
  joinNodes(from.driver, relay.driver, clock);
  await clock.run(1_500);
  expect(heard).toEqual([1, 2, 3]);
  expect(from.engine.views.mesh().deliveries.map(({ phase }) => phase)).toEqual(Array(3).fill('delivered'));
});
