/**
 * The promise that everything else serves: a slot is given to one person. Patients ask, the practice confirms, rejects,
 * withdraws, loses power and restores, frames are lost, doubled, late and sent again, in any order; the engines, the driver
 * and the crypto are the real ones.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORTNIGHT, openPlay, type Play, STEPS, type Step } from '#test/engine/one-confirmation.ts';

const RUNS = Math.min(Number(process.env.FUZZ_RUNS ?? 25), 20_000);
const LIMIT = 540_000;

/** How often each kind of step comes: what makes an interleaving worth looking at comes more often. */
const WEIGHTS: Readonly<Record<Step['kind'], number>> = {
  reserve: 6,
  confirm: 5,
  hold: 4,
  undo: 1,
  reject: 1,
  cancel: 2,
  'withdraw-slot': 1,
  'withdraw-offer': 1,
  'offer-again': 2,
  'power-cut': 2,
  'hold-disk': 1,
  'release-disk': 2,
  restore: 1,
  replay: 3,
  'cut-link': 1,
  weather: 1,
};

const stepOf = (kind: fc.Arbitrary<Step['kind']>): fc.Arbitrary<Step> =>
  fc.record({
    kind,
    who: fc.nat(5),
    slot: fc.constantFrom(0, 0, 0, 1),
    pick: fc.nat(1_000),
    wait: fc.constantFrom(0, 20, 600, 3_000, 3_000, 25_000),
  });
const step = stepOf(fc.constantFrom(...STEPS.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind))));
/** Several have asked before anything else happens: without that there is nothing to give away twice. */
const steps = fc
  .tuple(
    fc.array(stepOf(fc.constant('reserve')), { minLength: 2, maxLength: 7 }),
    fc.array(step, { minLength: 4, maxLength: 24 }),
  )
  .map((parts) => parts.flat());

const play = async (weather: number, steps: readonly Step[]): Promise<Play> => {
  const scene = await openPlay(weather);
  for (const next of steps) {
    await scene.take(next);
    scene.check();
  }
  return scene;
};

describe('one slot, one confirmation', () => {
  test(
    'whatever happens in whatever order',
    async () => {
      const property = fc.asyncProperty(fc.nat(0xffff), steps, async (weather, taken) => {
        const scene = await play(weather, taken);
        await scene.calm();
        scene.check();
      });
      // A night's number of plays takes as long as it may; a failure is made smaller in the time that is left.
      const bounds = { interruptAfterTimeLimit: LIMIT, endOnFailure: RUNS < 100 };
      await fc.assert(property, { numRuns: RUNS, ...bounds });
    },
    LIMIT + 60_000,
  );

  test('what was confirmed under an offer stays given away when the offer is withdrawn and its number used again', async () => {
    const scene = await openPlay(0);
    const at = (kind: Step['kind'], who = 0, wait = 3_000): Step => ({ kind, who, slot: 0, pick: 0, wait });
    await scene.take(at('reserve'));
    await scene.take(at('confirm'));
    expect(scene.confirmedSlots()).toBe(1);
    await scene.take(at('withdraw-offer'));
    await scene.take(at('offer-again'));
    await scene.take(at('reserve', 1));
    await scene.take(at('confirm', 1));
    scene.check();
    expect(scene.confirmedSlots()).toBe(1);
  });

  test('a rejection that a power cut took back leaves no trace: the confirmation after it arrives', async () => {
    const scene = await openPlay(0);
    const at = (kind: Step['kind'], wait = 0, pick = 0): Step => ({ kind, who: 0, slot: 0, pick, wait });
    await scene.take(at('reserve', 3_000));
    await scene.take(at('hold-disk'));
    await scene.take(at('reject', 100));
    await scene.take(at('power-cut', 0, 148));
    await scene.take(at('confirm'));
    await scene.calm();
    expect(scene.confirmedSlots()).toBe(1);
  });

  test('the play can lose its promise: a slot that is offered elsewhere by hand is confirmed twice', async () => {
    const scene = await openPlay(0);
    const at = (kind: Step['kind'], who = 0): Step => ({ kind, who, slot: 0, pick: 0, wait: 3_000 });
    await scene.take(at('reserve'));
    await scene.take(at('reserve', 1));
    await scene.take(at('confirm'));
    scene.check();
    await scene.tamper();
    await scene.take(at('confirm', 1));
    await scene.run(FORTNIGHT / 100);
    expect(() => scene.check()).toThrow();
  });
});
