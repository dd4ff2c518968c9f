/** Relays that link themselves to others: what is announced at one is found at the next, and bundles cross in both directions. */
import { afterEach, describe, expect, test } from 'vitest';
import { createSystemRng } from '#adapters/system/rng.ts';
import type { Bucket, Millis, OfferId } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { encodeBundle } from '#core/wire/bundle.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { createSocketDialer } from '#relay/dial/socket-dialer.ts';
import { createHeard } from '#test/contracts/transport-peer.ts';
import {
  openPatientAt,
  openPracticeAt,
  phaseOf,
  playCoreLoop,
  startWholeRelay,
  type Transport,
  until,
  type WholeRelay,
  type WholeRelayOptions,
} from '#test/relay/linked-relays.ts';

const REQUEST = '00000000000000a1';
const random = createSystemRng();

const running: { stop(): Promise<void> }[] = [];
const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const started = await starting;
  running.unshift(started);
  return started;
};
const start = (options?: WholeRelayOptions): Promise<WholeRelay> => keep(startWholeRelay(options));
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const bundlesAt = (relay: WholeRelay): number => relay.node.views.status().bundles;
const linesWith = (relay: WholeRelay, words: string): string[] => relay.lines.filter((line) => line.includes(words));

/** Leaves so many sealed bundles at a relay, from one address. */
const leaveBundles = async (relay: WholeRelay, count: number): Promise<void> => {
  const before = bundlesAt(relay);
  const dialled = await createSocketDialer().dial({ origin: relay.server.origin }, createHeard().handlers);
  if (!dialled.ok) throw new Error(dialled.code);
  const hello = { kind: 'hello', clock: Date.now() as Millis, wantsSync: false, salt: random.bytes(8) } as const;
  dialled.value.send(encodeHello({ ...hello, relay: undefined }));
  for (let index = 0; index < count; index++) {
    const bundle = {
      kind: 'bundle',
      bucket: (index % 256) as Bucket,
      created: toWireMinute(Date.now() as Millis),
      commitment: random.bytes(8),
      body: random.bytes(339),
    } as const;
    dialled.value.send(encodeBundle(bundle));
  }
  await until(() => bundlesAt(relay) === before + count);
  dialled.value.close('closed');
};

describe.each<Transport>(['webtransport', 'websocket'])('over %s', (transport) => {
  test('two relays: announced at one, found, asked for and confirmed at the other', async () => {
    const [a, b] = [await start(), await start({ transport })];
    const links = b.link(a.server.origin);
    const practice = await keep(openPracticeAt(a));
    const patient = await keep(openPatientAt(b));
    await playCoreLoop(practice, patient, REQUEST);
    expect(b.lines).toEqual([`Linked to relay ${a.server.origin} over ${transport}.`]);
    expect(links.status()).toEqual({ wanted: 1, connected: 1 });
    // What was opened is let go of everywhere, also at the relay to which its opener is not linked.
    await until(() => bundlesAt(a) === 0 && bundlesAt(b) === 0);
  });

  test('three in a line, each linked by the one before it or the one after it', async () => {
    const [a, b, c] = [await start({ transport }), await start({ transport }), await start({ transport })];
    b.link(a.server.origin);
    b.link(c.server.origin);
    const practice = await keep(openPracticeAt(a));
    const patient = await keep(openPatientAt(c));
    await playCoreLoop(practice, patient, REQUEST);
    await until(() => [a, b, c].every((relay) => bundlesAt(relay) === 0));
  });

  test('a request that was left before there was a link, and the answer after the link broke', async () => {
    const [a, b] = [await start({ transport }), await start()];
    const practice = await keep(openPracticeAt(a));
    const first = a.link(b.server.origin);
    const patient = await keep(openPatientAt(b));
    await until(() => patient.leaf.views.slots.size === 1);
    first.stop();
    await until(() => a.server.links() === 1 && b.server.links() === 1);
    const { address: at, start: slot } = practice;
    const wish = {
      practice: at,
      offer: 0 as OfferId,
      start: slot,
      pseudonym: 'Fuchs',
      code: '',
      text: '',
      display: '',
    };
    await patient.leaf.driver.command({ kind: 'reserve', requestId: REQUEST, ...wish });
    await until(() => phaseOf(patient, REQUEST) === 'custody');
    expect(practice.leaf.views.inbox()).toEqual([]);
    a.link(b.server.origin);
    await until(() => phaseOf(patient, REQUEST) === 'delivered');
  });
});

describe('links to relays', () => {
  test('two relays that name each other have two links and lose nothing by it', async () => {
    const [a, b] = [await start(), await start()];
    const links = [a.link(b.server.origin), b.link(a.server.origin)];
    await until(() => links.every((one) => one.status().connected === 1));
    const practice = await keep(openPracticeAt(a));
    const patient = await keep(openPatientAt(b));
    await playCoreLoop(practice, patient, REQUEST);
    expect([a.server.links(), b.server.links()]).toEqual([2, 2]);
  });

  test('a relay that is named under its own origin is left out, and said once', async () => {
    const a = await start();
    const links = a.link(a.server.origin, a.server.origin.replace('127.0.0.1', 'localhost'));
    await until(() => links.status().wanted === 0);
    expect(linesWith(a, 'is this relay itself: not linked.')).toHaveLength(2);
    expect(a.server.links()).toBe(0);
  });

  test('whoever claims our own address in the hello is turned away', async () => {
    const a = await start();
    const heard = createHeard();
    const dialled = await createSocketDialer().dial({ origin: a.server.origin }, heard.handlers);
    if (!dialled.ok) throw new Error(dialled.code);
    const hello = { kind: 'hello', clock: Date.now() as Millis, wantsSync: true, salt: random.bytes(8) } as const;
    dialled.value.send(encodeHello({ ...hello, relay: a.node.address }));
    expect(await heard.ended()).toBe('refused');
    expect(a.counters.get('refused wrong-state')).toBe(1);
  });

  test('the operator is told of a loss and of the next link, by the origin and nothing else', async () => {
    const [a, b] = [await start(), await start()];
    const { port } = a.server.endpoints.http;
    const links = b.link(a.server.origin);
    await until(() => links.status().connected === 1);
    await a.stop();
    await until(() => linesWith(b, 'Lost').length === 1);
    expect(links.status()).toEqual({ wanted: 1, connected: 0 });
    await start({ config: { port } });
    await until(() => links.status().connected === 1);
    expect(b.lines).toEqual([
      `Linked to relay ${a.server.origin} over websocket.`,
      `Lost the link to relay ${a.server.origin}. Trying again.`,
      `Linked to relay ${a.server.origin} over websocket.`,
    ]);
  });

  test('a relay that has no room is not pressed, and linked once it has', async () => {
    const limits = { links: 10, linksPerAddress: 1, connectsPerMinute: 1_000 };
    const [a, b] = [await start({ config: { limits } }), await start()];
    const patient = await openPatientAt(a);
    await until(() => a.server.links() === 1);
    const links = b.link(a.server.origin);
    await until(() => linesWith(b, 'is not to be reached so far').length === 1);
    expect(links.status()).toEqual({ wanted: 1, connected: 0 });
    expect(a.server.links()).toBe(1);
    await patient.stop();
    await until(() => links.status().connected === 1);
  });
});

describe('a relay that comes to others that are full', () => {
  test('fetches all bundles of those that it named, beyond what one address may leave', async () => {
    const [a, b, c, late] = [await start(), await start(), await start(), await start()];
    await leaveBundles(a, 200);
    await leaveBundles(b, 150);
    c.link(a.server.origin, b.server.origin);
    await until(() => bundlesAt(c) === 350);
    late.link(c.server.origin);
    await until(() => bundlesAt(late) === 350);
    expect(late.counters.get('refused rate-limited')).toBeUndefined();
    // They get no custody of what was fetched from them: they wait for none.
    expect([a, b].map(({ counters }) => counters.get('frames unicast'))).toEqual([undefined, undefined]);
  });
});
