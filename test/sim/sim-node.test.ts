/** Nodes in virtual time: the commit rule, power cuts, and that a seed decides everything. */
import { describe, expect, test } from 'vitest';
import type { OfferId } from '#core/brand.ts';
import { WIRE } from '#sim/channel.ts';
import { buildMesh, slotsKnown } from '#sim/mesh.ts';
import { createNetwork } from '#sim/network.ts';
import { addSlots, openPractice, slotStart } from '#sim/practice.ts';
import { createSimNode } from '#sim/sim-node.ts';
import { createWorld } from '#sim/world.ts';

const setting = (seed: number) => ({ seed, nodes: 10 });
const PLAN = { degree: 4, relays: 10, practices: 2, model: { ...WIRE, loss: 0.1, jitter: 10 } } as const;

const playOnce = async (seed: number) => {
  const mesh = buildMesh(setting(seed), PLAN);
  for (const practice of mesh.practices) addSlots(practice, [0, 1]);
  await mesh.world.run(120_000);
  return mesh;
};

describe('a world', () => {
  test('plays the same way twice, and another way with another seed', async () => {
    const [once, again, other] = [await playOnce(5), await playOnce(5), await playOnce(6)];
    expect(again.world.traceHash()).toBe(once.world.traceHash());
    expect(again.world.events).toBe(once.world.events);
    expect(other.world.traceHash()).not.toBe(once.world.traceHash());
  });
  test('brings every announcement to every node, and all sets to the same digest', async () => {
    const { nodes, practices } = await playOnce(1);
    for (const node of nodes) {
      for (const practice of practices) expect(slotsKnown(node, practice)).toBe(2);
    }
    expect(new Set(nodes.map((node) => node.engine()?.views.digest())).size).toBe(1);
  });
});

describe('a power cut', () => {
  test('undoes what was not committed: no reply, and nothing known afterwards', async () => {
    const world = createWorld(setting(1));
    const node = createSimNode(world, 0, { role: 'leaf' });
    openPractice(node);
    await world.run(1_000);
    const replies: boolean[] = [];
    node.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [slotStart(0)] }, ({ ok }) => replies.push(ok));
    expect(node.engine()?.views.offers()[0]?.slots).toHaveLength(1);
    node.crash();
    await world.run(1_000);
    node.start();
    expect(replies).toEqual([]);
    expect(node.engine()?.views.offers()[0]?.slots).toHaveLength(0);
  });
  test('undoes nothing that was answered', async () => {
    const world = createWorld(setting(1));
    const node = createSimNode(world, 0, { role: 'leaf' });
    openPractice(node);
    await world.run(1_000);
    let kept = false;
    node.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [slotStart(0)] }, ({ ok }) => {
      kept = ok;
      node.crash();
    });
    await world.run(1_000, () => kept);
    node.start();
    expect(kept).toBe(true);
    expect(node.engine()?.views.offers()[0]?.slots).toHaveLength(1);
  });
  test('of a neighbour ends the link, which comes back with it', async () => {
    const world = createWorld(setting(3));
    const network = createNetwork(world);
    const [a, b] = [createSimNode(world, 0, { role: 'relay' }), createSimNode(world, 1, { role: 'relay' })];
    network.join(a, b, WIRE);
    await world.run(1_000);
    expect([network.openLinks, a.engine()?.views.status().links]).toEqual([1, 1]);
    b.crash();
    await world.run(5_000);
    expect([network.openLinks, a.engine()?.views.status().links]).toEqual([0, 0]);
    b.start();
    await world.run(70_000);
    expect([network.openLinks, a.engine()?.views.status().links, b.engine()?.views.status().links]).toEqual([1, 1, 1]);
  });
});

describe('two halves of a split', () => {
  test('hear nothing of each other, notice it after more than three seconds of silence, and meet again', async () => {
    const { world, network, nodes, practices } = buildMesh(setting(2), PLAN);
    await world.run(60_000);
    const links = network.openLinks;
    network.split(new Set([0, 1, 2, 3, 4, 10]));
    await world.run(2_000);
    expect(network.openLinks).toBe(links);
    const [practice] = practices;
    if (practice === undefined) throw new Error('no practice');
    addSlots(practice, [0]);
    await world.run(60_000);
    expect(network.openLinks).toBeLessThan(links);
    expect(nodes.filter((node) => slotsKnown(node, practice) === 1).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
    network.heal();
    await world.run(120_000);
    expect(network.openLinks).toBe(links);
    expect(nodes.every((node) => slotsKnown(node, practice) === 1)).toBe(true);
  });
});
