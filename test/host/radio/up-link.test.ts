/** The link towards the internet: to whom, when anew, and when no more. */
import { expect, test } from 'vitest';
import type { StationId } from '#core/brand.ts';
import type { AirView } from '#engine/air/air.ts';
import { createUpLink } from '#host/radio/up-link.ts';
import type { Link, LinkEnd, LinkHandlers } from '#ports/transport.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const station = (id: number): StationId => id as StationId;

const createScene = () => {
  const clock = createVirtualClock();
  let view: AirView | undefined;
  const dialled: { readonly to: StationId; readonly end: (reason: LinkEnd) => void }[] = [];
  const heard: LinkEnd[] = [];
  const dial = (to: StationId, handlers: LinkHandlers): Link => {
    const end = (reason: LinkEnd): void => handlers.onEnd(reason);
    dialled.push({ to, end });
    return { transport: 'radio', remote: `radio:${to}`, send: () => true, close: end };
  };
  const up = createUpLink({
    transport: { dial },
    attach: (connect, capability) => {
      expect(capability).toBe('severe');
      return connect({ onFrame: () => undefined, onEnd: (reason) => void heard.push(reason) });
    },
    capability: 'severe',
    air: () => view,
    clock,
  });
  const see = (way: number | undefined, next: number | undefined): void => {
    const none = { neighbours: [], regions: [], lacking: { keys: 0, identities: 0 } };
    view = { way, up: next === undefined ? undefined : station(next), ...none };
    up.look();
  };
  return { clock, up, see, dialled, heard, to: () => dialled.map(({ to }) => to) };
};

test('dials the next station once the way is known', () => {
  const { see, to, up } = createScene();
  see(undefined, undefined);
  see(2, undefined);
  expect(to()).toEqual([]);
  see(2, 7);
  see(2, 7);
  expect(to()).toEqual([7]);
  up.stop();
});

test('dials anew after a while when the link was lost, without being told', async () => {
  const { clock, see, dialled, heard, to, up } = createScene();
  see(1, 7);
  dialled[0]?.end('lost');
  expect(heard).toEqual(['lost']);
  see(1, 7);
  expect(to()).toEqual([7]);
  await clock.run(60_000);
  expect(to()).toEqual([7, 7]);
  up.stop();
  dialled[1]?.end('lost');
  await clock.run(600_000);
  expect(to()).toEqual([7, 7]);
});

test('keeps a link for five minutes before another station is nearer', async () => {
  const { clock, see, heard, to, up } = createScene();
  see(2, 7);
  await clock.run(100_000);
  see(1, 8);
  expect(to()).toEqual([7]);
  await clock.run(300_000);
  expect(heard).toEqual(['closed']);
  await clock.run(60_000);
  expect(to()).toEqual([7, 8]);
  // A way that nobody knows for a moment ends nothing.
  see(undefined, undefined);
  expect(heard).toEqual(['closed']);
  up.stop();
});

test('needs nobody once this station has internet itself', () => {
  const { see, heard, to, up } = createScene();
  see(1, 7);
  see(0, undefined);
  expect(heard).toEqual(['closed']);
  expect(to()).toEqual([7]);
  up.stop();
});
