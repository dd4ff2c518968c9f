import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { HOUR } from '#core/domain/limits.ts';
import { KIND } from '#core/wire/kinds.ts';
import { decodeQuery } from '#core/wire/query.ts';
import { encodeResponse } from '#core/wire/response.ts';
import { createQueryDesk } from '#engine/fapp/query-desk.ts';
import { createIdentityBook } from '#engine/records/identity-book.ts';
import { createSlotShelf } from '#engine/records/slot-shelf.ts';
import { nextQuery } from '#test/engine/queries.ts';
import { createSigner } from '#test/engine/raw-peer.ts';
import { createHarness, ofKind, refusals } from '#test/engine/step-harness.ts';

const createDesk = () => {
  const harness = createHarness();
  const slots = createSlotShelf(harness.context, { capacity: 100, snapshot: undefined, packs: false });
  const { peers, context } = harness;
  return { ...harness, desk: createQueryDesk(context, { peers, slots, identities: createIdentityBook(10) }) };
};

describe('asking', () => {
  const WANTED = {
    plzDigits: 2,
    plzPrefix: 80,
    verfahren: 0,
    modalitaet: 0,
    kostentraeger: 1,
    slotTypes: 0,
    ageGroup: 3,
    fromDay: 300,
    days: 7,
    maxResults: 5,
    skip: 0,
  } as const;
  test('goes to narrow links that were dialled only, late by chance, with another id each time and nobody’s name', () => {
    const { desk, link, step, wait } = createDesk();
    link({ relay: true });
    link({ capability: 'constrained' });
    const radio = [
      link({ capability: 'constrained', dialled: true }),
      link({ capability: 'constrained', dialled: true }),
    ];
    const asked: number[] = [];
    const effects = step(() => {
      for (let index = 0; index < 2; index++) {
        const id = desk.ask(WANTED);
        if (id.ok) asked.push(id.value);
      }
    });
    expect(ofKind(effects, 'send')).toEqual([]);
    const sent = ofKind(wait(2_000), 'send');
    expect(new Set(sent.map((effect) => effect.link))).toEqual(new Set(radio.map((peer) => peer.link)));
    expect(sent).toHaveLength(4);
    const ids = sent.map(({ frame }) => decodeQuery(frame)).flatMap((result) => (result.ok ? [result.value.id] : []));
    expect(new Set(ids)).toEqual(new Set(asked));
    expect(new Set(asked).size).toBe(2);
  });

  test('what cannot be asked is refused before anything leaves', () => {
    const { desk, link, step, wait } = createDesk();
    link({ capability: 'constrained', dialled: true });
    step(() => {
      expect(desk.ask({ ...WANTED, kostentraeger: 0 })).toEqual({ ok: false, code: 'malformed' });
      expect(desk.ask({ ...WANTED, days: 64 })).toEqual({ ok: false, code: 'malformed' });
      expect(desk.ask({ ...WANTED, plzPrefix: 800 })).toEqual({ ok: false, code: 'malformed' });
    });
    expect(ofKind(wait(HOUR), 'send')).toEqual([]);
  });

  test('the records of an answer to it are handed on to be checked; of any other they are not', () => {
    const { desk, link, step } = createDesk();
    const radio = link({ capability: 'constrained', dialled: true });
    const record = createSigner(1).announce(Date.UTC(2026, 10, 23) as Millis);
    step(() => {
      const asked = desk.ask(WANTED);
      const id = asked.ok ? asked.value : 0;
      const answer = encodeResponse({ kind: 'response', queryId: id, records: [record] });
      if (!answer.ok) throw new Error(answer.code);
      expect(desk.answered(id)).toBeUndefined();
      expect(desk.onResponse(radio, answer.value).map(toHex)).toEqual([toHex(record)]);
      expect(desk.answered(id)).toEqual({ came: 1, fresh: 1 });
    });
    const effects = step(() => {
      expect(desk.onResponse(radio, Uint8Array.of(KIND.response, 0, 0, 0, 1, 0))).toEqual([]);
      expect(desk.onResponse(radio, Uint8Array.of(KIND.response, 0, 0))).toEqual([]);
    });
    expect(refusals(effects)).toEqual(['not-found', 'malformed']);
  });

  test('without a way to anybody who knows more nothing is asked, and nothing more than would be answered', () => {
    const { desk, link, step, wait } = createDesk();
    link({ relay: true });
    link({ capability: 'constrained' });
    expect(step(() => expect(desk.ask(WANTED)).toEqual({ ok: false, code: 'wrong-state' }))).toEqual([]);
    link({ capability: 'constrained', dialled: true });
    const asks = () => desk.ask(WANTED).ok;
    step(() => expect([asks(), asks(), asks(), asks()]).toEqual([true, true, true, false]));
    step(() => expect(desk.ask(WANTED)).toEqual({ ok: false, code: 'rate-limited' }));
    wait(300_000);
    step(() => expect([asks(), asks()]).toEqual([true, false]));
  });

  test('a station that is asked by others of a thing it cannot know passes the question on, and says nothing of its own', () => {
    const { desk, link, step, now } = createDesk();
    const up = link({ capability: 'constrained', dialled: true });
    const below = link({ capability: 'constrained' });
    const effects = step(() => desk.onQuery(below, nextQuery(now(), { id: 77 })));
    expect(ofKind(effects, 'send').map((effect) => effect.link)).toEqual([up.link]);
    const end = step(() => desk.onQuery(up, nextQuery(now(), { id: 78 })));
    expect(ofKind(end, 'send').map((effect) => [effect.link, ...effect.frame])).toEqual([
      [up.link, KIND.response, 0, 0, 0, 78, 0],
    ]);
  });

  test('only who was asked answers, and four times at most: what goes back takes airtime', () => {
    const { desk, link, step, now } = createDesk();
    const [up, below] = [link({ capability: 'constrained', dialled: true }), link({ capability: 'constrained' })];
    const strangers = [link({ relay: true }), link({ capability: 'constrained' }), below];
    step(() => desk.onQuery(below, nextQuery(now(), { id: 77 })));
    const answer = Uint8Array.of(KIND.response, 0, 0, 0, 77, 0);
    const forged = step(() => {
      for (const stranger of strangers) desk.onResponse(stranger, answer);
    });
    expect(ofKind(forged, 'send')).toEqual([]);
    expect(refusals(forged)).toEqual(['not-found', 'not-found', 'not-found']);
    const effects = step(() => {
      for (let index = 0; index < 5; index++) desk.onResponse(up, answer);
    });
    expect(ofKind(effects, 'send').map((effect) => effect.link)).toEqual(Array(4).fill(below.link));
    expect(refusals(effects)).toEqual(['rate-limited']);
  });

  test('to a question of ours nobody answers who was not asked', () => {
    const { desk, link, step } = createDesk();
    const [up, stranger] = [link({ capability: 'constrained', dialled: true }), link({ capability: 'constrained' })];
    step(() => {
      const asked = desk.ask(WANTED);
      const id = asked.ok ? asked.value : 0;
      const record = createSigner(1).announce(Date.UTC(2026, 10, 23) as Millis);
      const answer = encodeResponse({ kind: 'response', queryId: id, records: [record] });
      if (!answer.ok) throw new Error(answer.code);
      expect(desk.onResponse(stranger, answer.value)).toEqual([]);
      expect(desk.answered(id)).toBeUndefined();
      expect(desk.onResponse(up, answer.value)).toHaveLength(1);
    });
  });

  test('a link that is gone takes its questions along', () => {
    const { desk, link, step } = createDesk();
    const gone = link({ capability: 'constrained' });
    step(() => desk.onQuery(gone, nextQuery(Date.UTC(2026, 10, 23, 9) as Millis, { id: 42 })));
    step(() => desk.close(gone.link));
    const effects = step(() => {
      expect(desk.onResponse(gone, Uint8Array.of(KIND.response, 0, 0, 0, 42, 0))).toEqual([]);
    });
    expect(refusals(effects)).toEqual(['not-found']);
  });
});

test('a query is one of too many from everywhere; a minute later there is room again', () => {
  const { desk, link, step, wait, now } = createDesk();
  const send = (id: number) => step(() => desk.onQuery(link(), nextQuery(now(), { id: 1_000_000 + id })));
  const effects = Array.from({ length: 1_100 }, (_, index) => send(index)).flat();
  expect(refusals(effects)).toEqual(Array.from({ length: 76 }, () => 'over-capacity'));
  wait(60_000);
  expect(refusals(send(2_000))).toEqual([]);
});
