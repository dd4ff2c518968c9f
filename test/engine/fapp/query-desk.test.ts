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
  } as const;
  test('goes to constrained links only, late by chance, with another id each time and nobody’s name', () => {
    const { desk, link, step, wait } = createDesk();
    link({ relay: true });
    const radio = [link({ capability: 'constrained' }), link({ capability: 'constrained' })];
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
    link({ capability: 'constrained' });
    step(() => {
      expect(desk.ask({ ...WANTED, kostentraeger: 0 })).toEqual({ ok: false, code: 'malformed' });
      expect(desk.ask({ ...WANTED, days: 64 })).toEqual({ ok: false, code: 'malformed' });
      expect(desk.ask({ ...WANTED, plzPrefix: 800 })).toEqual({ ok: false, code: 'malformed' });
    });
    expect(ofKind(wait(HOUR), 'send')).toEqual([]);
  });

  test('the records of an answer to it are handed on to be checked; of any other they are not', () => {
    const { desk, link, step } = createDesk();
    const radio = link({ capability: 'constrained' });
    const record = createSigner(1).announce(Date.UTC(2026, 10, 23) as Millis);
    step(() => {
      const id = desk.ask(WANTED);
      const answer = encodeResponse({ kind: 'response', queryId: id.ok ? id.value : 0, records: [record] });
      if (!answer.ok) throw new Error(answer.code);
      expect(desk.onResponse(radio, answer.value).map(toHex)).toEqual([toHex(record)]);
    });
    const effects = step(() => {
      expect(desk.onResponse(radio, Uint8Array.of(KIND.response, 0, 0, 0, 1, 0))).toEqual([]);
      expect(desk.onResponse(radio, Uint8Array.of(KIND.response, 0, 0))).toEqual([]);
    });
    expect(refusals(effects)).toEqual(['not-found', 'malformed']);
  });

  test('an answer is not passed back where the way is narrower than it is', () => {
    const { desk, link, step, now } = createDesk();
    const [asker, far] = [link({ capability: 'severe' }), link({ capability: 'constrained' })];
    step(() => desk.onQuery(asker, nextQuery(now(), { id: 42 })));
    const passBack = (bytes: number) => {
      // Six bytes come before the records, and two before each.
      const response = encodeResponse({ kind: 'response', queryId: 42, records: [new Uint8Array(bytes - 8)] });
      if (!response.ok) throw new Error(response.code);
      return step(() => void desk.onResponse(far, response.value));
    };
    expect(ofKind(passBack(484), 'send')).toMatchObject([{ link: asker.link }]);
    const refused = passBack(485);
    expect(ofKind(refused, 'send')).toEqual([]);
    expect(refusals(refused)).toEqual(['too-large']);
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
