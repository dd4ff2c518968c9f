/** What an operator configures and types, with relays that run as processes: a place in the mesh, and an assignment. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildRelay, type RelayProcess, startRelayProcess } from '#test/relay/relay-process.ts';

const PATIENCE = { timeout: 60_000, interval: 200 };
let folder: string;
let bundle: Awaited<ReturnType<typeof buildRelay>>;
const running: RelayProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terminfunk-command-'));
  bundle = await buildRelay('test-relay-command');
});
afterAll(async () => {
  for (const { child } of running) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
  await rm(bundle.folder, { recursive: true, force: true });
});

const start = async (name: string, config: object): Promise<RelayProcess & { readonly data: string }> => {
  // Not the folder of the data: a relay reads all of its app when it starts.
  const [file, data, app] = [join(folder, `${name}.json`), join(folder, name), join(folder, 'app')];
  await mkdir(app, { recursive: true });
  await writeFile(file, JSON.stringify({ app, data, port: 0, ...config }));
  const relay = await startRelayProcess(bundle.file, ['--config', file, '--no-webtransport']);
  running.unshift(relay);
  return { ...relay, data };
};
const run = (...args: string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> =>
  new Promise((done) => {
    const child = execFile(process.execPath, [bundle.file, ...args], (_error, out, err) =>
      done({ status: child.exitCode ?? -1, out, err }),
    );
  });
const statsOf = async ({ origin }: RelayProcess): Promise<Record<string, unknown>> => {
  const { out } = await run('stats', '--via', origin, '--json');
  const stats: unknown = JSON.parse(out);
  if (typeof stats !== 'object' || stats === null) throw new Error(out);
  return { ...stats };
};

test('a static place shows in stats; a relay is assigned to another one, and links itself', async () => {
  const place = { strategy: 'static', level: 'ROOT', role: 'LEADER' };
  const operator = await start('operator', { region: '04', priority: 9, place });
  const target = await start('target', {});
  const member = await start('member', { relays: [operator.origin], operators: [operator.address] });
  const shown = await run('stats', '--via', operator.origin);
  expect(shown.out.split('\n')[0]).toBe('place               ROOT, LEADER, region 04');
  expect(await statsOf(operator)).toMatchObject({ place: { level: 'ROOT', role: 'LEADER', region: '04' } });

  await vi.waitFor(async () => expect(await statsOf(operator)).toMatchObject({ reachable: 1 }), PATIENCE);
  const assigned = await run('assign', member.address, target.origin, '--data', operator.data, '--for', '2');
  expect(assigned.out).toContain(`${member.address} is to link itself to ${target.address} at ${target.origin} until `);
  await vi.waitFor(
    async () => expect(await statsOf(member)).toMatchObject({ relays: { wanted: 2, connected: 2 } }),
    PATIENCE,
  );
  // Nothing runs on that folder.
  const other = await run('assign', member.address, target.origin, '--data', join(folder, 'nobody'));
  expect([other.status, other.out]).toEqual([1, '']);
});
