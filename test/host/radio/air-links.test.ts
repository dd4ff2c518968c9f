/** Links over the air on the simulator's ether: the Transport port's contract, and what loss and the law make of them. */
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import type { EngineEvent } from '#engine/event.ts';
import { AIR_SIZES, transportContract } from '#test/contracts/transport.ts';
import { createHeard, createLocalPeer, type Heard, type TestPeer } from '#test/contracts/transport-peer.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createRadioRoom, type RoomStation } from '#test/host/radio/radio-room.ts';

const HOUR = 3_600_000;
const refuseAll = () => {
  throw new Error('nobody dials here');
};

transportContract(
  'links over the air',
  async () => {
    const { clock, join } = createRadioRoom();
    const dialler = await join(1, refuseAll);
    let last = 1;
    let running = true;
    const moving = (async () => {
      while (running) await clock.run(20);
    })();
    return {
      open: async () => {
        const heard = createHeard();
        let accept: (peer: TestPeer) => void = () => undefined;
        const accepted = new Promise<TestPeer>((resolve) => {
          accept = resolve;
        });
        const other = await join(++last, (link) => {
          const peerHeard = createHeard();
          accept(createLocalPeer(link, peerHeard));
          return peerHeard.handlers;
        });
        const link = dialler.transport.dial(other.id, heard.handlers);
        return { link, heard, peer: await accepted };
      },
      close: async () => {
        running = false;
        await moving;
      },
    };
  },
  AIR_SIZES,
);

const frameOf = (length: number, first: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at === 0 ? first : at * 7) & 0xff);

/** Two that are linked, as soon as one says something. */
const twoOf = async (options: { readonly seed?: number; readonly loss?: number; readonly hasLedger?: boolean }) => {
  const room = createRadioRoom(options);
  const [heardByA, heardByB] = [createHeard(), createHeard()];
  const a = await room.join(1, refuseAll, options);
  const accepted: { link?: ReturnType<RoomStation['transport']['dial']> } = {};
  const b = await room.join(
    2,
    (link) => {
      accepted.link = link;
      return heardByB.handlers;
    },
    options,
  );
  const link = a.transport.dial(b.id, heardByA.handlers);
  return { ...room, a, b, link, accepted, heardByA, heardByB };
};
const firsts = ({ frames }: Heard): number[] => frames.map(([first]) => first ?? -1);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe('with a tenth of the frames lost and a ledger that knows its hour', () => {
  test('352 bytes, both ways at once, all arrive in order within the law', async () => {
    const { clock, a, b, link, accepted, heardByA, heardByB } = await twoOf({ seed: 5, loss: 0.1, hasLedger: true });
    await clock.run(HOUR + 60_000);
    expect(accepted.link).toBeDefined();
    const count = 20;
    // What made the link known is more than an hour old.
    const before = new Map([a, b].map(({ id, spent }) => [id, spent.ms]));
    for (const first of upTo(count)) {
      expect(link.send(frameOf(352, first))).toBe(true);
      expect(accepted.link?.send(frameOf(352, first))).toBe(true);
    }
    await clock.until(() => heardByA.frames.length === count && heardByB.frames.length === count, 600_000);
    await clock.run(HOUR / 4);
    expect(firsts(heardByA)).toEqual(upTo(count));
    expect(firsts(heardByB)).toEqual(upTo(count));
    expect([heardByA.ends, heardByB.ends]).toEqual([[], []]);
    for (const { id, sender, spent } of [a, b]) {
      const standing = sender.standing();
      expect(standing?.waiting).toBe(0);
      expect(standing?.spentMs).toBeGreaterThanOrEqual(Math.floor(spent.ms - (before.get(id) ?? 0)));
      expect(standing?.spentMs).toBeLessThan(0.09 * HOUR);
    }
  });
  test('a link outlives an hour that is spent', async () => {
    const { clock, a, link, heardByB } = await twoOf({ seed: 6, loss: 0.1, hasLedger: true });
    // Nothing is known of the hour before: what may be sent grows slowly.
    for (const first of upTo(24)) expect(link.send(frameOf(352, first))).toBe(true);
    await clock.until(() => heardByB.frames.length === 24, 3 * HOUR);
    expect(firsts(heardByB)).toEqual(upTo(24));
    expect(heardByB.ends).toEqual([]);
    expect(a.sender.standing()?.spentMs).toBeLessThan(0.09 * HOUR);
  });
});

test('a message that finds the queue full of what is more urgent is sent once there is room', async () => {
  const { clock, a, link, heardByA, heardByB } = await twoOf({ seed: 7 });
  const urgent = (): boolean => {
    const expires = (clock.now() + HOUR) as Millis;
    return a.sender.offer({ data: frameOf(254, 0x33), priority: 0, expires }).ok;
  };
  while (urgent());
  expect(link.send(frameOf(352, 9))).toBe(true);
  await clock.until(() => heardByB.frames.length === 1, HOUR);
  expect(heardByB.frames[0]).toEqual(frameOf(352, 9));
  expect(heardByA.ends).toEqual([]);
});

test('a neighbour that goes away: lost, and one that comes back is dialled anew', async () => {
  const { clock, join, a, b, link, heardByA, heardByB } = await twoOf({});
  link.send(frameOf(100, 1));
  await clock.until(() => heardByB.frames.length === 1, 10_000);
  b.leave();
  link.send(frameOf(100, 2));
  await clock.until(() => heardByA.ends.length === 1, HOUR);
  expect(heardByA.ends).toEqual(['lost']);
  expect(link.send(frameOf(1, 1))).toBe(false);
  const heard = createHeard();
  const again = await join(3, () => heard.handlers);
  const ours = createHeard();
  a.transport.dial(again.id, ours.handlers).send(frameOf(100, 3));
  await clock.until(() => heard.frames.length === 1, 10_000);
  expect(firsts(heard)).toEqual([3]);
});

test('a second link with the same neighbour is refused, and closing ends all', async () => {
  const { clock, a, b, link, heardByA, heardByB } = await twoOf({});
  const second = createHeard();
  expect(a.transport.isLinked(b.id)).toBe(true);
  expect(a.transport.dial(b.id, second.handlers).send(frameOf(1, 1))).toBe(false);
  await clock.run(5_000);
  expect(second.ends).toEqual(['refused']);
  expect([link.transport, link.remote]).toEqual(['radio', 'radio:0002']);
  a.transport.close();
  await clock.run(5_000);
  expect([heardByA.ends, heardByB.ends]).toEqual([['shutting-down'], ['shutting-down']]);
  expect(a.transport.isLinked(b.id)).toBe(false);
});

test('two nodes greet each other through it, and both know that it is narrow', async () => {
  const { clock, join } = createRadioRoom();
  const createNode = async (role: 'leaf' | 'relay') => {
    const events: EngineEvent[] = [];
    const { driver } = await createTestNode({ role, clock, record: (_, event) => void events.push(event) });
    return { driver, linkEvents: () => events.filter(({ kind }) => kind !== 'wake' && kind !== 'crypto-done') };
  };
  const [one, other] = [await createNode('leaf'), await createNode('relay')];
  const a = await join(1, refuseAll);
  const b = await join(2, (link) => other.driver.accept(link, 'constrained'));
  one.driver.attach((handlers) => a.transport.dial(b.id, handlers), 'constrained');
  await clock.run(30_000);
  const greeted = [{ kind: 'link-opened', capability: 'constrained' }, { kind: 'frame-received' }];
  expect(one.linkEvents().slice(0, 2)).toMatchObject(greeted);
  expect(other.linkEvents().slice(0, 2)).toMatchObject(greeted);
  expect(one.linkEvents().some(({ kind }) => kind === 'link-closed')).toBe(false);
});

/** Frames and seconds on air per message, one after the other. */
const measure = async (length: number, loss: number, count: number) => {
  const { clock, a, b, link, heardByB } = await twoOf({ seed: 9, loss });
  await clock.until(() => a.spent.fragments > 0 && b.spent.acks > 0, 60_000);
  await clock.run(60_000);
  const before = { ...a.spent, acks: b.spent.acks, all: a.spent.ms + b.spent.ms };
  for (const at of upTo(count)) {
    link.send(frameOf(length, at));
    await clock.until(() => heardByB.frames.length === at + 1, HOUR);
    await clock.run(30_000);
  }
  return {
    fragments: (a.spent.fragments - before.fragments) / count,
    acks: (b.spent.acks - before.acks) / count,
    seconds: (a.spent.ms + b.spent.ms - before.all) / count / 1_000,
  };
};

// Measured: docs/protocol/radio.md has the table. The limit of any way of doing it is frames / (1 − loss).
test.each([
  [130, 0, 1],
  [352, 0, 2],
  [130, 0.1, 1],
  [352, 0.1, 2],
  [130, 0.2, 1],
  [352, 0.2, 2],
])('what a message of %d bytes costs with a loss of %d', async (length, loss, frames) => {
  const count = Number(process.env.FUZZ_RUNS ?? 100);
  const cost = await measure(length, loss, loss === 0 ? 5 : count);
  // Each frame until it and what answers it have come.
  expect(cost.fragments).toBeLessThan((1.15 * frames) / (1 - loss) ** 2);
  expect(cost.acks).toBeLessThan(1.4 / (1 - loss));
});
