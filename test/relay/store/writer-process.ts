/**
 * A process of its own that writes to a level store and says on stdout what was acknowledged. Modes:
 * `endless FOLDER`: forever, sixteen commits at a time, each with the next number; prints a number once it is committed.
 * `large FOLDER RESERVE`: commits that meet the end of the room beside small ones; prints each outcome, then what is found.
 */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { Store, StoreOp } from '#ports/store.ts';
import { StoreError } from '#ports/store.ts';
import { openLevelStore } from '#relay/store/level-store.ts';

const [mode, folder = '', reserve] = process.argv.slice(2);
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};
const keyOf = (number: number): string => number.toString().padStart(8, '0');
const put = (table: 'bundles' | 'removed', key: string, value: Uint8Array): StoreOp => ({
  op: 'put',
  table,
  key,
  value,
});

const writeEndlessly = async (store: Store): Promise<void> => {
  const found = await store.entries('bundles');
  let next = found.length;
  const one = async (): Promise<void> => {
    for (;;) {
      const number = next++;
      const value = randomBytes(200 + (number % 7) * 300);
      await store.commit([put('bundles', keyOf(number), value), put('removed', keyOf(number), new Uint8Array())]);
      say(String(number));
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
};

const writeLarge = async (store: Store): Promise<void> => {
  const outcome = (key: string, size: number): Promise<void> =>
    store.commit([put('bundles', key, randomBytes(size)), put('removed', key, new Uint8Array())]).then(
      () => say(`kept ${key}`),
      (error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
        say(`${error.failure} ${key}`);
      },
    );
  for (let round = 0; round < 4; round++) {
    await Promise.all([outcome(`a${round}`, 1_000), outcome(`large${round}`, 4_000_000), outcome(`b${round}`, 1_000)]);
    await outcome(`c${round}`, 100_000);
  }
  for (const { key } of await store.entries('bundles')) say(`found ${key}`);
  for (const { key } of await store.entries('removed')) say(`found-too ${key}`);
  await store.close();
  const again = await openLevelStore(folder, Number(reserve));
  for (const { key } of await again.entries('bundles')) say(`later ${key}`);
  await again.close();
};

const store = await openLevelStore(folder, Number(reserve ?? 1_000_000));
say('open');
await (mode === 'endless' ? writeEndlessly(store) : writeLarge(store));
