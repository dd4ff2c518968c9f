/** Several slots in order of preference: one at a time, the next by itself, and nothing after a yes or a change of mind. */
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '#core/domain/limits.ts';
import { WISHES_KEY } from '#engine/fapp/wish-list.ts';
import { A, B, C, D, EMPTY, SLOT, setUp } from '#test/engine/wish-scene.ts';

describe('the next wish', () => {
  test('goes by itself when the practice says no, in the same name and words, and the yes ends the list', async () => {
    const scene = await setUp();
    const { clock, one, two, reserve, wish, answer, phases, list } = scene;
    await reserve(A, one.address, 0);
    expect(await wish(B, two.address, 0)).toEqual({ ok: true, value: B });
    expect(await wish(C, two.address, 2)).toEqual({ ok: true, value: C });
    await clock.run(10_000);
    expect(two.node.engine.views.inbox()).toEqual([]);
    await answer('reject', A, one.node);
    await clock.until(() => phases()[B] === 'delivered');
    expect(list()).toEqual({ current: B, waiting: [C], passed: [] });
    expect(two.node.engine.views.inbox()).toMatchObject([{ pseudonym: 'Mondlicht', text: 'Guten Tag', requestId: B }]);
    await answer('confirm', B, two.node);
    await clock.until(() => phases()[B] === 'confirmed');
    // What waited is told with the reason, and asked for by hand it is no wish any more.
    expect(list()).toEqual({ current: B, waiting: [], passed: [[C, 'superseded']] });
    await clock.run(60_000);
    expect(phases()).toEqual({ [A]: 'rejected', [B]: 'confirmed' });
    await reserve(D, two.address, 2);
    await clock.until(() => phases()[D] === 'delivered');
    expect(list()).toEqual(EMPTY);
    expect(await scene.patient().store.get('requests', WISHES_KEY)).toBeUndefined();
  });

  test('goes when the one before expires unanswered', async () => {
    const { clock, one, two, reserve, wish, phases, list } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 6);
    await clock.until(() => phases()[A] === 'delivered');
    clock.jump(25 * HOUR);
    await clock.until(() => phases()[B] === 'delivered', 120_000);
    expect(phases()[A]).toBe('expired');
    expect(list().waiting).toEqual([]);
  });

  test('goes when the practice withdraws the slot or gives it to somebody else', async () => {
    const { clock, one, two, at, reserve, wish, phases } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 0);
    await wish(C, one.address, 2);
    await clock.until(() => phases()[A] === 'delivered');
    await one.node.driver.command({ kind: 'withdraw-slot', offer: SLOT, start: at(0) });
    await clock.until(() => phases()[B] === 'delivered', 120_000);
    await two.node.driver.command({ kind: 'withdraw-slot', offer: SLOT, start: at(0) });
    await clock.until(() => phases()[C] === 'delivered', 120_000);
    expect(phases()).toMatchObject({ [A]: 'rejected', [B]: 'rejected', [C]: 'delivered' });
  });

  test('is passed over with its reason when it is gone, and the one after it goes', async () => {
    const { clock, one, two, at, reserve, wish, answer, phases, list } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 0);
    await wish(C, two.address, 2);
    await two.node.driver.command({ kind: 'withdraw-slot', offer: SLOT, start: at(0) });
    await clock.run(30_000);
    await answer('reject', A, one.node);
    await clock.until(() => phases()[C] === 'delivered');
    expect(list()).toEqual({ current: C, waiting: [], passed: [[B, 'slot-gone']] });
    expect(phases()).toEqual({ [A]: 'rejected', [C]: 'delivered' });
  });

  test('that was passed over stays to be read after a yes and behind another request, until it is taken out', async () => {
    const { clock, one, two, at, reserve, wish, answer, run, phases, list, patient } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 0);
    await wish(C, two.address, 2);
    await two.node.driver.command({ kind: 'withdraw-slot', offer: SLOT, start: at(0) });
    await clock.run(30_000);
    await answer('reject', A, one.node);
    await answer('confirm', C, two.node);
    await clock.until(() => phases()[C] === 'confirmed');
    const passed = [[B, 'slot-gone']];
    expect(list()).toEqual({ current: C, waiting: [], passed });
    expect(await patient().store.get('requests', WISHES_KEY)).toBeDefined();
    await reserve(D, one.address, 2);
    const E = '00000000000000e5';
    expect(await wish(E, two.address, 4, D)).toMatchObject({ ok: true });
    expect(list()).toEqual({ current: D, waiting: [E], passed });
    // Taking the request back ends what waits, not what is said about the one before.
    await run({ kind: 'cancel', requestId: D });
    expect(list()).toEqual({ current: D, waiting: [], passed });
    await run({ kind: 'drop-wish', requestId: B });
    expect(list()).toEqual(EMPTY);
  });

  test('that was passed over is forgotten a week after its time, and when the same slot is wished for again', async () => {
    const { clock, one, two, at, reserve, wish, answer, phases, list } = await setUp();
    await reserve(A, one.address, 2);
    await wish(B, two.address, 0);
    await two.node.driver.command({ kind: 'withdraw-slot', offer: SLOT, start: at(0) });
    await clock.run(30_000);
    await answer('reject', A, one.node);
    await clock.until(() => list().passed.length === 1);
    await two.node.driver.command({ kind: 'add-slots', offer: SLOT, starts: [at(0)] });
    await clock.run(30_000);
    await reserve(D, one.address, 4);
    expect(await wish(C, two.address, 0, D)).toMatchObject({ ok: true });
    expect(list()).toEqual({ current: D, waiting: [C], passed: [] });
    await two.node.driver.command({ kind: 'withdraw-slot', offer: SLOT, start: at(0) });
    await clock.run(30_000);
    await answer('reject', D, one.node);
    await clock.until(() => phases()[D] === 'rejected' && list().passed.length === 1);
    clock.jump(at(0) + 169 * HOUR - clock.now());
    await clock.until(() => list().passed.length === 0, 300_000);
  });

  test('is passed over when it starts too soon by then', async () => {
    const { clock, one, two, reserve, wish, phases, list, cut, at } = await setUp();
    await reserve(A, one.address, 6);
    await wish(B, two.address, 0);
    cut();
    // Nobody answers until the deadline; the other slot is minutes away by then.
    clock.jump(at(0) - clock.now() - 5 * MINUTE);
    await clock.run(1_000);
    expect(phases()).toEqual({ [A]: 'expired' });
    expect(list()).toMatchObject({ waiting: [], passed: [[B, 'slot-too-soon']] });
  });

  test('waits while the device knows less than there is, and goes when it has caught up', async () => {
    const { clock, one, two, at, reserve, wish, run, phases, list, cut, join } = await setUp();
    const later = at(400);
    await two.node.driver.command({ kind: 'add-slots', offer: SLOT, starts: [later] });
    await clock.run(5_000);
    await reserve(A, one.address, 0);
    expect(await wish(B, two.address, 400)).toMatchObject({ ok: true });
    expect(await wish(C, two.address, 0)).toMatchObject({ ok: true });
    await run({ kind: 'reorder-wishes', order: [C, B] });
    cut();
    // Eight days away: everything that was announced has expired here, and is announced anew at the relay.
    clock.jump(192 * HOUR);
    await clock.run(5_000);
    expect(phases()).toEqual({ [A]: 'expired' });
    // What is past is past; what is only unknown may be there.
    expect(list()).toEqual({ current: A, waiting: [C, B], passed: [] });
    join();
    await clock.until(() => phases()[B] === 'delivered', 300_000);
    expect(list()).toMatchObject({ current: B, waiting: [], passed: [[C, 'slot-gone']] });
  });
});

describe('nothing more is asked for', () => {
  test('when the person takes the request back', async () => {
    const { clock, one, two, reserve, wish, run, phases, list } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 0);
    await clock.until(() => phases()[A] === 'delivered');
    await run({ kind: 'cancel', requestId: A });
    await clock.run(60_000);
    expect(phases()).toEqual({ [A]: 'cancelled' });
    expect(list()).toEqual(EMPTY);
    expect(two.node.engine.views.inbox()).toEqual([]);
  });

  test('than what is left after a wish was taken out, also while it is being sealed', async () => {
    const { clock, one, two, reserve, wish, run, answer, phases, list, patient } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 0);
    await wish(C, two.address, 2);
    await answer('reject', A, one.node);
    // The rejection is here, and the next wish is on its way through the crypto.
    while (phases()[A] !== 'rejected') await clock.run(1);
    const dropped = run({ kind: 'drop-wish', requestId: B });
    expect(await dropped).toEqual({ ok: true, value: B });
    await clock.run(60_000);
    const sent = patient()
      .engine.views.requests()
      .filter(({ requestId }) => requestId !== A);
    // Either it had left before, or it never leaves: then the one after it does.
    expect(sent).toHaveLength(1);
    expect(list().waiting).toEqual(sent[0]?.requestId === B ? [C] : []);
  });
});

describe('a wish is refused', () => {
  test('behind a request that does not exist, or has ended', async () => {
    const { clock, one, two, reserve, wish, answer, phases } = await setUp();
    expect(await wish(B, two.address, 0)).toEqual({ ok: false, code: 'not-found' });
    await reserve(A, one.address, 0);
    await answer('reject', A, one.node);
    await clock.until(() => phases()[A] === 'rejected');
    expect(await wish(B, two.address, 0)).toEqual({ ok: false, code: 'wrong-state' });
  });

  test('when the slot is asked for or waits already; the same wish again is no second one', async () => {
    const { one, two, reserve, wish, list } = await setUp();
    await reserve(A, one.address, 0);
    expect(await wish(B, one.address, 0)).toEqual({ ok: false, code: 'replayed' });
    expect(await wish(B, two.address, 0)).toMatchObject({ ok: true });
    expect(await wish(B, two.address, 0)).toEqual({ ok: true, value: B });
    expect(await wish(C, two.address, 0)).toEqual({ ok: false, code: 'replayed' });
    expect(list().waiting).toEqual([B]);
  });

  test('as the fourth slot', async () => {
    const { one, two, reserve, wish } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 0);
    await wish(C, two.address, 2);
    expect(await wish(D, two.address, 4)).toEqual({ ok: false, code: 'over-capacity' });
  });

  test('behind another request than those that wait', async () => {
    const { one, two, reserve, wish } = await setUp();
    await reserve(A, one.address, 0);
    await reserve(D, one.address, 6);
    await wish(B, two.address, 0);
    expect(await wish(C, two.address, 2, D)).toEqual({ ok: false, code: 'wrong-state' });
  });

  test('when the slot is gone, starts too soon or needs a code that was not given', async () => {
    const { clock, one, two, open, at, reserve, wish, patient } = await setUp();
    const strict = await open(true);
    await clock.until(() => patient().engine.views.slots.size === 3);
    await reserve(A, one.address, 6);
    expect(await wish(B, strict.address, 0)).toEqual({ ok: false, code: 'code-required' });
    await two.node.driver.command({ kind: 'withdraw-slot', offer: SLOT, start: at(2) });
    await clock.run(30_000);
    expect(await wish(B, two.address, 2)).toEqual({ ok: false, code: 'slot-gone' });
    await reserve(D, one.address, 4);
    expect(await wish('kein', two.address, 4)).toEqual({ ok: false, code: 'malformed' });
  });
});

describe('the order', () => {
  test('changes when it names every wish once', async () => {
    const { one, two, reserve, wish, run, list } = await setUp();
    await reserve(A, one.address, 0);
    await wish(B, two.address, 0);
    await wish(C, two.address, 2);
    const reorder = (...order: string[]) => run({ kind: 'reorder-wishes', order });
    expect(await reorder(C, B)).toEqual({ ok: true, value: '' });
    expect(list().waiting).toEqual([C, B]);
    expect(await reorder(B)).toEqual({ ok: false, code: 'malformed' });
    expect(await reorder(B, B)).toEqual({ ok: false, code: 'malformed' });
    expect(await reorder(B, D)).toEqual({ ok: false, code: 'not-found' });
    expect(list().waiting).toEqual([C, B]);
    await run({ kind: 'drop-wish', requestId: C });
    await run({ kind: 'drop-wish', requestId: C });
    expect(list().waiting).toEqual([B]);
  });
});
