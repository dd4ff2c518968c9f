/** Queries over links that cannot carry the sets: what is asked, what comes back, and what is trusted of it. */
import { expect, test } from 'vitest';
import type { Counter, Millis, OfferId } from '#core/brand.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { KIND } from '#core/wire/kinds.ts';
import { encodeQuery, type SlotQuery } from '#core/wire/query.ts';
import { decodeResponse, encodeResponse } from '#core/wire/response.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { createTestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const QUERY: SlotQuery = {
  kind: 'query',
  id: 7,
  plzDigits: 0,
  plzPrefix: 0,
  verfahren: 0,
  modalitaet: 0,
  kostentraeger: 1,
  slotTypes: 0,
  ageGroup: 3,
  fromDay: 0,
  days: 63,
  maxResults: 31,
  hops: 0,
  skip: 0,
  reserved: 0,
};

/** A relay that knows a practice in Munich (VT, GKV) and one in Berlin (TP, PKV, two offers). */
const setUp = async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const peer = openRawPeer(relay, clock.now());
  await clock.run(10);
  const now = clock.now() as Millis;
  const [munich, berlin] = [createSigner(1), createSigner(2)];
  for (const frame of [
    munich.identity(now),
    berlin.identity(now),
    munich.announce(now, { plz: 80_799, verfahren: 1, kostentraeger: 1 }),
    berlin.announce(now, { plz: 10_115, verfahren: 2, kostentraeger: 2, offer: 1 as OfferId }),
    berlin.announce(now, { plz: 10_117, verfahren: 2, kostentraeger: 3, offer: 2 as OfferId, counter: 2 as Counter }),
  ]) {
    peer.send(frame);
    await clock.run(50);
  }
  expect(relay.engine.views.slots.size).toBe(3);
  const today = Math.floor(toWireMinute(now) / 1_440);
  let last = 0;
  /** The kinds of the records in the answer, or undefined when there is none. */
  const ask = async (changed: Partial<SlotQuery>): Promise<string | undefined> => {
    const query = encodeQuery({ ...QUERY, fromDay: today, id: ++last, ...changed });
    if (!query.ok) throw new Error(query.code);
    const before = peer.received.length;
    peer.send(query.value);
    await clock.run(50);
    const frame = peer.received.slice(before).find(([kind]) => kind === KIND.response);
    const response = frame && decodeResponse(frame);
    if (response === undefined) return undefined;
    return response.ok ? response.value.records.map(([kind]) => (kind === KIND.identity ? 'i' : 'a')).join('') : 'bad';
  };
  return { clock, relay, peer, ask, today, now };
};

test('answers with what matches, identity records first, each once', async () => {
  const { ask, today } = await setUp();
  expect(await ask({})).toBe('iiaa');
  expect(await ask({ kostentraeger: 2 })).toBe('iaa');
  expect(await ask({ verfahren: 1 })).toBe('ia');
  expect(await ask({ plzDigits: 2, plzPrefix: 80 })).toBe('ia');
  expect(await ask({ kostentraeger: 3, plzDigits: 5, plzPrefix: 10_117 })).toBe('ia');
  expect(await ask({ kostentraeger: 3, plzDigits: 2, plzPrefix: 1 })).toBeUndefined();
  expect(await ask({ kostentraeger: 63, maxResults: 1 })).toBe('ia');
  expect(await ask({ fromDay: today + 30 })).toBeUndefined();
  expect(await ask({ fromDay: today, days: 1 })).toBeUndefined();
  expect(await ask({ slotTypes: 2 })).toBeUndefined();
  expect(await ask({ ageGroup: 1 })).toBeUndefined();
  expect(await ask({ kostentraeger: 4 })).toBeUndefined();
});

test('the same id is answered once', async () => {
  const { ask, relay } = await setUp();
  expect(await ask({ id: 99 })).toBe('iiaa');
  expect(await ask({ id: 99 })).toBeUndefined();
  expect(relay.counters.get('refused replayed')).toBe(1);
});

test('a response that nobody asked for is refused, whatever is in it', async () => {
  const { relay, peer, clock, now } = await setUp();
  const stranger = createSigner(9);
  const response = encodeResponse({
    kind: 'response',
    queryId: 12_345,
    records: [stranger.identity(now), stranger.announce(now)],
  });
  if (!response.ok) throw new Error(response.code);
  peer.send(response.value);
  await clock.run(50);
  expect(relay.counters.get('refused not-found')).toBe(1);
  expect(relay.engine.views.slots.size).toBe(3);
});
