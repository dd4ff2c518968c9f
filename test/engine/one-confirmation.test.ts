/**
 * The promise that everything else serves: a slot is given to one person. Patients ask, the practice confirms, rejects,
 * withdraws, loses power and restores, frames are lost, doubled, late and sent again, in any order; the engines, the driver
 * and the crypto are the real ones.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORTNIGHT, openPlay, type Play, STEPS, type Step } from '#test/engine/one-confirmation.ts';

const RUNS = Math.min(Number(process.env.FUZZ_RUNS ?? 25), 20_000);

const step: fc.Arbitrary<Step> = fc.record({
  // What makes an interleaving worth looking at comes more often.
  kind: fc.constantFrom(...STEPS, 'reserve', 'reserve', 'confirm', 'confirm', 'cancel'),
  who: fc.nat(5),
  slot: fc.nat(1),
  pick: fc.nat(1_000),
  wait: fc.constantFrom(0, 1, 20, 600, 3_000, 25_000),
});

const play = async (weather: number, steps: readonly Step[]): Promise<Play> => {
  const scene = await openPlay(weather);
  for (const next of steps) {
    await scene.take(next);
    scene.check();
  }
  return scene;
};

describe('one slot, one confirmation', () => {
  test('whatever happens in whatever order', async () => {
    const property = fc.asyncProperty(
      fc.nat(0xffff),
      fc.array(step, { minLength: 4, maxLength: 24 }),
      async (weather, steps) => {
        const scene = await play(weather, steps);
        await scene.calm();
        scene.check();
      },
    );
    await fc.assert(property, { numRuns: RUNS, endOnFailure: RUNS < 100 });
  }, 600_000);

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
