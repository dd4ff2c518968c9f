/** What a level store keeps when its process is killed, and when the room for its files ends. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLevelStore } from '#relay/store/level-store.ts';

const KILLS = 20;
/** Inside the repository, so that the bundle finds its packages. */
const BUNDLE = resolve('.cache/test-writer-process');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terminfunk-crash-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('./writer-process.ts', import.meta.url)),
      outDir: BUNDLE,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'writer.mjs' } },
    },
  });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(BUNDLE, { recursive: true, force: true });
});

const writer = join(BUNDLE, 'writer.mjs');

/** Kills the child once it has acknowledged `count` commits; returns everything that it acknowledged. */
const killAfter = async (child: ChildProcessWithoutNullStreams, count: number): Promise<number[]> => {
  const ended = once(child, 'close');
  const acknowledged: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line === 'open') continue;
    acknowledged.push(Number(line));
    if (acknowledged.length === count) child.kill('SIGKILL');
  }
  await ended;
  return acknowledged;
};

test(`nothing that was acknowledged is lost when the process is killed, ${KILLS} times`, {
  timeout: 180_000,
}, async () => {
  const store = join(folder, 'killed');
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [writer, 'endless', store]);
    const count = 1 + Math.floor(Math.random() * 400);
    const lines = await killAfter(child, count);
    expect(lines.length).toBeGreaterThanOrEqual(count);
    acknowledged.push(...lines);
    const found = await openLevelStore(store, 1_000_000);
    const bundles = (await found.entries('bundles')).map(({ key }) => Number(key));
    const removed = (await found.entries('removed')).map(({ key }) => Number(key));
    await found.close();
    // Durable in the order of the calls, so there is no gap, and both rows of each commit or none.
    expect(bundles).toEqual(Array.from(bundles.keys()));
    expect(removed).toEqual(bundles);
    expect(Math.max(...acknowledged)).toBeLessThan(bundles.length);
  }
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
});

test.skipIf(process.platform === 'win32')(
  'what meets the end of the room is refused whole, the rest is kept',
  async () => {
    // The shell's soft limit on the size of a file stands in for a disk's end: writes fail in the middle of LevelDB's log.
    const script = `ulimit -S -f ${(3 * 1024 * 1024) / 512}; exec "$0" "$@"`;
    const child = spawn('sh', ['-c', script, process.execPath, writer, 'large', join(folder, 'full'), '500000']);
    const ended = once(child, 'close');
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) lines.push(line);
    expect(await ended).toEqual([0, null]);
    const named = (word: string): string[] =>
      lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
    expect(named('full')).toEqual(['large0', 'large1', 'large2', 'large3']);
    const kept = named('kept').sort();
    expect(kept).toHaveLength(12);
    expect(named('found')).toEqual(kept);
    expect(named('found-too')).toEqual(kept);
    expect(named('later')).toEqual(kept);
  },
);
