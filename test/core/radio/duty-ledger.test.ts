/** The ledger of airtime, rule by rule (docs/protocol/radio.md, docs/decisions/0025-duty-ledger.md). */
import { describe, expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { advanceLedger, type DutyLedger, debitLedger, ledgerWait, MAX_SPENT, WINDOW } from '#core/radio/duty-ledger.ts';
import { encodeLedger, openLedger } from '#core/radio/stored-ledger.ts';
import { createLedgerWorld, subBand } from '#test/core/radio/ledger-world.ts';

const [N, P, M] = [subBand('N'), subBand('P'), subBand('M')];
const FRAME = 728 as Millis;
const HOUR = 3_600_000;
const START = 1_800_000_000_000;

const clock = (at: number, steady = at) => ({ wall: (START + at) as Millis, steady: steady as Millis });
/** A ledger that knows the last hour, in which nothing was spent. */
const known = (): DutyLedger => advanceLedger(openLedger(undefined, clock(-WINDOW)), clock(0));
const spend = (ledger: DutyLedger, ms: number, band = M): DutyLedger => {
  const debited = debitLedger(ledger, band, ms as Millis);
  if (!debited.ok) throw new Error(debited.code);
  return debited.value;
};
const wait = (ledger: DutyLedger, ms: number, band = M): number => ledgerWait(ledger, band, ms as Millis);

describe('where the last hour is known', () => {
  test('nine tenths of the lawful airtime may be spent at once, and no millisecond more', () => {
    const ledger = spend(known(), 30_000);
    expect(wait(ledger, 2_400)).toBe(0);
    expect(wait(ledger, 2_401)).toBeGreaterThan(0);
    expect(debitLedger(ledger, M, 2_401 as Millis)).toEqual({ ok: false, code: 'rate-limited' });
  });

  test('parts of milliseconds count as whole ones', () => {
    expect(wait(spend(known(), 32_398.1), 0.5)).toBe(0);
    expect(wait(spend(known(), 32_399.1), 0.5)).toBeGreaterThan(0);
  });

  test('a frame may be sent when what must be an hour old is, and what lies in it in part counts whole', () => {
    let ledger = spend(known(), 20_000);
    ledger = spend(advanceLedger(ledger, clock(600_000)), 12_000);
    const until = (ms: number): number => 600_000 + wait(ledger, ms);
    expect(until(400)).toBe(600_000);
    expect(until(401)).toBe(20_000 + WINDOW);
    expect(until(20_400)).toBe(20_000 + WINDOW);
    expect(until(20_401)).toBe(612_000 + WINDOW);
    expect(spend(advanceLedger(ledger, clock(20_000 + WINDOW)), 20_400)).toBeDefined();
    const early = advanceLedger(ledger, clock(20_000 + WINDOW - 1));
    expect(debitLedger(early, M, 401 as Millis)).toEqual({ ok: false, code: 'rate-limited' });
  });

  test('a frame that is longer than an hour allows is never sent', () => {
    expect(wait(known(), 32_400)).toBe(0);
    expect(wait(known(), 32_401)).toBe(Number.POSITIVE_INFINITY);
    expect(debitLedger(known(), M, 32_401 as Millis)).toEqual({ ok: false, code: 'too-large' });
  });

  test('each sub-band has airtime of its own', () => {
    const ledger = spend(spend(spend(known(), 32_400), 324_000, P), 3_240, N);
    expect([wait(ledger, 1), wait(ledger, 1, P), wait(ledger, 1, N)].map((ms) => ms > 0)).toEqual([true, true, true]);
  });

  test.each([0, -1, Number.NaN])('a frame of %d ms is a bug', (ms) => {
    expect(() => wait(known(), ms)).toThrow(RangeError);
  });
});

describe('where it is not', () => {
  test('a tenth comes evenly through an hour, and then everything', () => {
    const ledger = openLedger(undefined, clock(0));
    expect(wait(ledger, 36)).toBe(WINDOW / 100);
    expect(wait(ledger, 3_600)).toBe(WINDOW);
    expect(wait(ledger, 32_400)).toBe(WINDOW);
    const later = spend(advanceLedger(ledger, clock(WINDOW / 2)), 1_800);
    expect(wait(later, 360)).toBe(WINDOW / 10);
    expect(wait(later, 1_801)).toBe(WINDOW / 2);
    expect(wait(advanceLedger(later, clock(WINDOW)), 30_600)).toBe(0);
  });

  test.each([
    ['forwards', 2_001],
    ['backwards', -2_001],
    ['by years', -40 * 365 * 24 * HOUR],
  ])('a wall clock that jumps %s leaves the tenth', (_, jump) => {
    const ledger = spend(known(), 1_000);
    const after = advanceLedger(ledger, clock(jump, 0));
    expect(wait(after, 1)).toBeGreaterThan(0);
    const hourLater = advanceLedger(after, clock(jump + WINDOW, WINDOW));
    expect(wait(hourLater, 32_400)).toBe(0);
  });

  test('a clock that is slewed by two seconds, or drifts by a thousandth, has not jumped', () => {
    expect(wait(advanceLedger(known(), clock(2_000, 0)), 32_400)).toBe(0);
    expect(wait(advanceLedger(known(), clock(HOUR + 3_600, HOUR)), 32_400)).toBe(0);
  });

  test('a steady clock that goes back leaves the tenth', () => {
    expect(wait(advanceLedger(known(), clock(0, -1)), 1)).toBeGreaterThan(0);
  });
});

describe('in the next process', () => {
  test('nothing is older than it was when it was written, whatever the clock says', () => {
    const before = spend(advanceLedger(spend(known(), 20_000), clock(600_000)), 12_400);
    const after = openLedger(encodeLedger(before), clock(48 * HOUR, 17));
    expect(wait(after, 1)).toBe(20_000 + WINDOW - 600_000);
    expect(wait(after, 20_001)).toBe(12_400 + WINDOW);
  });

  test('a clock that is behind has jumped', () => {
    const stored = encodeLedger(known());
    expect(wait(openLedger(stored, clock(-2_000, 0)), 32_400)).toBe(0);
    expect(wait(openLedger(stored, clock(-2_001, 0)), 1)).toBeGreaterThan(0);
  });

  test('an hour that was not known yet is not known sooner', () => {
    const before = advanceLedger(openLedger(undefined, clock(0)), clock(HOUR / 2));
    const after = openLedger(encodeLedger(before), clock(10 * HOUR, 0));
    expect(wait(after, 32_400)).toBe(WINDOW - HOUR / 2);
  });

  test.each([
    ['missing', undefined],
    ['empty', new Uint8Array(0)],
    ['of another version', Uint8Array.from(encodeLedger(known())).fill(2, 0, 1)],
  ])('a ledger that is %s leaves the tenth', (_, stored) => {
    expect(openLedger(stored, clock(0))).toEqual(openLedger(undefined, clock(0)));
    expect(wait(openLedger(stored, clock(0)), 1)).toBeGreaterThan(0);
  });

  test('a ledger with any bit changed, cut off or longer is as good as missing', () => {
    const missing = openLedger(undefined, clock(0));
    const stored = encodeLedger(spend(spend(known(), 500), 7_000, P));
    for (let at = 0; at < stored.length; at++) {
      expect(openLedger(stored.slice(0, at), clock(0))).toEqual(missing);
      const damaged = stored.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte));
      expect(openLedger(damaged, clock(0))).toEqual(missing);
    }
    expect(openLedger(Uint8Array.from([...stored, 0]), clock(0))).toEqual(missing);
  });

  test('it is what it was', () => {
    const before = spend(spend(known(), 500), 7_000, P);
    expect(openLedger(encodeLedger(before), clock(0))).toEqual(before);
  });
});

describe('over hours', () => {
  test('the default channel carries 445 frames of 254 bytes in every hour', () => {
    const world = createLedgerWorld();
    world.pass(WINDOW);
    const counts = [1, 2, 3].map(() => {
      const before = world.sent();
      for (let sent = world.send(P, FRAME); sent; sent = world.send(P, FRAME));
      world.awaitTurn(P, 445 * FRAME, 2 * HOUR);
      return world.sent() - before;
    });
    expect(counts).toEqual([445, 445, 445]);
    expect(world.worstShare()).toBeCloseTo((445 * FRAME) / 360_000, 9);
  });

  test('many short frames take no more memory, and none of their airtime is forgotten', () => {
    const world = createLedgerWorld();
    world.pass(WINDOW);
    for (let count = 0; count < 5_000; count++) {
      world.send(M, 3);
      world.pass(600);
    }
    const pieces = world.ledger().spent.get('M') ?? [];
    expect(pieces.length).toBeLessThanOrEqual(MAX_SPENT);
    expect(pieces.reduce((sum, { ms }) => sum + ms, 0)).toBe(15_000);
    expect(world.wait(M, 32_400 - 15_000)).toBe(0);
    expect(world.wait(M, 32_400 - 14_999)).toBeGreaterThan(0);
    expect(encodeLedger(world.ledger()).length).toBeLessThan(9_300);
    world.pass(WINDOW + 4_000);
    expect(world.wait(M, 32_400)).toBe(0);
  });
});
