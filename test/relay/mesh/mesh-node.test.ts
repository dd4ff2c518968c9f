/** Programs' nodes on real relays: messages, receipts, broadcasts, traces, and what happens without any of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { NodeAddress } from '#core/brand.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import type { MeshNode } from '#host/node/mesh-node.ts';
import type { MeshMessage } from '#host/rpc/mesh-api.ts';
import { type MeshNodeOptions, openMeshNode } from '#relay/mesh/open-mesh-node.ts';
import { startWholeRelay, until, type WholeRelay } from '#test/relay/linked-relays.ts';
import { askTemperature } from '#test/relay/mesh/example.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
const startRelay = async (config: object = {}): Promise<WholeRelay> => {
  const relay = await startWholeRelay({ config });
  running.push(relay);
  return relay;
};
/** Two relays, of which the second names the first. */
const linkedPair = async (): Promise<readonly [WholeRelay, WholeRelay]> => {
  const [a, b] = [await startRelay(), await startRelay()];
  b.link(a.server.origin);
  return [a, b];
};
const open = async (options?: MeshNodeOptions): Promise<MeshNode> => {
  const node = await openMeshNode(options);
  running.unshift(node);
  return node;
};
const openAt = async (relay: WholeRelay, options?: MeshNodeOptions): Promise<MeshNode & { address: NodeAddress }> => {
  const node = await open(options);
  expect(await node.join(relay.server.origin)).toEqual({ ok: true, value: relay.server.origin });
  return node as MeshNode & { address: NodeAddress };
};
const hear = (node: MeshNode): { readonly heard: MeshMessage[]; readonly texts: () => string[] } => {
  const heard: MeshMessage[] = [];
  node.onMessage((message) => heard.push(message));
  return { heard, texts: () => heard.map(({ body }) => new TextDecoder().decode(body)) };
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const isKnownAt = (relay: WholeRelay, address: NodeAddress): boolean => relay.node.views.mesh().routesTo(address) > 0;
const STRANGER = 'ab'.repeat(16) as NodeAddress;

describe('two programs at two relays', () => {
  test('a message arrives once, its receipt comes back, and each step is told once', async () => {
    const [a, b] = await linkedPair();
    const [one, other] = [await openAt(a), await openAt(b)];
    const { heard, texts } = hear(other);
    const steps: string[] = [];
    one.onDelivery(({ to, phase }) => steps.push(`${to} ${phase}`));
    const sent = await one.send(other.address, bytes('hello'));
    if (!sent.ok) throw new Error(sent.code);
    await until(() => steps.includes(`${other.address} delivered`));
    expect(texts()).toEqual(['hello']);
    expect(heard[0]).toMatchObject({ id: sent.value, from: one.address, toAll: false });
    expect(new Set(steps).size).toBe(steps.length);
    expect(steps[0]).toBe(`${other.address} queued`);
    expect(await one.delivery(sent.value)).toMatchObject({ id: sent.value, phase: 'delivered' });
    // The same bytes once more are the same message.
    expect(await one.send(other.address, bytes('hello'))).toEqual(sent);
    expect(await one.send(other.address, bytes('hello again'))).toMatchObject({ ok: true });
    await until(() => texts().length === 2);
    expect(texts()).toEqual(['hello', 'hello again']);
  });

  test('the way there shows both relays and the other program, the nearest first', async () => {
    const [a, b] = await linkedPair();
    const [one, other] = [await openAt(a), await openAt(b)];
    await until(() => isKnownAt(a, other.address));
    const path = await one.trace(other.address);
    if (!path.ok) throw new Error(path.code);
    expect(path.value.end).toBe('reached');
    expect(path.value.hops.map(({ address }) => address)).toEqual([a.node.address, b.node.address, other.address]);
    const trips = path.value.hops.map(({ roundTrip }) => roundTrip);
    expect(trips).toEqual([...trips].sort((x, y) => x - y));
    expect(await one.trace(one.address)).toMatchObject({ ok: true, value: { end: 'here', hops: [] } });
    const nowhere = await one.trace(STRANGER);
    expect(nowhere).toMatchObject({ ok: true, value: { end: 'lost', announcedHops: undefined } });
    expect(nowhere.ok && nowhere.value.hops[0]?.address).toBe(a.node.address);
  });

  test('everybody who is there hears a broadcast, also who says nothing about itself', async () => {
    const [a, b] = await linkedPair();
    const [one, other, silent] = [await openAt(a), await openAt(b), await openAt(b, { as: 'nobody' })];
    const [there, quiet, own] = [hear(other), hear(silent), hear(one)];
    expect(await one.broadcast(bytes('to all'))).toMatchObject({ ok: true });
    await until(() => there.texts().length === 1 && quiet.texts().length === 1);
    expect(there.heard[0]).toMatchObject({ from: one.address, toAll: true });
    expect(own.texts()).toEqual([]);
  });

  test('the example of the document runs as it stands there', async () => {
    const [a, b] = await linkedPair();
    const sensor = await openAt(b);
    sensor.onMessage(({ from }) => void sensor.send(from, bytes('21.5')));
    await until(() => isKnownAt(a, sensor.address));
    const lines: string[] = [];
    expect(await askTemperature(a.server.origin, sensor.address, (line) => lines.push(line))).toBe('21.5');
    expect(lines[0]).toMatch(new RegExp(`^${a.node.address} \\d+ ms$`));
    expect(lines.at(-1)).toMatch(/^\d+ of \d+ nodes can be reached$/);
    const code = readFileSync('test/relay/mesh/example.ts', 'utf8').trim();
    expect(readFileSync('docs/mesh-api.md', 'utf8')).toContain(`\`\`\`ts\n${code}\n\`\`\``);
  });
});

describe('alone, and on the edges', () => {
  test('a relay keeps what cannot be delivered now, and it arrives when its destination comes back', async () => {
    const relay = await startRelay();
    const folder = mkdtempSync(join(tmpdir(), 'terminfunk-mesh-'));
    running.push({ stop: async () => rmSync(folder, { recursive: true, force: true }) });
    const away = await openMeshNode({ data: folder });
    expect(await away.join(relay.server.origin)).toMatchObject({ ok: true });
    const { address } = away;
    if (address === undefined) throw new Error('no address');
    const one = await openAt(relay);
    await until(() => isKnownAt(relay, address));
    await away.stop();
    await until(() => !isKnownAt(relay, address));
    const sent = await one.send(address, bytes('for later'));
    if (!sent.ok) throw new Error(sent.code);
    await until(() => relay.node.views.mesh().stats.kept === 1);
    const back = await openAt(relay, { data: folder });
    expect(back.address).toBe(address);
    const { texts } = hear(back);
    await until(() => texts().includes('for later'));
  });

  test('what is refused, and why', async () => {
    const nobody = await open({ as: 'nobody' });
    expect(nobody.address).toBeUndefined();
    expect(await nobody.send(STRANGER, bytes('x'))).toEqual({ ok: false, code: 'no-identity' });
    expect(await nobody.broadcast(bytes('x'))).toEqual({ ok: false, code: 'no-identity' });
    expect(await nobody.trace('here' as NodeAddress)).toEqual({ ok: false, code: 'malformed' });
    expect(await nobody.trace(STRANGER)).toMatchObject({ ok: true, value: { end: 'no-way', hops: [] } });
    expect((await nobody.stats()).self).toBeUndefined();
    expect(await nobody.join('no origin at all')).toEqual({ ok: false, code: 'malformed' });
    expect(await nobody.join('http://127.0.0.1:1', 200)).toEqual({ ok: false, code: 'unreachable' });
    expect(nobody.relays()).toHaveLength(1);
    nobody.leave('http://127.0.0.1:1');
    expect(nobody.relays()).toEqual([]);
    for (let port = 1; port <= 16; port++) await nobody.join(`http://127.0.0.1:${port}`, 0);
    expect(await nobody.join('http://127.0.0.1:17', 0)).toEqual({ ok: false, code: 'over-capacity' });
    nobody.leave();
    expect(nobody.relays()).toEqual([]);
    const program = await open();
    expect(await program.send('AB'.repeat(16) as NodeAddress, bytes('x'))).toEqual({ ok: false, code: 'malformed' });
    expect(await program.send(program.address as NodeAddress, bytes('x'))).toEqual({ ok: false, code: 'wrong-state' });
    expect(await program.send(STRANGER, new Uint8Array(16_385))).toEqual({ ok: false, code: 'too-large' });
    expect(await program.broadcast(new Uint8Array(1_025))).toEqual({ ok: false, code: 'too-large' });
  });

  test('a kiosk is known as one, a program as a leaf that passes on; who comes without sync is not known at all', async () => {
    const relay = await startRelay();
    const [kiosk, program, visitor] = [
      await openAt(relay, { as: 'kiosk', capabilities: CAPABILITY.STORE }),
      await openAt(relay),
      await openAt(relay, { as: 'nobody', syncs: false }),
    ];
    await until(() => isKnownAt(relay, kiosk.address) && isKnownAt(relay, program.address));
    const announced = new Map(relay.node.views.mesh().nodes.map(({ address, announce }) => [address, announce]));
    expect(announced.get(kiosk.address)).toMatchObject({ level: 1, capabilities: 0x0007 });
    expect(announced.get(program.address)).toMatchObject({ level: 0, capabilities: 0x0001 });
    expect((await kiosk.stats()).self).toMatchObject({ address: kiosk.address, level: 'KIOSK', capabilities: 7 });
    expect(await visitor.trace(program.address)).toMatchObject({ ok: true, value: { end: 'reached' } });
    expect(announced.size).toBe(2);
  });

  test('with no patience at all the answer says what is known without one', async () => {
    const [a, b] = await linkedPair();
    const [one, other] = [await openAt(a), await openAt(b, { as: 'kiosk' })];
    await until(() => isKnownAt(a, other.address));
    const path = await one.trace(b.node.address, 0);
    expect(path).toMatchObject({ ok: true, value: { target: b.node.address, end: 'no-answer', hops: [] } });
    await until(() => one.relays()[0]?.state === 'connected');
    expect(path.ok && path.value.announcedHops).toBe(2);
  });
});
