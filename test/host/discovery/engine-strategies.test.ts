/** What the engine learns of relays, as proposals for the dialling: assignments, and answers of neighbours. */
import { expect, test } from 'vitest';
import type { Millis, NodeAddress, WireMinute } from '#core/brand.ts';
import type { Command } from '#engine/command.ts';
import type { AssignmentState } from '#engine/discovery/assignments.ts';
import { createAssignedRelays, createOrderedRelays } from '#host/discovery/assigned-relays.ts';
import { createCapableNodes } from '#host/discovery/capable-nodes.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const A = 'aa'.repeat(16) as NodeAddress;

const viewsWith = async (mesh: object, peers: readonly object[] = [], relays: readonly string[] = []) => {
  const { views } = (await createTestNode({ role: 'leaf', clock: createVirtualClock() })).engine;
  const known = peers.map((peer) => ({ ...peer, firstSeen: 1 as Millis }));
  return { mesh: () => ({ ...views.mesh(), ...mesh }), peers: () => known as never, relays: () => relays };
};

const assignment = (origin: string, state: AssignmentState, from = A) => ({
  id: origin,
  relay: A,
  from,
  expires: 9 as WireMinute,
  origin,
  state,
});

test('assigned relays are proposed until they fail, on this machine only to whoever is there', async () => {
  const assignments = [
    assignment('https://one.example', 'pending'),
    assignment('https://two.example', 'failed'),
    assignment('http://127.0.0.1:8080', 'completed'),
  ];
  const run: Command[] = [];
  const far = createAssignedRelays(await viewsWith({ assignments }), (command) => void run.push(command));
  expect(far.candidates()).toEqual([{ origin: 'https://one.example', confidence: 1, address: A }]);
  const near = createAssignedRelays(await viewsWith({ assignments }, [], ['http://localhost:1']), () => undefined);
  expect(near.candidates().map(({ origin }) => origin)).toEqual(['https://one.example', 'http://127.0.0.1:8080']);
  far.heard('https://one.example', 'linked');
  far.heard('https://nobody.example', 'failed');
  expect(run).toEqual([]);
  far.heard('https://one.example', 'failed');
  expect(run).toEqual([{ kind: 'assignment-failed', origin: 'https://one.example' }]);
});

test('what an operator ordered whom the configuration names counts as named, and nothing else', async () => {
  const operator = 'bb'.repeat(16) as NodeAddress;
  const assignments = [
    assignment('https://one.example', 'pending'),
    assignment('https://two.example', 'completed', operator),
    assignment('https://three.example', 'failed', operator),
    assignment('https://relay.lan', 'pending', operator),
  ];
  const ordered = createOrderedRelays(await viewsWith({ assignments }), [operator]);
  expect(ordered.source).toBe('static');
  expect(ordered.candidates().map(({ origin }) => origin)).toEqual(['https://two.example']);
  expect(createOrderedRelays(await viewsWith({ assignments }), []).candidates()).toEqual([]);
});

test('nodes that neighbours name are proposed where their origin is known; asked once a minute, after a link', async () => {
  const clock = createVirtualClock();
  const capable = () => [
    { address: A, confidence: 51 },
    { address: 'bb'.repeat(16) as NodeAddress, confidence: 255 },
  ];
  const run: Command[] = [];
  const views = await viewsWith({ capable }, [{ address: A, origin: 'https://one.example' }]);
  const strategy = createCapableNodes(views, clock, (command) => void run.push(command));
  expect(strategy.candidates()).toMatchObject([{ origin: 'https://one.example', confidence: 0.2, address: A }]);
  strategy.heard('https://one.example', 'failed');
  strategy.heard('https://one.example', 'linked');
  strategy.heard('https://two.example', 'linked');
  await clock.run(10_000);
  expect(run).toMatchObject([{ kind: 'find-nodes', region: undefined }]);
  await clock.run(60_000);
  strategy.heard('https://one.example', 'linked');
  await clock.run(10_000);
  expect(run).toHaveLength(2);
});
