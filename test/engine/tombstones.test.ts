/** What was withdrawn does not come back: not by a replay, not across a restart, not when it was withdrawn first. */
import { describe, expect, test } from 'vitest';
import type { Counter, Millis, WireMinute } from '#core/brand.ts';
import { FUTURE_TOLERANCE, HOUR, MAX_ANNOUNCE_TTL, MINUTE, TOMBSTONE_TTL } from '#core/domain/limits.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestCrypto, createTestNode, joinNodes, type TestNode } from '#test/engine-node.ts';
import { createFaultStore } from '#test/fault-store.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const count = ({ counters }: TestNode, code: RefusalCode): number => counters.get(`refused ${code}`) ?? 0;

const setUp = async () => {
  const clock = createVirtualClock();
  const crypto = createTestCrypto();
  let store = createFaultStore();
  const relaySeed = new Uint8Array(32).fill(8);
  let relay = await createTestNode({ role: 'relay', clock, crypto, store, relaySeed });
  let peer = openRawPeer(relay, clock.now());
  await clock.run(10);
  const signer = createSigner(1);
  const send = async (...frames: Uint8Array[]): Promise<void> => {
    for (const frame of frames) peer.send(frame);
    await clock.run(50);
  };
  await send(signer.identity(clock.now()));
  // As long-lived as the protocol lets it be: from five minutes ahead, for 168 hours, its slot after that.
  const issued = toWireMinute((clock.now() + FUTURE_TOLERANCE) as Millis);
  const starts = [((Math.floor(issued / 5) + 2_400) * 5) as WireMinute];
  const announce = signer.announce(clock.now(), { issued, starts });
  return {
    clock,
    signer,
    announce,
    send,
    begun: clock.now(),
    relay: () => relay,
    /** Time passes in which nothing happens. */
    pass: async (duration: number): Promise<void> => {
      clock.jump(duration);
      await clock.run(60_000);
    },
    restart: async (): Promise<void> => {
      void relay.driver.stop();
      store = store.crash();
      relay = await createTestNode({ role: 'relay', clock, crypto, store, relaySeed });
      peer = openRawPeer(relay, clock.now());
      await clock.run(10);
    },
  };
};
const announcements = (node: TestNode): number => node.engine.views.status().announcements;

describe('a withdrawn offer', () => {
  test('stays away while any copy of its announcement could live, and is forgotten ten minutes later', async () => {
    const { clock, signer, announce, send, pass, restart, relay, begun } = await setUp();
    await send(announce);
    expect(announcements(relay())).toBe(1);
    await send(signer.withdraw(clock.now(), 2));
    expect(announcements(relay())).toBe(0);
    expect(await relay().store.entries('announces')).toHaveLength(1);
    // The very bytes again are not even looked at; after a restart they are.
    await pass(MAX_ANNOUNCE_TTL - HOUR);
    await send(announce);
    expect(relay().counters.get('duplicate announce')).toBe(1);
    await restart();
    await send(announce);
    expect(count(relay(), 'superseded')).toBe(1);
    // The last minutes of the announcement's life are within those of the tombstone.
    await pass(begun + MAX_ANNOUNCE_TTL + 3 * MINUTE - clock.now());
    await restart();
    await send(announce);
    expect([announcements(relay()), count(relay(), 'superseded')]).toEqual([0, 1]);
    expect(await relay().store.entries('announces')).toHaveLength(1);
    await pass(begun + TOMBSTONE_TTL + 3 * MINUTE - clock.now());
    expect(await relay().store.entries('announces')).toHaveLength(0);
    await restart();
    await send(announce);
    expect([announcements(relay()), count(relay(), 'expired')]).toEqual([0, 1]);
  });

  test('stays away across a restart', async () => {
    const { clock, signer, announce, send, relay, restart } = await setUp();
    await send(announce);
    await send(signer.withdraw(clock.now(), 2));
    await restart();
    await send(announce);
    expect([announcements(relay()), count(relay(), 'superseded')]).toEqual([0, 1]);
  });

  test('that was withdrawn before its announcement came does not appear, also after a restart', async () => {
    const { clock, signer, announce, send, relay, restart } = await setUp();
    await send(signer.withdraw(clock.now(), 2));
    await send(announce);
    expect([announcements(relay()), count(relay(), 'superseded')]).toEqual([0, 1]);
    await restart();
    await send(announce);
    expect([announcements(relay()), count(relay(), 'superseded')]).toEqual([0, 1]);
    // What the practice announces after that does.
    await send(signer.announce(clock.now(), { counter: 3 as Counter }));
    expect(announcements(relay())).toBe(1);
  });

  test('is withdrawn wherever it can be reached: a node that slept learns it with its next comparison', async () => {
    const { clock, signer, announce, send, relay } = await setUp();
    await send(announce);
    const leaf = await createTestNode({ role: 'leaf', clock });
    const cut = joinNodes(leaf.driver, relay().driver, clock);
    await clock.until(() => announcements(leaf) === 1);
    cut();
    await clock.run(10);
    await send(signer.withdraw(clock.now(), 2));
    expect(announcements(leaf)).toBe(1);
    joinNodes(leaf.driver, relay().driver, clock);
    await clock.until(() => announcements(leaf) === 0);
  });
});
