/** What becomes of a station's links when its radio is gone. */
import { expect, test } from 'vitest';
import type { Millis, StationId } from '#core/brand.ts';
import type { WaitingFrame } from '#core/radio/air/queue.ts';
import { createAirStation } from '#core/radio/air/station.ts';
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { ok } from '#core/result.ts';
import { openStationLinks } from '#host/radio/station-links.ts';
import type { Link, LinkEnd } from '#ports/transport.ts';
import { createDice } from '#sim/dice.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const UP = 7 as StationId;
const AIR = { way: 1, up: UP, neighbours: [], regions: [], lacking: { keys: 0, identities: 0 } };
const HOUR = 3_600_000 as Millis;

const setUp = () => {
  const clock = createVirtualClock();
  const random = createDice(1, 'links');
  const offered: WaitingFrame[] = [];
  const ends: LinkEnd[] = [];
  const opened: Link[] = [];
  const links = openStationLinks({
    station: createAirStation(() => Uint8Array.of(1, 2)),
    modulation: DEFAULT_CHANNEL,
    clock,
    random: { bytes: (count) => random.bytes(count) },
    offer: (frame) => {
      offered.push(frame);
      // On air at once, and never answered.
      frame.outcome?.('sent');
      return ok(null);
    },
    air: () => AIR,
    listener: {
      attach: (connect) => {
        const link = connect({ onFrame: () => undefined, onEnd: (reason) => void ends.push(reason) });
        opened.push(link);
        return link;
      },
      accept: () => ({ onFrame: () => undefined, onEnd: () => undefined }),
    },
  });
  return { clock, links, offered, ends, opened };
};

test('a radio that is gone sends nothing more for its links, and they are over at once', async () => {
  const { clock, links, offered, ends, opened } = setUp();
  opened[0]?.send(Uint8Array.of(1, 2, 3), 'prompt');
  expect(offered).toHaveLength(1);
  await clock.run(10_000);
  const before = offered.length;
  // Silence was answered with the same again: the link is under way.
  expect(before).toBeGreaterThan(1);
  links.stop();
  await clock.run(1);
  expect(ends).toEqual(['shutting-down']);
  expect(opened[0]?.send(Uint8Array.of(4), 'prompt')).toBe(false);
  await clock.run(HOUR);
  expect(offered).toHaveLength(before);
  expect(opened).toHaveLength(1);
});
