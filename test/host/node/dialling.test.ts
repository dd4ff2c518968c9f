/** Keeping links alive: who is lost is dialled again soon, who turns us away again and again less and less often. */
import { describe, expect, test } from 'vitest';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import { ok, refuse } from '#core/result.ts';
import type { Driver } from '#host/driver.ts';
import { createDialling } from '#host/node/dialling.ts';
import type { Dialer, LinkEnd, LinkHandlers } from '#ports/transport.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const ORIGIN = 'https://relay.example.org';
const OTHER = 'https://other.example.org';
const HOUR = 3_600_000;

/** A relay whose door the test keeps: each dial is answered as `open` says at that time. */
const setUp = () => {
  const clock = createVirtualClock();
  const dials: number[] = [];
  const ends: LinkHandlers['onEnd'][] = [];
  const heard: Uint8Array[] = [];
  const closed: LinkEnd[] = [];
  const attached: (LinkCapability | undefined)[] = [];
  const network = { now: 'unconstrained' as LinkCapability };
  const door = { open: true, shut: '', endsAtOnce: undefined as LinkEnd | undefined };
  const dialer: Dialer = {
    transport: 'memory',
    dial: async ({ origin }, handlers) => {
      dials.push(clock.now());
      if (!door.open || door.shut === origin) return refuse('unreachable');
      handlers.onFrame(Uint8Array.of(dials.length));
      const reason = door.endsAtOnce;
      if (reason !== undefined) clock.wakeAt(clock.now(), () => handlers.onEnd(reason));
      ends.push(handlers.onEnd);
      return ok({ transport: 'memory', remote: ORIGIN, send: () => true, close: (end) => void closed.push(end) });
    },
  };
  const driver: Pick<Driver, 'attach'> = {
    attach: (connect, capability) => {
      attached.push(capability);
      return connect({ onFrame: (frame) => void heard.push(frame), onEnd: () => undefined });
    },
  };
  const dialling = createDialling({
    driver,
    dialer,
    clock,
    random: { bytes: (count) => new Uint8Array(count).fill(0xff) },
    onChange: () => undefined,
    capability: () => network.now,
  });
  const state = () => dialling.status()[0]?.state;
  return { attached, network, clock, dials, ends, heard, closed, door, dialling, state };
};

describe('a relay that is dialled', () => {
  test('is linked, and what it said before it was attached is heard', async () => {
    const { clock, dialling, heard, state, closed } = setUp();
    dialling.add(ORIGIN);
    dialling.add(ORIGIN);
    await clock.until(() => state() === 'connected');
    expect(heard).toEqual([Uint8Array.of(1)]);
    dialling.stop();
    expect(closed).toEqual(['closed']);
    expect(dialling.status()).toEqual([]);
  });

  test('has the class of the network that this device is in when it is dialled', async () => {
    const { clock, dialling, attached, network, state } = setUp();
    network.now = 'medium';
    dialling.add(ORIGIN);
    await clock.until(() => state() === 'connected');
    network.now = 'unconstrained';
    dialling.add(OTHER);
    await clock.until(() => attached.length === 2);
    expect(attached).toEqual(['medium', 'unconstrained']);
    dialling.stop();
  });

  test('is dialled less and less often while nobody answers, once a minute at last', async () => {
    const { clock, dialling, dials, door, state } = setUp();
    door.open = false;
    dialling.add(ORIGIN);
    await clock.until(() => state() === 'unreachable');
    await clock.run(HOUR);
    expect(dials.length).toBeGreaterThan(60);
    expect(dials.length).toBeLessThan(70);
    door.open = true;
    await clock.until(() => state() === 'connected', 60_000);
  });

  test('is dialled again at once when a link of some length is lost', async () => {
    const { clock, dialling, dials, ends, state, door } = setUp();
    door.open = false;
    dialling.add(ORIGIN);
    await clock.run(HOUR);
    door.open = true;
    await clock.until(() => state() === 'connected');
    await clock.run(10_000);
    const before = dials.length;
    ends.at(-1)?.('lost');
    await clock.run(500);
    expect(dials).toHaveLength(before + 1);
    expect(state()).toBe('connected');
  });

  test('is dialled soon, whatever its wait, when another one that was away is reached', async () => {
    const { clock, dialling, dials, door } = setUp();
    const all = () => dialling.status().map(({ state }) => state);
    door.open = false;
    for (const origin of [ORIGIN, OTHER]) dialling.add(origin);
    await clock.run(HOUR);
    door.open = true;
    await clock.until(() => all().includes('connected'), 60_000);
    await clock.run(2_600);
    expect(all()).toEqual(['connected', 'connected']);
    expect(dials.length).toBeLessThan(145);
  });

  test('is not pressed by another one that comes and goes', async () => {
    const { clock, dialling, dials, door } = setUp();
    door.shut = OTHER;
    door.endsAtOnce = 'lost';
    for (const origin of [ORIGIN, OTHER]) dialling.add(origin);
    await clock.run(HOUR);
    // Once a minute each, and the shut one at most twice a minute more often.
    expect(dials.length).toBeLessThan(4 * 65);
  });

  test('is pressed no more by a link that it ends at once than by none', async () => {
    const { clock, dialling, dials, door } = setUp();
    door.endsAtOnce = 'refused';
    dialling.add(ORIGIN);
    await clock.run(HOUR);
    expect(dials.length).toBeGreaterThan(60);
    expect(dials.length).toBeLessThan(70);
  });

  test('is not dialled any more once it was removed, not even when it answers later', async () => {
    const { clock, dialling, dials, closed, ends } = setUp();
    dialling.add(ORIGIN);
    dialling.remove(ORIGIN);
    await clock.run(HOUR);
    expect(closed).toEqual(['closed']);
    ends[0]?.('closed');
    await clock.run(HOUR);
    expect(dials).toHaveLength(1);
  });
});
