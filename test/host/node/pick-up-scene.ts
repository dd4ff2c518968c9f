/** What the tests of pick-up codes act in: whole nodes, real crypto, virtual time. */
import { webcrypto } from 'node:crypto';
import { createMemoryKeys } from '#adapters/memory/memory-keys.ts';
import { createWebCrypto } from '#adapters/webcrypto/web-crypto.ts';
import type { Millis, OfferId } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { createPickUpCalls, type PickUpCalls } from '#host/node/pick-ups.ts';
import { createSlotViews } from '#host/node/slot-views.ts';
import { OFFER, PROFILE } from '#test/engine/practice.ts';
import { createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

/** The practice's, from its words. */
const SEED = new Uint8Array(32).fill(7);
export const random = { bytes: (count: number) => webcrypto.getRandomValues(new Uint8Array(count)) };
const places = { nameOf: () => 'München', suggest: () => [] };

export const callsOf = ({ driver, engine, crypto }: TestNode, clock: VirtualClock): PickUpCalls =>
  createPickUpCalls({
    run: (command) => driver.command(command),
    views: engine.views,
    slots: createSlotViews(engine.views, places),
    crypto,
    clock,
    random,
  });

/** A kiosk, a practice with one free slot, and what people do with them. */
export const setUp = async (days = 3) => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const practice = await createTestNode({ role: 'leaf', clock });
  const keys = createMemoryKeys();
  const crypto = createWebCrypto({ subtle: webcrypto.subtle as SubtleCrypto, keys, random });
  const kiosk = await createTestNode({ role: 'leaf', clock, crypto });
  const cutPractice = joinNodes(practice.driver, relay.driver, clock);
  await clock.run(1_000);
  const address = await practice.adopt(false, SEED);
  await practice.driver.command({ kind: 'save-profile', profile: PROFILE });
  await practice.driver.command({ kind: 'save-offer', offer: OFFER });
  const start = (Math.ceil(clock.now() / 300_000) * 300_000 + days * DAY) as Millis;
  await practice.driver.command({ kind: 'add-slots', offer: 0 as OfferId, starts: [start] });
  const cut = joinNodes(kiosk.driver, relay.driver, clock);
  await clock.until(() => kiosk.engine.views.slots.size === 1);
  const ref = { practice: address, offer: 0 as OfferId, start };
  const root = random.bytes(32);
  const input = { root, ref, pseudonym: 'Mondlicht', code: '', text: 'Guten Tag' };
  /** Time goes on while a call works. */
  const during = async <T>(call: Promise<T>, time = 2_000): Promise<T> => {
    let settled = false;
    const done = call.finally(() => {
      settled = true;
    });
    for (let rounds = 0; !settled && rounds < 50; rounds++) await clock.run(time / 20);
    return done;
  };
  const ask = () => during(callsOf(kiosk, clock).reserveWithCode(input));
  const joined = async (): Promise<TestNode> => {
    const node = await createTestNode({ role: 'leaf', clock });
    joinNodes(node.driver, relay.driver, clock);
    return node;
  };
  const read = async (node: TestNode, guest = false, code = root) => {
    const calls = callsOf(node, clock);
    await during(calls.pickUp({ root: code, guest }));
    await clock.run(5_000);
    await during(calls.pickUp({ root: code, guest }));
    await clock.run(5_000);
    return during(calls.pickUp({ root: code, guest }));
  };
  const decide = async (kind: 'confirm' | 'reject', note = '') => {
    await clock.until(() => practice.engine.views.inbox().some(({ phase }) => phase === 'open'));
    const requestId = practice.engine.views.inbox()[0]?.requestId ?? '';
    const decided = await practice.driver.command(
      kind === 'confirm' ? { kind, requestId, note } : { kind: 'reject', requestId },
    );
    await clock.run(30_000);
    return decided;
  };
  /** Nobody is linked, and so nothing happens but that time goes by. */
  const sleep = async (time: number) => {
    cut();
    cutPractice();
    await clock.run(time);
    joinNodes(practice.driver, relay.driver, clock);
    await clock.run(5_000);
  };
  /** The practice goes on with another device, and the one it had is gone. */
  const move = async () => {
    cutPractice();
    const second = await createTestNode({ role: 'leaf', clock });
    await second.adopt(true, SEED);
    joinNodes(second.driver, relay.driver, clock);
    await clock.until(() => second.engine.views.practice()?.epoch === 1);
    await clock.run(5_000);
  };
  return {
    sleep,
    move,
    cutPractice,
    clock,
    relay,
    practice,
    kiosk,
    keys,
    crypto,
    cut,
    root,
    ref,
    input,
    ask,
    joined,
    read,
    decide,
    during,
  };
};

export const requestsOf = ({ engine }: TestNode) => engine.views.requests();
