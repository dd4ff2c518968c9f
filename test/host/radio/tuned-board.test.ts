/** The channel that an operator chose: told to the board, kept over a restart, and never an unlawful one. */
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '#adapters/memory/memory-store.ts';
import { createSystemRng } from '#adapters/system/rng.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import { type Channel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { BOARD_DRIVERS } from '#core/radio/drivers.ts';
import { openTunedBoard } from '#host/radio/tuned-board.ts';
import { type Store, StoreError } from '#ports/store.ts';
import { board, createRadioDesk, NO_LISTENER } from '#test/host/radio/radio-desk.ts';

const QUIET: Channel = { ...DEFAULT_CHANNEL, centreHz: 868_100_000, sf: 10, powerDbm: 10 };

const open = async (store: Pick<Store, 'get' | 'commit'> = createMemoryStore(), boards = [board()]) => {
  const desk = createRadioDesk(boards);
  const tuned = await openTunedBoard({
    ports: desk.ports,
    clock: desk.clock,
    wall: desk.clock,
    time: desk.clock,
    random: createSystemRng(),
    store,
    drivers: BOARD_DRIVERS,
    listener: NO_LISTENER,
    onChange: () => undefined,
  });
  const channel = () => {
    const standing = tuned.standing();
    return standing.kind === 'on' ? standing.channel : undefined;
  };
  const untilOn = (sf: number) => desk.clock.until(() => channel()?.sf === sf, 30_000);
  return { ...desk, tuned, channel, untilOn };
};

test.each(['esp32', 'nrf52', 'avr'] as const)('%s is set anew while it is on', async (kind) => {
  const { tuned, channel, untilOn } = await open(undefined, [board({ kind })]);
  await untilOn(8);
  expect(await tuned.tune(QUIET)).toEqual({ ok: true, value: null });
  await untilOn(10);
  expect(channel()).toMatchObject({ sf: 10, powerDbm: 10 });
  expect(Math.abs((channel()?.centreHz ?? 0) - 868_100_000)).toBeLessThanOrEqual(100);
  await tuned.stop();
});

test('what was chosen without a board is what the board gets, also after a restart', async () => {
  const store = createMemoryStore();
  const first = await open(store, []);
  expect(first.tuned.channel()).toEqual(DEFAULT_CHANNEL);
  await first.tuned.tune(QUIET);
  await first.tuned.stop();
  const second = await open(store);
  expect(second.tuned.channel()).toEqual(QUIET);
  await second.untilOn(10);
  await second.tuned.stop();
});

describe('is refused, and the old channel stays', () => {
  test.each([
    ['too much power', { centreHz: 868_100_000, powerDbm: 20 }],
    ['too long an antenna', { antennaDbi: 16 }],
    ['between two sub-bands', { centreHz: 868_650_000 }],
    ['too wide', { bandwidthHz: 500_000 }],
    ['no number', { sf: '8' as unknown as number }],
  ])('%s', async (_name, change) => {
    const store = createMemoryStore();
    const { tuned } = await open(store, []);
    await tuned.tune(QUIET);
    expect(await tuned.tune({ ...QUIET, ...change })).toEqual({ ok: false, code: 'malformed' });
    expect(tuned.channel()).toEqual(QUIET);
    await tuned.stop();
    expect((await open(store, [])).tuned.channel()).toEqual(QUIET);
  });
  test('what there is no room for', async () => {
    const full = { get: async () => undefined, commit: () => Promise.reject(new StoreError('full')) };
    const { tuned } = await open(full, []);
    expect(await tuned.tune(QUIET)).toEqual({ ok: false, code: 'storage-full' });
    expect(tuned.channel()).toEqual(DEFAULT_CHANNEL);
    await tuned.stop();
  });
});

test.each([
  ['no record', '{'],
  ['another one', '{"sf":8}'],
  ['a channel that is not lawful', JSON.stringify({ ...QUIET, powerDbm: 27 })],
])('what is kept and is %s counts as nothing', async (_name, text) => {
  const store = createMemoryStore();
  await store.commit([{ op: 'put', table: 'meta', key: 'channel', value: toUtf8(text) }]);
  const { tuned } = await open(store, []);
  expect(tuned.channel()).toEqual(DEFAULT_CHANNEL);
  await tuned.stop();
});
