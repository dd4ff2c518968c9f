/**
 * Links over the air against an air that loses, repeats and delays frames, stations that forget everything, and neighbours that
 * say anything (docs/protocol/radio.md, "Links over the air").
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LinkTag, StationId } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { decodeAck, encodeAck } from '#core/radio/air/ack.ts';
import { decodeFragment, encodeFragment, MAX_PIECES, PIECE_BYTES } from '#core/radio/air/fragment.ts';
import { MAX_AIR_BODY } from '#core/radio/air/frame.ts';
import { MAX_AIR_LINKS, MAX_AIR_MESSAGE } from '#core/radio/air/limits.ts';
import type { AirLane } from '#core/radio/air/outgoing.ts';
import { cutMessage, joinPieces } from '#core/radio/air/pieces.ts';
import { createDice } from '#sim/dice.ts';
import { createLinkWorld, type LinkWorld, type Session, type WorldStation } from '#test/core/radio/air/link-world.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

const body = fc.uint8Array({ maxLength: MAX_AIR_BODY + 4 });
/** Bodies whose header may be one. */
const likely = fc
  .tuple(
    fc.constantFrom(1, 2, 3),
    fc.nat(3),
    fc.nat(3),
    fc.nat(0xffff),
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(0, 1, 196, PIECE_BYTES).map((n) => new Uint8Array(n)),
    ),
  )
  .map(([to, sender, receiver, flags, piece]) =>
    Uint8Array.of(0, to, sender, receiver, flags >> 8, flags & 0xff, ...piece),
  );
const anyBody = fc.oneof(body, likely);

test('fragments and acknowledgements: what is taken has this one encoding', () => {
  const property = fc.property(anyBody, (bytes) => {
    const [fragment, ack] = [decodeFragment(bytes), decodeAck(bytes)];
    if (fragment.ok) expect(encodeFragment(fragment.value)).toEqual(bytes);
    if (ack.ok) expect(encodeAck(ack.value)).toEqual(bytes);
  });
  fc.assert(property, { numRuns: 10 * RUNS });
});

test('a message in pieces is the same message, and other pieces are none', () => {
  const property = fc.property(fc.nat(MAX_AIR_MESSAGE), fc.nat(), (length, seed) => {
    const message = createDice(seed).bytes(length);
    const pieces = cutMessage(message);
    expect(pieces.length).toBeLessThanOrEqual(MAX_PIECES);
    expect(joinPieces(pieces)).toEqual({ ok: true, value: message });
    const address = { to: 1 as StationId, sender: 2 as LinkTag, receiver: 0 } as const;
    for (const [index, piece] of pieces.entries()) {
      const part = { number: 3, index, last: pieces.length - 1, wantsAck: false, isGoodbye: false, piece };
      const decoded = decodeFragment(encodeFragment({ ...address, ...part }));
      expect(decoded).toEqual({ ok: true, value: { ...address, ...part } });
    }
    if (pieces.length === 1) return;
    const other = pieces.map((piece) => piece.slice());
    const spoilt = other[seed % other.length];
    if (spoilt !== undefined) spoilt[seed % spoilt.length] = (spoilt[seed % spoilt.length] ?? 0) ^ 1;
    expect(joinPieces(other).ok).toBe(false);
  });
  fc.assert(property, { numRuns: RUNS });
});

const NAMES = [1, 2, 3] as const;
/** Whoever has no link opens one first. */
const send = fc.record({
  what: fc.constant('send' as const),
  from: fc.nat(2),
  to: fc.nat(2),
  length: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 8, max: 700 }) },
    { weight: 1, arbitrary: fc.integer({ min: 8, max: MAX_AIR_MESSAGE }) },
  ),
  lane: fc.constantFrom<AirLane>('prompt', 'bulk'),
});
const close = fc.record({ what: fc.constant('close' as const), from: fc.nat(2), to: fc.nat(2) });
const restart = fc.record({ what: fc.constant('restart' as const), from: fc.nat(2), isRenamed: fc.boolean() });
const wait = fc.record({
  what: fc.constant('wait' as const),
  ms: fc.oneof(fc.integer({ min: 1, max: 1_500 }), fc.integer({ min: 1, max: 20_000 })),
});
const step = fc.oneof(
  { weight: 8, arbitrary: send },
  { weight: 1, arbitrary: close },
  { weight: 1, arbitrary: restart },
  { weight: 8, arbitrary: wait },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Says which life of its sender, which link of that life, which lane, and which one in it. */
const messageOf = (life: number, session: number, lane: AirLane, order: number, length: number): Uint8Array => {
  const message = Uint8Array.from({ length }, (_, at) => (life * 7 + session * 5 + order * 3 + at) & 0xff);
  message.set([life >> 8, life & 0xff, session, lane === 'bulk' ? 1 : 0, order >> 8, order & 0xff]);
  return message;
};

/** Three stations that do what they are told, in lives that end with a restart. */
const play = (world: LinkWorld, steps: readonly Step[]) => {
  const lives: WorldStation[] = [];
  const sent = new Map<string, Uint8Array>();
  const orders = new Map<string, number>();
  let lastName = 100;
  const live = (name: number): WorldStation => {
    const station = world.join(name);
    lives.push(station);
    return station;
  };
  const stations = NAMES.map(live);
  const act = (one: Exclude<Step, { what: 'wait' }>): void => {
    const from = stations[one.from];
    if (from === undefined) return;
    if (one.what === 'restart') {
      from.stop();
      stations[one.from] = live(one.isRenamed ? ++lastName : from.id);
      return;
    }
    const to = stations[one.to];
    if (to === undefined || to === from) return;
    if (one.what === 'close') return from.act({ kind: 'close', to: to.id, reason: 'closed' });
    if (!from.links.isLinked(to.id)) from.act({ kind: 'open', to: to.id });
    if (!from.links.takes(to.id, one.length, one.lane)) return;
    const life = lives.indexOf(from);
    const session = from.sessions.findLastIndex(({ peer, end }) => peer === to.id && end === undefined);
    const lane = `${life}/${session}/${one.lane}`;
    const order = orders.get(lane) ?? 0;
    orders.set(lane, order + 1);
    const frame = messageOf(life, session, one.lane, order, one.length);
    sent.set(`${lane}/${order}`, frame);
    from.act({ kind: 'send', to: to.id, frame, lane: one.lane });
  };
  for (const one of steps) {
    if (one.what === 'wait') world.run(one.ms);
    else act(one);
  }
  return { lives, stations, sent, orders };
};

const nameOf = ([high = 0, low = 0, session = 0, bulk = 0, orderHigh = 0, orderLow = 0]: Uint8Array) => ({
  lane: `${high * 256 + low}/${session}/${bulk === 1 ? 'bulk' : 'prompt'}`,
  session: `${high * 256 + low}/${session}`,
  order: orderHigh * 256 + orderLow,
});

/** What one side of a link received is of one link of one life, each lane from its beginning, in order and without a hole. */
const expectInOrder = (session: Session, sent: ReadonlyMap<string, Uint8Array>): void => {
  const next = new Map<string, number>();
  const links = new Set<string>();
  for (const frame of session.received) {
    const { lane, session: link, order } = nameOf(frame);
    expect(frame).toEqual(sent.get(`${lane}/${order}`));
    expect(order).toBe(next.get(lane) ?? 0);
    next.set(lane, order + 1);
    links.add(link);
  }
  expect(links.size).toBeLessThanOrEqual(1);
};

/** A word is said until it is heard, or four links ended over it: those that only one of the two still knows. */
const isHeard = (world: LinkWorld, a: WorldStation, b: WorldStation): boolean => {
  const word = Uint8Array.of(0xff, 0xff, 1);
  for (let tries = 0; tries < 4; tries++) {
    if (!a.links.isLinked(b.id)) a.act({ kind: 'open', to: b.id });
    a.act({ kind: 'send', to: b.id, frame: word, lane: 'prompt' });
    world.run();
    const heard = b.sessions.findLast(({ peer }) => peer === a.id)?.received.at(-1);
    if (a.links.isLinked(b.id) && heard !== undefined && equalBytes(heard, word)) return true;
  }
  return false;
};

const scene = fc.record({
  seed: fc.nat(),
  loss: fc.double({ min: 0, max: 0.4, noNaN: true }),
  repeat: fc.double({ min: 0, max: 0.2, noNaN: true }),
  delayMs: fc.nat(3_000),
  steps: fc.array(step, { minLength: 20, maxLength: 90, size: 'max' }),
});

test('whatever is lost, repeated, late or forgotten: in order, at most once, and nothing wedges', () => {
  const property = fc.property(scene, ({ steps, ...options }) => {
    const world = createLinkWorld(options);
    const { lives, stations, sent, orders } = play(world, steps);
    world.trouble.loss = 0;
    world.run();
    for (const { sessions } of lives) for (const session of sessions) expectInOrder(session, sent);
    // Of one life, nothing twice.
    for (const life of lives) {
      const names = life.sessions.flatMap(({ received }) => received).map((frame) => JSON.stringify(nameOf(frame)));
      expect(new Set(names).size).toBe(names.length);
    }
    for (const station of stations) {
      expect(station.links.next).toBe(Number.POSITIVE_INFINITY);
      // What was handed to a link that stands has arrived.
      for (const [index, { peer, end }] of station.sessions.entries()) {
        if (end !== undefined) continue;
        const link = `${lives.indexOf(station)}/${index}`;
        const due = (orders.get(`${link}/prompt`) ?? 0) + (orders.get(`${link}/bulk`) ?? 0);
        // In a life of the other side that is over, perhaps.
        const others = lives.filter(({ id }) => id === peer).flatMap(({ sessions }) => sessions);
        const names = others.flatMap(({ received }) => received).map(nameOf);
        const arrived = new Set(
          names.filter((one) => one.session === link).map(({ lane, order }) => `${lane}/${order}`),
        );
        if (due > 0) expect(arrived.size).toBe(due);
      }
    }
  });
  fc.assert(property, { numRuns: RUNS });
});

test('after anything, a link comes back', () => {
  const property = fc.property(scene, ({ steps, ...options }) => {
    const world = createLinkWorld(options);
    const { stations } = play(world, steps);
    world.trouble.loss = 0;
    world.run();
    const [a, b] = stations;
    if (a === undefined || b === undefined) return;
    expect(isHeard(world, a, b)).toBe(true);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('hostile frames: nothing throws, nothing is held beyond the bounds, and true links go on or end', () => {
  const hostile = fc.record({
    from: fc.constantFrom(1, 2, 3, 4, 5),
    as: fc.constantFrom('fragment' as const, 'ack' as const),
    body: anyBody,
    ms: fc.nat(3_000),
  });
  const property = fc.property(fc.nat(), fc.array(hostile, { maxLength: 80, size: 'max' }), (seed, frames) => {
    const world = createLinkWorld({ seed });
    const [a, b] = [world.join(1), world.join(2)];
    a.act({ kind: 'open', to: b.id });
    for (const { from, as, body: bytes, ms } of frames) {
      if (a.links.takes(b.id, 300, 'prompt')) {
        const frame = new Uint8Array(300).fill(9);
        a.act({ kind: 'send', to: b.id, frame, lane: 'prompt' });
      }
      for (const station of [a, b]) station.act({ kind: 'heard', from: from as StationId, as, body: bytes });
      world.run(ms);
    }
    expect(a.sessions.filter(({ end }) => end === undefined).length).toBeLessThanOrEqual(MAX_AIR_LINKS);
    world.run();
    expect([a.links.next, b.links.next]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(isHeard(world, a, b)).toBe(true);
  });
  fc.assert(property, { numRuns: RUNS });
});
