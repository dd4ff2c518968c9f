/** A recorded trace is a bug report: the same seed, state and events give the same effects, in another process or year. */
import { expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { DEFAULT_TIMING, type EngineConfig, LEAF_LIMITS } from '#engine/config.ts';
import type { Effect } from '#engine/effect.ts';
import { createEngine } from '#engine/engine.ts';
import type { EngineEvent } from '#engine/event.ts';
import { parseState, STATE_TABLES, type StateTables } from '#engine/loaded-state.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

interface Step {
  readonly now: Millis;
  readonly event: EngineEvent;
  readonly effects: readonly Effect[];
}

const LEAF: EngineConfig = {
  role: 'leaf',
  identity: undefined,
  registrars: [],
  limits: LEAF_LIMITS,
  timing: DEFAULT_TIMING,
  padding: 'uniform',
};
const NOTHING = Object.fromEntries(STATE_TABLES.map((table) => [table, []])) as unknown as StateTables;

/** A whole conversation, recorded at the practice and at the patient. */
const record = async () => {
  const clock = createVirtualClock();
  const begun = clock.now();
  const traces: [Step[], Step[]] = [[], []];
  const seeds = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
  const relay = await createTestNode({ role: 'relay', clock });
  const recorder = (index: 0 | 1) => (now: Millis, event: EngineEvent, effects: readonly Effect[]) =>
    // As a file would: what is kept must not be what goes on to be used.
    void traces[index].push(structuredClone({ now, event, effects }));
  const practice = await createTestNode({ role: 'leaf', clock, seed: seeds[0], record: recorder(0) });
  const patient = await createTestNode({ role: 'leaf', clock, seed: seeds[1], record: recorder(1) });
  joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await practice.driver.command({ kind: 'save-offer', offer: OFFER });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * 3_600_000) as Millis;
  await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] });
  joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 1);
  const wish = {
    practice: address,
    offer: 0 as OfferId,
    start,
    pseudonym: 'Mondlicht',
    code: '',
    text: '',
    display: '',
  };
  await patient.driver.command({ kind: 'reserve', requestId: '00000000000000a1', ...wish });
  await clock.until(() => practice.engine.views.inbox().length === 1);
  await practice.driver.command({ kind: 'confirm', requestId: '00000000000000a1', note: 'Hinterhaus' });
  await clock.until(() => patient.engine.views.requests()[0]?.phase === 'confirmed');
  return { traces, seeds, begun };
};

test('replayed, a trace gives the same effects, step by step', async () => {
  const { traces, seeds, begun } = await record();
  for (const [index, trace] of traces.entries()) {
    expect(trace.length).toBeGreaterThan(10);
    const seed = seeds[index] ?? new Uint8Array(32);
    const engine = createEngine({ config: LEAF, seed, state: parseState(NOTHING), now: begun });
    for (const { now, event, effects } of structuredClone(trace)) expect(engine.handle(now, event)).toEqual(effects);
  }
});

test('another seed gives other effects: the comparison sees them', async () => {
  const { traces, begun } = await record();
  const engine = createEngine({
    config: LEAF,
    seed: new Uint8Array(32).fill(3),
    state: parseState(NOTHING),
    now: begun,
  });
  const same = traces[1].every(
    ({ now, event, effects }) => JSON.stringify(engine.handle(now, event)) === JSON.stringify(effects),
  );
  expect(same).toBe(false);
});
