/** Slots of elsewhere, asked for over radio: from station to station towards the internet, and back (docs/protocol/query.md). */
import { expect, test } from 'vitest';
import type { Counter, Millis } from '#core/brand.ts';
import type { Announce } from '#core/wire/announce.ts';
import { KIND } from '#core/wire/kinds.ts';
import { toQuestion } from '#host/node/station-questions.ts';
import type { SearchQuery } from '#host/rpc/slot-api.ts';
import { PROFILE } from '#test/engine/practice.ts';
import { createSigner, openRawPeer } from '#test/engine/raw-peer.ts';
import { PINNED, vouchFor } from '#test/engine/vouching.ts';
import { createTestNode, joinByRadio, joinNodes } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const VIDEO = 0b10;
const SEARCH: SearchQuery = {
  payer: 'GKV',
  verfahren: [],
  types: [],
  modalitaeten: ['VIDEO'],
  minTrust: 1,
  sort: 'time',
  offset: 0,
  limit: 6,
};

/** A kiosk that hears a station in between, which hears a gateway, which knows these offers. */
const setUp = async (offers: readonly Partial<Announce>[], isVouched = true) => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const station = () => createTestNode({ role: 'leaf', clock, registrars: [PINNED], config: { carries: true } });
  const [gateway, between, kiosk] = [await station(), await station(), await station()];
  joinNodes(gateway.driver, relay.driver, clock);
  const source = openRawPeer(relay, clock.now());
  await clock.run(10);
  for (const [index, offer] of offers.entries()) {
    const signer = createSigner(index + 1);
    source.send(
      signer.identity(clock.now(), {
        profile: PROFILE,
        ...(isVouched ? { credential: vouchFor(signer.publicKey) } : {}),
      }),
    );
    await clock.run(10);
    source.send(signer.announce(clock.now(), { counter: 1 as Counter, ...offer }));
  }
  await clock.until(() => gateway.engine.views.slots.size === offers.length);
  const upper = joinByRadio(between.driver, gateway.driver, clock);
  const lower = joinByRadio(kiosk.driver, between.driver, clock);
  await clock.run(2_000);
  const ask = async (skip: number) => {
    const asked = await kiosk.driver.command({
      kind: 'ask-slots',
      question: toQuestion(SEARCH, skip, clock.now() as Millis),
    });
    return asked.ok ? asked.value : asked.code;
  };
  const answered = (question: string) => kiosk.engine.views.answered(question);
  return { clock, gateway, between, kiosk, upper, lower, ask, answered };
};

test('comes over two radio links, with what verifies it, and stays with whoever asked', async () => {
  const { clock, between, kiosk, upper, lower, ask, answered } = await setUp([
    { plz: 80_799, modalitaet: VIDEO },
    { plz: 10_115 },
  ]);
  const question = await ask(0);
  expect(answered(question)).toBeUndefined();
  await clock.until(() => answered(question) !== undefined);
  expect(answered(question)).toEqual({ came: 1, fresh: 1 });
  await clock.until(() => kiosk.engine.views.slots.size === 1);
  expect(between.engine.views.slots.size).toBe(0);
  for (const radio of [upper, lower]) {
    expect(radio.sent.filter(([kind]) => kind === KIND.query)).toEqual([[KIND.query, 16]]);
    expect(radio.received.filter(([kind]) => kind === KIND.response)).toHaveLength(1);
  }
});

test('four at a time, in nine frames at most; then those that were left out, until there is nothing', async () => {
  const { clock, kiosk, lower, ask, answered } = await setUp(
    Array.from({ length: 6 }, (_, index) => ({ plz: 80_000 + index, modalitaet: VIDEO })),
  );
  let known = 0;
  for (const more of [4, 2, 0]) {
    const question = await ask(known);
    await clock.until(() => answered(question) !== undefined);
    expect(answered(question)).toEqual({ came: more, fresh: more });
    known += more;
    await clock.until(() => kiosk.engine.views.slots.size === known);
  }
  const sizes = lower.received.filter(([kind]) => kind === KIND.response).map(([, size]) => size);
  expect(sizes).toHaveLength(3);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2_048);
});

test('what no register vouches for is not worth the airtime', async () => {
  const { clock, ask, answered } = await setUp([{ modalitaet: VIDEO }], false);
  const question = await ask(0);
  await clock.until(() => answered(question) !== undefined);
  expect(answered(question)).toEqual({ came: 0, fresh: 0 });
});

test('is refused where there is no station to ask', async () => {
  const { clock, ask, lower } = await setUp([]);
  lower.cut();
  await clock.run(1_000);
  expect(await ask(0)).toBe('wrong-state');
});
