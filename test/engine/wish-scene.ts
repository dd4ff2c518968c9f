/** A patient between two practices, for tests of wishes and of moved appointments. */
import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import type { Command } from '#engine/command.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestCrypto, createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

export const A = '00000000000000a1';
export const B = '00000000000000b2';
export const C = '00000000000000c3';
export const D = '00000000000000d4';
export const SLOT = 0 as OfferId;

/** Two practices with two free slots each, and a patient whose device may lose power. */
export const setUp = async () => {
  const clock = createVirtualClock();
  const crypto = createTestCrypto();
  const relay = await createTestNode({ role: 'relay', clock });
  const first = (Math.ceil(clock.now() / 300_000) * 300_000 + 30 * HOUR) as Millis;
  const at = (hours: number) => (first + hours * HOUR) as Millis;
  const open = async (codeRequired = false): Promise<{ node: TestNode; address: NodeAddress }> => {
    const node = await createTestNode({ role: 'leaf', clock });
    joinNodes(node.driver, relay.driver, clock);
    await clock.run(100);
    const address = await node.adopt();
    await node.driver.command({ kind: 'save-profile', profile: PROFILE });
    await node.driver.command({ kind: 'save-offer', offer: { ...OFFER, codeRequired } });
    await node.driver.command({ kind: 'add-slots', offer: SLOT, starts: [at(0), at(2), at(4), at(6)] });
    return { node, address };
  };
  const [one, two] = [await open(), await open()];
  await clock.run(5_000);
  let store = createFaultStore();
  let patient = await createTestNode({ role: 'leaf', clock, crypto, store });
  let cut = joinNodes(patient.driver, relay.driver, clock);
  await clock.until(() => patient.engine.views.slots.size === 2);
  const slot = (practice: NodeAddress, hours: number) => ({ practice, offer: SLOT, start: at(hours) });
  const said = { pseudonym: 'Mondlicht', code: '', text: 'Guten Tag', display: '{}' };
  return {
    clock,
    relay,
    one,
    two,
    open,
    at,
    slot,
    patient: () => patient,
    store: () => store,
    run: (command: Command) => patient.driver.command(command),
    reserve: (requestId: string, practice: NodeAddress, hours: number, more: { replaces?: string } = {}) =>
      patient.driver.command({ kind: 'reserve', requestId, ...slot(practice, hours), ...said, ...more }),
    wish: (requestId: string, practice: NodeAddress, hours: number, after = A) =>
      patient.driver.command({ kind: 'wish', requestId, after, ...slot(practice, hours), display: '{}' }),
    phases: () => Object.fromEntries(patient.engine.views.requests().map(({ requestId, phase }) => [requestId, phase])),
    list: () => {
      const list = patient.engine.views.wishes();
      return {
        current: list?.current,
        waiting: list?.waiting.map(({ requestId }) => requestId) ?? [],
        passed: list?.passed.map(({ requestId, refusal }) => [requestId, refusal]) ?? [],
      };
    },
    answer: async (kind: 'confirm' | 'reject', requestId: string, by: TestNode) => {
      const inbox = () => by.engine.views.inbox().find((entry) => entry.requestId === requestId);
      await clock.until(() => inbox()?.phase === 'open');
      return by.driver.command(kind === 'confirm' ? { kind, requestId, note: '' } : { kind, requestId });
    },
    cut: () => cut(),
    join: () => {
      cut = joinNodes(patient.driver, relay.driver, clock);
    },
    /** The device loses power and begins again from its disk, without a link. */
    powerCut: async (survivors = 0) => {
      cut();
      void patient.driver.stop();
      store = store.crash(survivors);
      patient = await createTestNode({ role: 'leaf', clock, crypto, store });
    },
  };
};

/** No wishes. */
export const EMPTY = { current: undefined, waiting: [], passed: [] };
