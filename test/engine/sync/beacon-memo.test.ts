/** Beacons are encoded and decoded only when they say something new, and then always. */
import { expect, test } from 'vitest';
import type { LinkId, Millis } from '#core/brand.ts';
import { TRAITS } from '#core/domain/link-capability.ts';
import { decodeBeacon } from '#core/wire/beacon.ts';
import { LEAF_LIMITS } from '#engine/config.ts';
import { createPeerTable } from '#engine/links/peer.ts';
import { createBeaconMemo } from '#engine/sync/beacon-memo.ts';
import { createSetIndex } from '#engine/sync/set-index.ts';
import type { SyncSet } from '#engine/sync/sync-set.ts';

const place = { bridge: false, rooted: true, attentive: false, child: false, island: false, place: undefined } as const;
const peer = createPeerTable(LEAF_LIMITS).open(
  { link: 1 as LinkId, remote: 'a', dialled: true, can: TRAITS.unconstrained },
  0 as Millis,
);
const setOf = (index = createSetIndex()): SyncSet => ({
  id: 0,
  index: () => index,
  bytesOf: () => undefined,
  offer: () => false,
});

test('what says the same is the same frame, and what does not is another one', () => {
  const index = createSetIndex();
  const sets = [setOf(index)];
  const memo = createBeaconMemo();
  const first = memo.encode(peer, place, sets);
  expect(memo.encode(peer, { ...place }, sets)).toBe(first);
  const frames = [first];
  const says = (frame: Uint8Array): void => {
    expect(frames).not.toContain(frame);
    frames.push(frame);
  };
  for (const flag of ['bridge', 'rooted', 'attentive', 'child', 'island'] as const) {
    says(memo.encode(peer, { ...place, [flag]: !place[flag] }, sets));
    expect(decodeBeacon(frames.at(-1) ?? first)).toMatchObject({ ok: true, value: { [flag]: !place[flag] } });
  }
  const said = { region: 80, level: 2, role: 0, mobile: false, load: 0, priority: 0, ancestors: [] };
  says(memo.encode(peer, { ...place, place: said }, sets));
  index.add('00112233445566aa');
  says(memo.encode(peer, { ...place, place: said }, sets));
  expect(decodeBeacon(frames.at(-1) ?? first)).toMatchObject({ ok: true, value: { place: said, sets: [{ size: 1 }] } });
  index.remove('00112233445566aa');
  expect(decodeBeacon(memo.encode(peer, place, sets))).toEqual(decodeBeacon(first));
});

test('what is heard again is what was heard, also where it is refused', () => {
  const memo = createBeaconMemo();
  const frame = createBeaconMemo().encode(peer, place, [setOf()]);
  const heard = memo.decode(frame);
  expect(heard).toEqual(decodeBeacon(frame));
  expect(memo.decode(frame.slice())).toBe(heard);
  const bad = frame.slice(0, -1);
  expect(memo.decode(bad)).toMatchObject({ ok: false });
  expect(memo.decode(bad)).toMatchObject({ ok: false });
  expect(memo.decode(frame)).toEqual(heard);
});
