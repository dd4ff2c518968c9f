/** Links over the air in the simulator: a seed decides everything that engines and links do over two hops. */
import { expect, test } from 'vitest';
import { playReservations } from '#sim/scenarios/radio-reservations.ts';

const SETTING = { nodes: 2 };

test('a reservation over two radio hops is confirmed, and plays the same way twice', async () => {
  const [once, again, other] = [
    await playReservations({ ...SETTING, seed: 5 }),
    await playReservations({ ...SETTING, seed: 5 }),
    await playReservations({ ...SETTING, seed: 6 }),
  ];
  expect(once.reservations.map(({ isConfirmed }) => isConfirmed)).toEqual([true, true]);
  expect(again.reservations).toEqual(once.reservations);
  expect(again.world.traceHash()).toBe(once.world.traceHash());
  expect(other.world.traceHash()).not.toBe(once.world.traceHash());
});

test('without loss it costs less', async () => {
  const [lossy, lossless] = [
    await playReservations({ ...SETTING, seed: 7 }),
    await playReservations({ ...SETTING, seed: 7 }, 0),
  ];
  const airSeconds = ({ reservations }: typeof lossy): number =>
    reservations.reduce((sum, { airSeconds: one }) => sum + one, 0);
  expect(lossless.reservations.every(({ isConfirmed }) => isConfirmed)).toBe(true);
  expect(airSeconds(lossless)).toBeLessThan(airSeconds(lossy));
});
