/** A practice got another device after somebody asked at a kiosk: what whoever has the code is told of it. */
import { describe, expect, test } from 'vitest';
import { MINUTE } from '#core/domain/limits.ts';
import { callsOf, requestsOf, setUp } from '#test/host/node/pick-up-scene.ts';

describe('a request under a pick-up code whose practice moved', () => {
  test('is confirmed by the old device: read where the move was known before', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('confirm', 'Hinterhaus');
    expect(await scene.read(scene.kiosk, true)).toMatchObject({ ok: true, value: { phase: 'confirmed' } });
    expect(requestsOf(scene.kiosk)[0]?.practiceMoved).toBe(false);
    await scene.during(callsOf(scene.kiosk, scene.clock).forgetGuests());
    await scene.move();
    const read = await scene.read(scene.kiosk, true);
    expect(read).toMatchObject({ ok: true, value: { phase: 'confirmed', note: 'Hinterhaus', practiceMoved: true } });
    await scene.clock.run(2 * MINUTE);
    expect(requestsOf(scene.kiosk)[0]).toMatchObject({ phase: 'confirmed', practiceMoved: true });
  });

  test('is confirmed by the old device: read where the move is heard of with the answer', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('confirm', 'Hinterhaus');
    await scene.move();
    const read = await scene.read(await scene.joined());
    expect(read).toMatchObject({ ok: true, value: { phase: 'confirmed', note: 'Hinterhaus', practiceMoved: true } });
  });

  test('had reached the old device: open, and the new one may not see it', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.clock.run(30_000);
    await scene.move();
    expect(await scene.read(scene.kiosk, true)).toMatchObject({
      ok: true,
      value: { phase: 'delivered', practiceMoved: true },
    });
  });

  test('never reached the old device: given up once it is clear that no receipt lies there', async () => {
    const scene = await setUp();
    scene.cutPractice();
    await scene.ask();
    await scene.clock.run(5_000);
    await scene.move();
    expect(await scene.read(scene.kiosk, true)).toMatchObject({ ok: true, value: { phase: 'sent' } });
    await scene.clock.run(MINUTE);
    expect(requestsOf(scene.kiosk)[0]).toMatchObject({ phase: 'refused', refusal: 'stale-epoch' });
  });

  test('is not given up by who hears of the move before the receipt arrives', async () => {
    const scene = await setUp();
    await scene.ask();
    await scene.decide('confirm', 'Hinterhaus');
    await scene.move();
    const reader = await scene.joined();
    await scene.clock.until(() => reader.engine.views.identity(scene.ref.practice)?.record.epoch === 1);
    expect(await scene.read(reader)).toMatchObject({ ok: true, value: { phase: 'confirmed', practiceMoved: true } });
  });
});
