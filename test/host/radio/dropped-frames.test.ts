/** Frames that are nobody's, or that nobody can read: counted for the operator, and nothing else comes of them. */
import { expect, test } from 'vitest';
import { createMemoryDisk, createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import { BOARD_DRIVERS } from '#core/radio/drivers.ts';
import { openTunedBoard } from '#host/radio/tuned-board.ts';
import { createBareHost } from '#test/host/radio/bare-host.ts';
import { board, createRadioDesk, NO_LISTENER } from '#test/host/radio/radio-desk.ts';

const open = async () => {
  const { clock, portsOf } = createRadioDesk([board(), board({ name: 'b', serialNumber: '2' })]);
  const disk = createMemoryDisk();
  const tuned = await openTunedBoard({
    ports: portsOf('a'),
    clock,
    wall: clock,
    time: clock,
    random: createSystemRng(),
    store: createMemoryStore(disk),
    drivers: BOARD_DRIVERS,
    listener: NO_LISTENER,
    onChange: () => undefined,
  });
  const other = createBareHost(clock, portsOf('b'));
  const on = () => {
    const standing = tuned.standing();
    return standing.kind === 'on' ? standing : undefined;
  };
  await clock.until(() => on() !== undefined && other.standing().kind === 'on', 30_000);
  const hear = async (data: readonly number[]): Promise<void> => {
    const heard = on()?.heard ?? 0;
    other.send(Uint8Array.from(data));
    await clock.until(() => on()?.heard === heard + 1, 5_000);
    await clock.run(2_000);
  };
  const stop = async () => {
    await tuned.stop();
    await other.stop();
  };
  return { disk, on, hear, stop, other };
};

test.each<readonly [string, readonly number[], 'foreign' | 'malformed']>([
  ['of another program', [0x33, 1, 2, 3, 4], 'foreign'],
  ['of a version to come', [0x60, 1, 2, 0], 'foreign'],
  ['of a kind that there is not', [0x5f, 1, 2, 0], 'foreign'],
  ['without a whole header', [0x50, 1], 'malformed'],
  ['with a header that has no meaning', [0x50, 1, 2, 0x07, 0, 1], 'malformed'],
  ['with a check that is no number', [0x50, 1, 2, 0, 0xff, 0xff], 'malformed'],
  ['with a fragment that is none', [0x55, 1, 2, 0, 9], 'malformed'],
  ['with an acknowledgement that is none', [0x56, 1, 2, 0, 9], 'malformed'],
])('a frame %s', async (_what, data, why) => {
  const { disk, on, hear, stop, other } = await open();
  await hear(data);
  await hear(data);
  expect(on()?.unread).toEqual({ foreign: 0, malformed: 0, [why]: 2 });
  expect(on()?.check).toBeUndefined();
  expect(disk.size).toBe(0);
  expect([on()?.air?.sent, on()?.air?.waiting, other.heard]).toEqual([0, 0, []]);
  await stop();
});

test('a frame that can be read is not among them', async () => {
  const { on, hear, stop } = await open();
  await hear([0x50, 1, 2, 0, 0x12, 0x67]);
  expect(on()?.check?.number).toBe(0x1267);
  expect(on()?.unread).toEqual({ foreign: 0, malformed: 0 });
  await stop();
});
