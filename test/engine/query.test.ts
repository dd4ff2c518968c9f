/** SlotQuery and SlotResponse (docs/protocol/query.md): what fits comes back, no more than was asked for, along the path. */
import { describe, expect, test } from 'vitest';
import type { Millis, OfferId, WireMinute } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { type Announce, decodeAnnounce } from '#core/wire/announce.ts';
import { decodeIdentity } from '#core/wire/identity.ts';
import { KIND } from '#core/wire/kinds.ts';
import type { SlotQuery } from '#core/wire/query.ts';

import { decodeResponse, encodeResponse } from '#core/wire/response.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { lastQueryId, nextQuery, today } from '#test/engine/queries.ts';
import { createSigner, openRawPeer, type RawPeer } from '#test/engine/raw-peer.ts';
import { PINNED, vouchFor } from '#test/engine/vouching.ts';
import { createTestNode, joinWith, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock, type VirtualClock } from '#test/virtual-clock.ts';

const count = ({ counters }: TestNode, code: RefusalCode): number => counters.get(`refused ${code}`) ?? 0;

/** A relay that holds announcements, and somebody who asks it. */
const setUp = async (offers: readonly Partial<Announce>[], profile = PROFILE) => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock, registrars: [PINNED] });
  const source = openRawPeer(relay, clock.now());
  await clock.run(10);
  for (const [index, changed] of offers.entries()) {
    const signer = createSigner(index + 1);
    source.send(signer.identity(clock.now(), { profile, credential: vouchFor(signer.publicKey) }));
    await clock.run(10);
    source.send(signer.announce(clock.now(), changed));
  }
  await clock.run(100);
  expect(relay.engine.views.status().announcements).toBe(offers.length);
  const asker = openRawPeer(relay, clock.now());
  await clock.run(10);
  return { clock, relay, asker };
};

const responses = (peer: RawPeer) =>
  peer.received
    .filter((frame) => frame[0] === KIND.response)
    .map((frame) => {
      const response = decodeResponse(frame);
      if (!response.ok) throw new Error(response.code);
      const { queryId, records } = response.value;
      const announces = records.map(decodeAnnounce).flatMap((record) => (record.ok ? [record.value.message] : []));
      const identities = records.map(decodeIdentity).flatMap((record) => (record.ok ? [record.value.message] : []));
      return { queryId, announces, identities, bytes: frame.length };
    });

const ask = async (scene: { clock: VirtualClock; asker: RawPeer }, changed: Partial<SlotQuery>) => {
  const before = responses(scene.asker).length;
  scene.asker.send(nextQuery(scene.clock.now(), changed));
  await scene.clock.run(100);
  const [answer, ...more] = responses(scene.asker).slice(before);
  expect(more).toEqual([]);
  return answer;
};

describe('a query', () => {
  const inDays = (days: number): WireMinute[] => {
    const at = createVirtualClock().now() + days * DAY;
    return [toWireMinute((Math.floor(at / 300_000) * 300_000) as Millis)];
  };
  const OFFERS: readonly Partial<Announce>[] = [
    { plz: 80_799, starts: inDays(2) },
    { plz: 80_331, starts: inDays(9), kostentraeger: 0b10, verfahren: 0b10, slotType: 2, ageGroup: 1 },
    { plz: 1_067, starts: inDays(2), modalitaet: 0b10, ageGroup: 2 },
  ];
  const FILTERS: readonly (readonly [name: string, wanted: Partial<SlotQuery>, plz: readonly number[]])[] = [
    ['that asks for anything', {}, [80_799, 80_331, 1_067]],
    ['for a region', { plzDigits: 2, plzPrefix: 80 }, [80_799, 80_331]],
    ['for one postal code', { plzDigits: 5, plzPrefix: 80_331 }, [80_331]],
    ['for a region with a leading zero', { plzDigits: 2, plzPrefix: 1 }, [1_067]],
    ['for a payer', { kostentraeger: 0b10 }, [80_331]],
    ['for a Verfahren', { verfahren: 0b10 }, [80_331]],
    ['for a way to meet', { modalitaet: 0b10 }, [1_067]],
    ['for a kind of slot', { slotTypes: 0b100 }, [80_331]],
    ['for adults, or for everybody', { ageGroup: 0 }, [80_799, 1_067]],
    ['for the days around the second', { fromDay: today(createVirtualClock().now()) + 1, days: 2 }, [80_799, 1_067]],
    ['for the days after', { fromDay: today(createVirtualClock().now()) + 3, days: 20 }, [80_331]],
    ['for all of it at once', { plzDigits: 1, plzPrefix: 8, verfahren: 1, modalitaet: 1, days: 3 }, [80_799]],
  ];

  test.each(FILTERS)('%s gets what fits, with the keys that prove it', async (_, wanted, plz) => {
    const scene = await setUp(OFFERS);
    const answer = await ask(scene, wanted);
    expect(new Set(answer?.announces.map((announce) => announce.plz))).toEqual(new Set(plz));
    expect(answer?.queryId).toBe(lastQueryId());
    expect(answer?.identities).toHaveLength(plz.length);
  });

  test.each([
    ['a payer that nobody takes', { kostentraeger: 0b1000 }],
    ['a place where nobody is', { plzDigits: 1, plzPrefix: 9 }],
    ['days in which nothing is free', { fromDay: today(createVirtualClock().now()) + 40, days: 1 }],
  ] as const)('that nothing answers (%s) is not answered', async (_, wanted) => {
    expect(await ask(await setUp(OFFERS), wanted)).toBeUndefined();
  });

  test('gets no more than it asked for', async () => {
    const scene = await setUp(OFFERS);
    expect((await ask(scene, { maxResults: 2 }))?.announces).toHaveLength(2);
    expect((await ask(scene, { maxResults: 1 }))?.announces).toHaveLength(1);
  });

  test('gets the same order from everybody: two offers of a practice that begin at once, too', async () => {
    const signer = createSigner(1);
    const two = [1, 2].map((offer): Partial<Announce> => ({ offer: offer as OfferId, starts: inDays(2) }));
    const orders: (readonly OfferId[] | undefined)[] = [];
    for (const offers of [two, two.toReversed()]) {
      const scene = await setUp([]);
      const source = openRawPeer(scene.relay, scene.clock.now());
      await scene.clock.run(10);
      source.send(signer.identity(scene.clock.now(), { profile: PROFILE, credential: vouchFor(signer.publicKey) }));
      await scene.clock.run(10);
      for (const offer of offers) source.send(signer.announce(scene.clock.now(), offer));
      await scene.clock.run(100);
      orders.push((await ask(scene, {}))?.announces.map(({ offer }) => offer));
    }
    expect(orders[0]).toHaveLength(2);
    expect(orders[1]).toEqual(orders[0]);
  });

  test('gets one frame, however long the records are', async () => {
    const profile = { ...PROFILE, impressum: 'ä'.repeat(300), website: 'w'.repeat(120), street: 's'.repeat(80) };
    const many = Array.from({ length: 31 }, (): Partial<Announce> => ({}));
    const scene = await setUp(many, profile);
    const all = await ask(scene, {});
    expect(all?.announces).toHaveLength(31);
    expect(all?.identities).toHaveLength(31);
    expect(all?.bytes).toBeLessThanOrEqual(65_536);
  });
});

describe('an answer over a narrow link', () => {
  test.each([
    ['constrained', 2_048, 4],
    // No offer whose practice has said this much of itself fits.
    ['severe', 484, 0],
  ] as const)('that is %s has what is worth its airtime, each with its key', async (capability, largest, offers) => {
    const { clock, relay } = await setUp(Array.from({ length: 20 }, (): Partial<Announce> => ({})));
    const asker = openRawPeer(relay, clock.now(), true, capability);
    await clock.run(10);
    const answer = await ask({ clock, asker }, {});
    expect(answer?.bytes).toBeLessThanOrEqual(largest);
    expect(answer?.announces).toHaveLength(offers);
    expect(answer?.identities).toHaveLength(offers);
  });
});

describe('a query that is refused', () => {
  test('is malformed, from nobody who may, or came already: counted, and not answered', async () => {
    const scene = await setUp([{}]);
    const { relay, asker, clock } = scene;
    const good = nextQuery(clock.now());
    asker.send(good.slice(0, 15));
    asker.send(Uint8Array.of(...good, 0));
    asker.send(Uint8Array.of(...good.slice(0, 15), 1));
    await clock.run(50);
    expect(count(relay, 'malformed')).toBe(3);
    expect(responses(asker)).toEqual([]);
    asker.send(good);
    asker.send(good);
    await clock.run(50);
    expect(count(relay, 'replayed')).toBe(1);
    expect(responses(asker)).toHaveLength(1);
  });

  test('is one of too many from one address: others are answered, and later it is again', async () => {
    const scene = await setUp([{}]);
    const { relay, asker, clock } = scene;
    for (let index = 0; index < 100; index++) asker.send(nextQuery(clock.now()));
    await clock.run(50);
    expect(responses(asker)).toHaveLength(20);
    expect(count(relay, 'rate-limited')).toBe(80);
    const other = openRawPeer(relay, clock.now());
    await clock.run(10);
    expect(await ask({ clock, asker: other }, {})).toBeDefined();
    await clock.run(2_000);
    expect(await ask(scene, {})).toBeDefined();
  });
});

describe('an answer', () => {
  const response = (queryId: number, records: readonly Uint8Array[]): Uint8Array => {
    const encoded = encodeResponse({ kind: 'response', queryId, records });
    if (!encoded.ok) throw new Error(encoded.code);
    return encoded.value;
  };

  test('to what nobody asked is refused, and nothing of it is kept', async () => {
    const { clock, relay, asker } = await setUp([]);
    const signer = createSigner(9);
    asker.send(response(4_711, [signer.identity(clock.now()), signer.announce(clock.now())]));
    await clock.run(50);
    expect(count(relay, 'not-found')).toBe(1);
    expect(relay.engine.views.status()).toMatchObject({ announcements: 0, identities: 1 });
  });

  test('goes back the way the question came, over constrained links, and only for a minute', async () => {
    const { clock, relay: far } = await setUp([{ plz: 80_799 }]);
    const middle = await createTestNode({ role: 'leaf', clock });
    joinWith(middle.driver, far.driver, clock, () => [1], 'constrained');
    const asker = openRawPeer(middle, clock.now());
    await clock.run(20);
    const asked = await ask({ clock, asker }, { plzDigits: 1, plzPrefix: 8 });
    expect(asked?.announces.map(({ plz }) => plz)).toEqual([80_799]);
    // What passed through is not kept: it was not for this node.
    expect(middle.engine.views.status().announcements).toBe(0);
    await clock.run(61_000);
    const late = openRawPeer(middle, clock.now());
    await clock.run(20);
    late.send(response(asked?.queryId ?? 0, []));
    await clock.run(20);
    expect(count(middle, 'not-found')).toBe(1);
  });

  test('is not asked for beyond eight hops', async () => {
    const { clock, relay: far } = await setUp([{ plz: 80_799 }]);
    const middle = await createTestNode({ role: 'leaf', clock });
    joinWith(middle.driver, far.driver, clock, () => [1], 'constrained');
    const asker = openRawPeer(middle, clock.now());
    await clock.run(20);
    expect(await ask({ clock, asker }, { hops: 8 })).toBeUndefined();
    expect(await ask({ clock, asker }, { hops: 7 })).toBeDefined();
  });
});
