/**
 * Through power cuts, lost disks, sleep and wrong clocks, in true time: no hour holds more airtime than the law allows
 * (docs/decisions/0025-duty-ledger.md).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SUB_BANDS } from '#core/radio/sub-band.ts';
import { type Crash, createLedgerWorld, subBand } from '#test/core/radio/ledger-world.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const HOUR = 3_600_000;
/** Days of 24 hours, decades, and what a person or a time server corrects. */
const jump = fc.oneof(
  fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
  fc.constantFrom(-HOUR, HOUR, -24 * HOUR, 24 * HOUR, -1e12, 1e12, 0),
);
const span = fc.oneof(
  fc.integer({ min: 0, max: 60_000 }),
  fc.integer({ min: 0, max: 2 * HOUR }),
  fc.constantFrom(HOUR, HOUR - 1, HOUR + 10_000),
);
const band = fc.oneof(fc.constantFrom(...SUB_BANDS), fc.constant(subBand('M')));
const airtime = fc.oneof(fc.integer({ min: 5, max: 400 }), fc.constantFrom(416, 728, 2_378, 9_347));
const crash = fc.constantFrom<Crash>('never', 'never', 'before-durable', 'durable', 'sent');
const boardWait = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10_000 }));

type World = ReturnType<typeof createLedgerWorld>;
type Step = (world: World) => void;

/** As much as the ledger lets go, at once: what would break the law first. */
const burst = fc.tuple(band, airtime, boardWait, fc.integer({ min: 1, max: 60 }), crash).map(
  ([where, ms, wait, most, ends]): Step =>
    (world) => {
      let left = most;
      while (left > 1 && world.send(where, ms, left === most ? wait : 0)) left--;
      world.send(where, ms, wait, ends);
    },
);
const patient = fc.tuple(band, airtime, boardWait).map(
  ([where, ms, wait]): Step =>
    (world) => {
      world.awaitTurn(where, ms, 2 * HOUR);
      world.send(where, ms, wait);
    },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: burst },
  { weight: 3, arbitrary: patient },
  {
    weight: 3,
    arbitrary: span.map(
      (ms): Step =>
        (world) =>
          world.pass(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: span.map(
      (ms): Step =>
        (world) =>
          world.sleep(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: jump.map(
      (ms): Step =>
        (world) =>
          world.jump(ms),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((world) => world.restart()) },
  {
    weight: 1,
    arbitrary: fc.tuple(span, jump).map(
      ([ms, by]): Step =>
        (world) =>
          world.powerOff(ms, by),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((world) => {
      world.loseDisk();
      world.restart();
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(), fc.nat(7)).map(
      ([at, bit]): Step =>
        (world) => {
          world.damageDisk(at, bit);
          world.restart();
        },
    ),
  },
);

test('no hour of true time holds more airtime than the law allows', () => {
  let sent = 0;
  const property = fc.property(
    fc.boolean(),
    fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
    (knows, steps) => {
      const world = createLedgerWorld();
      // Else most worlds would end before the ledger knows an hour.
      if (knows) world.pass(2 * HOUR);
      for (const one of steps) one(world);
      sent += world.sent();
      expect(world.worstShare()).toBeLessThanOrEqual(1);
    },
  );
  fc.assert(property, { numRuns: RUNS });
  // A ledger that lets nothing go would keep the law too.
  expect(sent).toBeGreaterThan(RUNS);
});

test.each(SUB_BANDS)('a disk that is lost again and again yields sub-band $id no more than a tenth', (where) => {
  const world = createLedgerWorld();
  const ms = where.perMille === 100 ? 500 : 50;
  world.pass(2 * HOUR);
  while (world.send(where, ms));
  const full = world.sent();
  for (let minute = 0; minute < 600; minute++) {
    if (minute % 7 === 0) world.loseDisk();
    world.restart();
    for (let second = 0; second < 60; second++) {
      world.pass(1_000);
      world.send(where, ms);
    }
  }
  expect(world.worstShare()).toBeLessThanOrEqual(1);
  // Seven minutes of a thousandth's tenth are less than one frame.
  expect(world.sent() > full).toBe(where.perMille > 1);
});

test('a frame that the board held back for a free channel counts for an hour from when it went', () => {
  const world = createLedgerWorld();
  const where = subBand('N');
  world.pass(2 * HOUR);
  for (const wait of [10_000, 0, 0, 0]) expect(world.send(where, 800, wait)).toBe(true);
  for (let count = 0; count < 8; count++) {
    world.awaitTurn(where, 800, 2 * HOUR);
    expect(world.send(where, 800)).toBe(true);
  }
  expect(world.worstShare()).toBeLessThanOrEqual(1);
});
