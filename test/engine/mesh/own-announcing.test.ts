/** Our own node announcement: when it leaves, what it says, who hears it. */
import { describe, expect, test } from 'vitest';
import { fromWireSecond } from '#core/domain/wire-time.ts';
import { decodeNodeAnnounce } from '#core/wire/node-announce.ts';
import type { Effect } from '#engine/effect.ts';
import type { Peer } from '#engine/links/peer.ts';
import { createScene, type Scene, sent } from '#test/engine/mesh/mesh-scene.ts';

const MINUTE = 60_000;

/** Own announcements among the effects: issued when, to whom. */
const ours = (scene: Scene, effects: readonly Effect[], to?: Peer) =>
  sent(effects, 'broadcast', to).filter(
    ({ envelope }) => envelope?.source === scene.me.address && envelope.payload[0] === 0x13,
  );

describe('our own announcement', () => {
  test('leaves with the first link, to every neighbour, and a later link hears the same one', () => {
    const scene = createScene();
    const [first, leaf] = [scene.link({ relay: true }), scene.link()];
    expect(ours(scene, scene.later(3_600_000))).toEqual([]);
    const effects = scene.act(() => scene.mesh.welcome(first));
    expect(ours(scene, effects).map(({ link }) => link)).toEqual([first.link, leaf.link]);
    const second = scene.link({ relay: true });
    const again = ours(
      scene,
      scene.act(() => scene.mesh.welcome(second)),
    );
    expect(again).toMatchObject([{ link: second.link, frame: ours(scene, effects)[0]?.frame }]);
  });
  test('comes every ten minutes give or take a tenth', () => {
    const scene = createScene();
    const peer = scene.relay();
    const times: number[] = [scene.now()];
    for (let second = 0; second < 4 * 3_600; second += 5) {
      if (ours(scene, scene.later(5_000), peer).length > 0) times.push(scene.now());
    }
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(9 * MINUTE - 6_000);
    expect(Math.max(...gaps)).toBeLessThan(11 * MINUTE + 6_000);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(20_000);
  });
  test('comes when something changed, when somebody looks for us, but never twice within two seconds', () => {
    const scene = createScene({ role: 'leaf', practice: true });
    // Not at the beginning of a second: the wire rounds down, the gap does not.
    scene.later(900);
    const peer = scene.relay();
    const change = (region: number): Effect[] => {
      if (scene.scene.station !== undefined) scene.scene.station = { ...scene.scene.station, region };
      return scene.act(() => scene.mesh.announcing.changed());
    };
    expect(ours(scene, change(11), peer)).toEqual([]);
    expect(ours(scene, scene.later(1_999), peer)).toEqual([]);
    const [next, ...none] = ours(scene, scene.later(1), peer);
    const said = next?.envelope === undefined ? undefined : decodeNodeAnnounce(next.envelope.payload);
    expect([said?.ok && said.value.region, none]).toEqual([11, []]);
    expect(
      ours(
        scene,
        scene.act(() => scene.mesh.announcing.changed()),
      ),
    ).toEqual([]);
    scene.later(60_000);
    const asked = Array.from({ length: 20 }, () => scene.act(() => scene.mesh.announcing.answer())).flat();
    expect(ours(scene, [...asked, ...scene.later(1_999)], peer).length).toBe(1);
    expect(ours(scene, scene.later(1), peer).length).toBe(1);
    // A change of load alone is none.
    if (scene.scene.station !== undefined) scene.scene.station = { ...scene.scene.station, load: 200 };
    expect(ours(scene, [...scene.act(() => scene.mesh.announcing.changed()), ...scene.later(60_000)], peer)).toEqual(
      [],
    );
  });
  test('says what changed while it was being signed', () => {
    const scene = createScene({ role: 'leaf', practice: true });
    const peer = scene.link({ relay: true });
    const pending = scene.step(() => scene.mesh.welcome(peer));
    if (scene.scene.station !== undefined) scene.scene.station = { ...scene.scene.station, region: 12 };
    scene.act(() => scene.mesh.announcing.changed());
    expect(ours(scene, scene.settle(pending), peer).length).toBe(1);
    const [next] = ours(scene, scene.later(5_000), peer);
    const said = next?.envelope === undefined ? undefined : decodeNodeAnnounce(next.envelope.payload);
    expect(said?.ok && said.value.region).toBe(12);
    expect(ours(scene, scene.later(12 * MINUTE), peer).length).toBe(1);
  });
  test('goes on coming after a signature that failed', () => {
    const scene = createScene();
    const peer = scene.link({ relay: true });
    const pending = scene.step(() => scene.mesh.welcome(peer));
    for (const effect of pending) {
      if (effect.kind !== 'run-crypto') continue;
      scene.step(() => scene.context.cryptoDone(effect.job, { op: 'failed' }));
    }
    expect(ours(scene, scene.later(12 * MINUTE), peer).length).toBe(1);
  });
  test('does not leave while our clock is wrong', () => {
    const scene = createScene();
    scene.scene.mayIssue = false;
    const peer = scene.relay();
    expect(ours(scene, scene.later(3_600_000), peer)).toEqual([]);
    scene.scene.mayIssue = true;
    expect(ours(scene, scene.later(12 * MINUTE), peer).length).toBeGreaterThan(0);
  });
  test('is signed anew for the first link after hours without one', () => {
    const scene = createScene();
    scene.hangUp(scene.relay());
    scene.later(3 * 3_600_000 - (scene.now() % 1_000));
    const peer = scene.link({ relay: true });
    const [first, ...more] = ours(
      scene,
      scene.act(() => scene.mesh.welcome(peer)),
      peer,
    );
    const said = first?.envelope === undefined ? undefined : decodeNodeAnnounce(first.envelope.payload);
    expect(said?.ok && fromWireSecond(said.value.issued)).toBe(scene.now());
    expect(more).toEqual([]);
  });
  test('of a practice is not heard by plain leaves', () => {
    const scene = createScene({ role: 'leaf', practice: true });
    const [leaf, relay] = [scene.neighbour(), scene.relay()];
    const effects = scene.later(12 * MINUTE);
    expect(ours(scene, effects, leaf)).toEqual([]);
    expect(ours(scene, effects, relay).length).toBeGreaterThan(0);
  });
});
