/** A trace tells what the node did, not what people said: it can be given away, and replays where it was made. */
import { describe, expect, test } from 'vitest';
import type { Millis, OfferId } from '#core/brand.ts';
import { DEFAULT_TIMING, type EngineConfig, LEAF_LIMITS } from '#engine/config.ts';
import { createEngine, type Engine } from '#engine/engine.ts';
import { parseState, STATE_TABLES, type StateTables } from '#engine/loaded-state.ts';
import { createTrace, restoreStep, type Trace, type TraceContents } from '#host/trace.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const SECRETS = [
  'Mondlicht',
  'Ich schlafe seit Wochen nicht',
  'Hinterhaus, Klingel 3',
  'Dienstag um neun',
  'Ich liege mit Fieber im Bett',
] as const;
const [PSEUDONYM, TEXT, NOTE, DISPLAY, CALL_OFF] = SECRETS;
const SEEDS = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];

/** A whole conversation, recorded at the practice and at the patient. */
const converse = async () => {
  const clock = createVirtualClock();
  const begun = clock.now();
  const traces: readonly [Trace, Trace] = [createTrace(10_000), createTrace(10_000)];
  const relay = await createTestNode({ role: 'relay', clock });
  const [atPractice, atPatient] = traces;
  const practice = await createTestNode({ role: 'leaf', clock, seed: SEEDS[0], record: atPractice.record });
  const patient = await createTestNode({ role: 'leaf', clock, seed: SEEDS[1], record: atPatient.record });
  joinNodes(practice.driver, relay.driver, clock);
  const address = await practice.adopt();
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await practice.driver.command({ kind: 'save-offer', offer: OFFER });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * 3_600_000) as Millis;
  const slot = { practice: address, offer: 0 as OfferId, start };
  await practice.driver.command({ kind: 'add-slots', offer: slot.offer, starts: [start] });
  joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 1);
  const said = { pseudonym: PSEUDONYM, code: '', text: TEXT, display: DISPLAY };
  await patient.driver.command({ kind: 'reserve', requestId: '00000000000000a1', ...slot, ...said });
  await clock.until(() => practice.engine.views.inbox().length === 1);
  await practice.driver.command({
    kind: 'hold',
    decision: { kind: 'confirm', requestId: '00000000000000a1', note: NOTE },
  });
  await clock.until(() => patient.engine.views.requests()[0]?.phase === 'confirmed');
  const off = { kind: 'call-off', requestId: '00000000000000a1', reason: 'illness', text: CALL_OFF } as const;
  await practice.driver.command({ kind: 'hold', decision: off });
  await practice.driver.command(off);
  await clock.until(() => patient.engine.views.requests()[0]?.phase === 'cancelled');
  return { traces, begun };
};

/** Everything in a value as text: strings as they are, bytes as the characters that they would be. */
const textOf = (value: unknown): string => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value instanceof Map) return [...value].map(textOf).join('\n');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(textOf).join('\n');
  return String(value);
};

const leaf = (seed: Uint8Array, now: Millis): Engine => {
  const config: EngineConfig = {
    role: 'leaf',
    identity: undefined,
    registrars: [],
    limits: LEAF_LIMITS,
    timing: DEFAULT_TIMING,
    padding: 'uniform',
  };
  const tables = Object.fromEntries(STATE_TABLES.map((table) => [table, []])) as unknown as StateTables;
  return createEngine({ config, seed, state: parseState(tables), now });
};
const NONE: TraceContents = new Map();

describe('a recorded conversation', () => {
  test('has nothing in it that anybody said; what was said is kept apart', async () => {
    const { traces } = await converse();
    for (const trace of traces) {
      const [told, kept] = [textOf(trace.steps), textOf(trace.contents)];
      for (const secret of SECRETS) expect(told).not.toContain(secret);
      for (const secret of [PSEUDONYM, TEXT, NOTE, CALL_OFF]) expect(kept).toContain(secret);
    }
    // Also not whom the patient asked: the announcements that it holds name everybody alike.
    const reserve = traces[1].steps.find(({ event }) => event.kind === 'command')?.event;
    expect(reserve).toMatchObject({ command: { practice: expect.stringMatching(/^content:\d+$/) } });
  });

  test('is plain data: cloned and restored, it replays to the very same effects', async () => {
    const { traces, begun } = await converse();
    for (const [index, { steps, contents }] of traces.entries()) {
      const engine = leaf(SEEDS[index] ?? new Uint8Array(32), begun);
      for (const step of structuredClone([...steps])) {
        const { now, event, effects } = restoreStep(step, contents);
        expect(engine.handle(now, event)).toEqual(effects);
      }
    }
  });

  test('elsewhere it replays as far as it does not depend on what was said', async () => {
    const { traces, begun } = await converse();
    for (const [index, { steps }] of traces.entries()) {
      const engine = leaf(SEEDS[index] ?? new Uint8Array(32), begun);
      const first = steps.findIndex(({ event }) => event.kind !== 'link-opened' && textOf(event).includes('content:'));
      expect(first).toBeGreaterThan(3);
      for (const step of steps.slice(0, first)) {
        const { now, event, effects } = restoreStep(step, NONE);
        const kinds = engine.handle(now, event).map(({ kind }) => kind);
        expect(kinds).toEqual(effects.map(({ kind }) => kind));
      }
    }
  });

  test('keeps its beginning when it is full, and says what is missing', () => {
    const trace = createTrace(2);
    for (const now of [1, 2, 3, 4]) trace.record(now as Millis, { kind: 'wake' }, []);
    expect(trace.steps.map(({ now }) => now)).toEqual([1, 2]);
    expect(trace.missed()).toBe(2);
  });
});
