/** Wishes and moved appointments across power cuts; when an appointment may be moved, and what becomes of the old one. */
import { describe, expect, test } from 'vitest';
import { WISHES_KEY } from '#engine/fapp/wish-list.ts';
import { A, B, C, D, EMPTY, setUp } from '#test/engine/wish-scene.ts';

describe('a power cut', () => {
  test.each([0, 1, 2, 3, 4])(
    'while the next wish is on its way: it goes, once (%i commits were kept)',
    async (kept) => {
      const { clock, one, two, reserve, wish, answer, phases, list, store, powerCut, join } = await setUp();
      await reserve(A, one.address, 0);
      await wish(B, two.address, 0);
      await clock.until(() => phases()[A] === 'delivered');
      await clock.run(1_000);
      // From the rejection on nothing reaches the disk but what the crash happens to leave.
      store().hold();
      await answer('reject', A, one.node);
      await clock.run(5_000);
      await powerCut(kept);
      join();
      await clock.until(() => phases()[B] === 'delivered', 120_000);
      expect(phases()).toEqual({ [A]: 'rejected', [B]: 'delivered' });
      expect(list()).toEqual(EMPTY);
      await clock.run(60_000);
      expect(two.node.engine.views.inbox()).toHaveLength(1);
    },
  );

  test('with a damaged row: the requests are read all the same', async () => {
    const { one, two, reserve, wish, phases, list, store, powerCut } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 0);
    await store().commit([{ op: 'put', table: 'requests', key: WISHES_KEY, value: Uint8Array.of(9) }]);
    await powerCut();
    expect(Object.keys(phases())).toEqual([A]);
    expect(list()).toEqual(EMPTY);
  });
});

describe('another appointment with the same practice', () => {
  const confirmed = async () => {
    const scene = await setUp();
    await scene.reserve(A, scene.one.address, 0);
    await scene.answer('confirm', A, scene.one.node);
    await scene.clock.until(() => scene.phases()[A] === 'confirmed');
    return scene;
  };

  test('is asked for first, and only its yes gives the old one back', async () => {
    const { clock, one, at, reserve, answer, phases } = await confirmed();
    expect(await reserve(B, one.address, 2, { replaces: A })).toMatchObject({ ok: true });
    await clock.until(() => phases()[B] === 'delivered');
    expect(phases()[A]).toBe('confirmed');
    await answer('confirm', B, one.node);
    await clock.until(() => phases()[B] === 'confirmed');
    expect(phases()[A]).toBe('cancelled');
    const old = () => one.node.engine.views.inbox().find(({ requestId }) => requestId === A);
    await clock.until(() => old()?.phase === 'cancelled', 120_000);
    expect(one.node.engine.views.offers()[0]?.slots.find(({ start }) => start === at(0))?.state).toBe('free');
  });

  test('leaves the old one as it is when the practice says no', async () => {
    const { clock, one, reserve, answer, phases } = await confirmed();
    await reserve(B, one.address, 2, { replaces: A });
    await answer('reject', B, one.node);
    await clock.until(() => phases()[B] === 'rejected');
    await clock.run(60_000);
    expect(phases()[A]).toBe('confirmed');
  });

  test('outlives a restart between the two', async () => {
    const { clock, one, reserve, answer, phases, powerCut, join } = await confirmed();
    await reserve(B, one.address, 2, { replaces: A });
    await clock.until(() => phases()[B] === 'delivered');
    await powerCut();
    await answer('confirm', B, one.node);
    expect(phases()).toEqual({ [A]: 'confirmed', [B]: 'delivered' });
    join();
    await clock.until(() => phases()[B] === 'confirmed');
    expect(phases()[A]).toBe('cancelled');
  });

  test('is refused with another practice, twice at once, and instead of what is not confirmed', async () => {
    const { one, two, reserve } = await confirmed();
    const wrong = { ok: false, code: 'wrong-state' };
    expect(await reserve(B, two.address, 0, { replaces: A })).toEqual(wrong);
    expect(await reserve(B, one.address, 2, { replaces: D })).toEqual(wrong);
    expect(await reserve(B, one.address, 2, { replaces: A })).toMatchObject({ ok: true });
    expect(await reserve(C, one.address, 4, { replaces: A })).toEqual(wrong);
    expect(await reserve(C, one.address, 4, { replaces: B })).toEqual(wrong);
  });
});
