import process from 'node:process';
import { startEmulator } from '#test/emulator/emulator.ts';
import { readOptions, USAGE } from '#test/emulator/emulator-options.ts';
import { buildPageScript } from '#test/emulator/page-script.ts';

/** Runs until it is told to end; prints one line of JSON, its addresses. Returns the exit code. */
export const runEmulator = async (words: readonly string[]): Promise<number> => {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(words);
  } catch (error) {
    process.stderr.write(`${String(error)}\n${USAGE}\n`);
    return 2;
  }
  const emulator = await startEmulator(options, await buildPageScript());
  process.stdout.write(`${JSON.stringify(emulator.addresses)}\n`);
  await new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
  });
  await emulator.close();
  return 0;
};
