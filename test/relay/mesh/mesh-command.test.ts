/** `trace` and `stats`: what an operator types, and what comes of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createPrometheusMetrics } from '#relay/http/prometheus-metrics.ts';
import { runStatsCommand, runTraceCommand } from '#relay/mesh/mesh-command.ts';
import { openMeshNode } from '#relay/mesh/open-mesh-node.ts';
import { meshGauges, parseRelayStats } from '#relay/mesh/relay-stats.ts';
import type { Console } from '#relay/registrar/registrar-command.ts';
import { startWholeRelay, until, type WholeRelay } from '#test/relay/linked-relays.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const started = await starting;
  running.unshift(started);
  return started;
};

const run = async (command: (args: readonly string[], output: Console) => Promise<number>, ...args: string[]) => {
  const said: string[] = [];
  const complained: string[] = [];
  const status = await command(args, {
    say: (text) => said.push(text),
    complain: (text) => complained.push(text),
  });
  return { status, said, complained };
};
const STRANGER = 'ab'.repeat(16);
const NOWHERE = 'http://127.0.0.1:1';

describe('trace', () => {
  const linked = async (): Promise<readonly [WholeRelay, WholeRelay]> => {
    const [a, b] = [await keep(startWholeRelay()), await keep(startWholeRelay())];
    b.link(a.server.origin);
    await until(() => a.node.views.mesh().routesTo(b.node.address) > 0);
    return [a, b];
  };

  test('prints each hop with its number, its address and the time there and back', async () => {
    const [a, b] = await linked();
    const program = await keep(openMeshNode());
    await program.join(b.server.origin);
    await until(() => a.node.views.mesh().nodes.some(({ address }) => address === program.address));
    const traced = await run(runTraceCommand, `${program.address}`.toUpperCase(), '--via', a.server.origin);
    expect(traced).toMatchObject({ status: 0, complained: [] });
    const line = (hop: number, address: string | undefined) => new RegExp(`^ ${hop}  ${address} +\\d+ ms$`);
    expect(traced.said).toEqual([
      expect.stringMatching(line(1, a.node.address)),
      expect.stringMatching(line(2, b.node.address)),
      expect.stringMatching(line(3, program.address)),
    ]);
    // Whoever only traces leaves nothing behind.
    expect(a.node.views.status().identities).toBe(3);
  });

  test('the relay itself is one hop; nobody knows a way to a stranger, and it says who did not', async () => {
    const [a, b] = await linked();
    expect(await run(runTraceCommand, a.node.address, '--via', a.server.origin)).toMatchObject({ status: 0 });
    const lost = await run(runTraceCommand, STRANGER, '--via', b.server.origin);
    expect(lost.status).toBe(1);
    expect(lost.said).toEqual([expect.stringMatching(new RegExp(`^ 1  ${b.node.address}`))]);
    expect(lost.complained).toEqual([`No way: the last of these nodes knows none to ${STRANGER}.`]);
  });

  test('no relay is said so', async () => {
    const { status, complained } = await run(runTraceCommand, STRANGER, '--via', NOWHERE);
    expect([status, complained]).toEqual([1, [`${NOWHERE} is not to be reached: does a relay run there?`]]);
  });

  test.each([
    ['no address', ['here']],
    ['too short', ['ab'.repeat(15)]],
  ])('%s is said so', async (_, args) => {
    const { status, complained } = await run(runTraceCommand, ...args);
    expect([status, complained]).toEqual([2, [`${args[0]} is no address: one has 32 hex digits.`]]);
  });

  test.each([
    ['without an address', [], /^terminfunk relay trace ADDRESS/],
    ['with two', [STRANGER, STRANGER], /^terminfunk relay trace ADDRESS/],
    ['with an option that is none', [STRANGER, '--over', 'x'], /--over/],
    ['via what is no origin', [STRANGER, '--via', 'http://relay.example.org'], /^--via http:\/\/relay.example.org: /],
  ])('%s it explains itself', async (_, args, words) => {
    const { status, complained } = await run(runTraceCommand, ...args);
    expect([status, complained.join()]).toEqual([2, expect.stringMatching(words)]);
  });
});

describe('stats', () => {
  const serve = async (status: number, text: string): Promise<string> => {
    const server = createServer((_request, response) => response.writeHead(status).end(text));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    running.unshift({ stop: () => new Promise((done) => server.close(() => done())) });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const text = async (
    { region, isIsland }: { region?: number; isIsland: boolean } = { region: 4, isIsland: false },
  ): Promise<string> => {
    const metrics = createPrometheusMetrics();
    const stats = { nodes: 5, reachable: 4, inFlight: 1, kept: 2, isBridge: false };
    const nodes = [{ routes: [1, 2] }, { routes: [1] }];
    const mesh = () => ({ nodes, stats, self: { region } }) as never;
    const topology = () => ({ level: 'ROOT', role: 'LEADER', isIsland }) as never;
    for (const [name, value] of Object.entries(meshGauges({ mesh, topology }))) metrics.gauge(name, value);
    metrics.gauge('links', 7);
    metrics.gauge('relays wanted', 2);
    metrics.gauge('relays connected', 1);
    metrics.count('hops', 'sent', 12);
    metrics.count('hops', 'given up', 1);
    metrics.count('messages', 'delivered', 3);
    return metrics.text();
  };
  const EXPECTED = {
    place: { level: 'ROOT', role: 'LEADER', region: '04', isIsland: false },
    nodes: 5,
    reachable: 4,
    ways: 3,
    links: 7,
    relays: { wanted: 2, connected: 1 },
    inFlight: 1,
    kept: 2,
    hops: { sent: 12, 'given up': 1 },
    messages: { delivered: 3 },
  };

  test('what a relay wrote into its metrics is read from them', async () => {
    expect(parseRelayStats(await text())).toEqual(EXPECTED);
    const lost = parseRelayStats(await text({ isIsland: true }));
    expect(lost?.place).toEqual({ level: 'ROOT', role: 'LEADER', isIsland: true });
    expect(parseRelayStats('terminfunk_mesh_nodes 1\n')?.place).toBeUndefined();
  });

  test('prints a line each, or one object', async () => {
    const origin = await serve(200, await text());
    const plain = await run(runStatsCommand, '--via', origin);
    expect(plain).toMatchObject({ status: 0, complained: [] });
    expect(plain.said.slice(0, 2)).toEqual([
      'place               ROOT, LEADER, region 04',
      'nodes known         5, of them 4 with a way',
    ]);
    expect(plain.said).toContain('links               7, to relays 1 of 2');
    expect(plain.said).toContain('hops given up       1');
    const json = await run(runStatsCommand, '--via', origin, '--json');
    expect(json.said.map((line) => JSON.parse(line) as unknown)).toEqual([EXPECTED]);
  });

  test('says that a relay is an island, and nothing of a region that it does not have', async () => {
    const { said } = await run(runStatsCommand, '--via', await serve(200, await text({ isIsland: true })));
    expect(said[0]).toBe('place               ROOT, LEADER, no region, an island: no way to the upper levels');
  });

  test('a relay that does not tell, something that is no relay, nobody at all, and a command that is none', async () => {
    for (const origin of [await serve(404, 'not found'), await serve(200, 'terminfunk_test 1\n')]) {
      const { status, complained } = await run(runStatsCommand, '--via', origin);
      expect([status, complained.join()]).toEqual([1, expect.stringMatching(/does not tell/)]);
    }
    const { status, complained } = await run(runStatsCommand, '--via', NOWHERE);
    expect([status, complained]).toEqual([1, [`${NOWHERE} is not to be reached: does a relay run there?`]]);
    expect(await run(runStatsCommand, 'now')).toMatchObject({ status: 2 });
  });
});
