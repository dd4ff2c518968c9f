/** Devices that find relays by themselves: over a relay's list, and from memory when the relay that they were told of is gone. */
import { afterEach, expect, test, vi } from 'vitest';
import { DISCOVERY_PATH } from '#adapters/dialing/discovery.ts';
import { createMemoryDisk, createMemoryStore } from '#adapters/memory/memory-store.ts';
import { openRelayList } from '#host/node/relay-list.ts';
import {
  openPatientAt,
  openPracticeAt,
  type Person,
  playCoreLoop,
  startWholeRelay,
  until,
} from '#test/relay/linked-relays.ts';

const running: { stop(): Promise<void> }[] = [];
const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const started = await starting;
  running.unshift(started);
  return started;
};
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const linkedTo = ({ leaf }: Person): string[] => [...leaf.views.relays()].sort();
const namedBy = async (origin: string, asked = origin): Promise<unknown> => {
  const document: unknown = await (await fetch(`${asked}${DISCOVERY_PATH}`)).json();
  return typeof document === 'object' && document !== null && 'relays' in document ? document.relays : undefined;
};

test('a relay names those that it is linked to; a device links itself to one of them, and needs the first no more', async () => {
  const [a, b] = [await keep(startWholeRelay()), await keep(startWholeRelay())];
  const links = a.link(b.server.origin);
  await until(() => links.status().connected === 1);
  expect(await namedBy(a.server.origin)).toEqual([b.server.origin]);
  expect(await namedBy(b.server.origin)).toEqual([]);

  const disk = createMemoryDisk();
  const first = await keep(openPatientAt(a, { store: createMemoryStore(disk), rendezvous: true }));
  await until(() => linkedTo(first).length === 2);
  expect(linkedTo(first)).toEqual([a.server.origin, b.server.origin].sort());
  const shown = (await first.leaf.api.status()).relays.map(({ origin, found }) => [origin, found]);
  expect(shown).toEqual([
    [a.server.origin, false],
    [b.server.origin, true],
  ]);
  await vi.waitFor(async () => expect(await createMemoryStore(disk).entries('peers')).toHaveLength(2), 20_000);
  await first.stop();
  running.splice(running.indexOf(first), 1);
  await a.stop();
  running.splice(running.indexOf(a), 1);

  const again = await keep(openPatientAt(a, { store: createMemoryStore(disk), rendezvous: true }));
  await until(() => linkedTo(again).length === 1);
  expect(linkedTo(again)).toEqual([b.server.origin]);
  const practice = await keep(openPracticeAt(b));
  await playCoreLoop(practice, again, '00000000000000b2');
});

test('whoever is removed is not found again, also after a start', async () => {
  const [a, b] = [await keep(startWholeRelay()), await keep(startWholeRelay())];
  const links = a.link(b.server.origin);
  await until(() => links.status().connected === 1);
  const store = createMemoryStore();
  const person = await keep(openPatientAt(a, { store, rendezvous: true }));
  await until(() => linkedTo(person).length === 2);
  await person.leaf.api.removeRelay(b.server.origin);
  await until(() => linkedTo(person).length === 1);
  const list = await openRelayList(store, [a.server.origin]);
  expect([list.isRemoved(b.server.origin), list.all()]).toEqual([true, [a.server.origin]]);
  expect(person.leaf.dialling.status().map(({ origin }) => origin)).toEqual([a.server.origin]);
});

test('relays on the relay’s own machine are named only to whoever is there too', async () => {
  const b = await keep(startWholeRelay());
  const a = await keep(startWholeRelay({ config: { publicOrigin: 'https://relay.example.org' } }));
  const { port } = a.server.endpoints.http;
  const links = a.link(b.server.origin);
  await until(() => links.status().connected === 1);
  expect(await namedBy(a.server.origin, `http://127.0.0.1:${port}`)).toEqual([]);
});
