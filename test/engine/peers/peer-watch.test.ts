import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress, WireSecond } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { KIND } from '#core/wire/kinds.ts';
import type { NodeAnnounce } from '#core/wire/node-announce.ts';
import { LEAF_LIMITS } from '#engine/config.ts';
import type { Effect } from '#engine/effect.ts';
import type { Peer } from '#engine/links/peer.ts';
import { createPeerRegistry, PEER_STALE_AFTER } from '#engine/peers/peer-registry.ts';
import { createPeerWatch, PING_EVERY, SAVE_EVERY } from '#engine/peers/peer-watch.ts';
import { scoreOf } from '#engine/peers/reputation.ts';
import { createHarness, ofKind, type PeerOptions } from '#test/engine/step-harness.ts';

const node = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;
const RELAY: PeerOptions = { relay: true, address: node(1), dialled: true, remote: 'https://one.example' };

const setUp = () => {
  const harness = createHarness();
  const registry = createPeerRegistry({ capacity: LEAF_LIMITS.peersKnown, linked: harness.peers.addresses });
  const watch = createPeerWatch(harness.context, registry, harness.peers);
  const meet = (options: PeerOptions): { peer: Peer; effects: Effect[] } => {
    const peer = harness.link(options);
    return { peer, effects: harness.step(() => watch.met(peer)) };
  };
  const score = (who: number): number | undefined => {
    const reputation = registry.get(node(who))?.reputation;
    return reputation === undefined ? undefined : scoreOf(reputation, harness.now());
  };
  const loss = (who: number): number | undefined => registry.get(node(who))?.roundTrips.lossRate;
  return { ...harness, registry, watch, meet, score, loss };
};

const ANNOUNCE: NodeAnnounce = {
  kind: 'node',
  issued: 1 as WireSecond,
  capabilities: CAPABILITY.ROUTER | CAPABILITY.RELAY,
  region: 80,
  level: 2,
  role: 0,
  mobile: false,
  load: 17,
  priority: 0,
  keyPackageHash: undefined,
};

const pings = (effects: readonly Effect[]): Uint8Array[] =>
  ofKind(effects, 'send').flatMap(({ frame }) => (frame[0] === KIND.ping ? [frame.subarray(1)] : []));
const rows = (effects: readonly Effect[]): string[] =>
  ofKind(effects, 'persist').flatMap(({ ops }) => ops.map(({ op, table, key }) => `${op} ${table} ${key}`));

describe('announcements', () => {
  test('of relays that no link leads to make an entry, which is saved, and whose key grows old from then on', () => {
    const { registry, watch, step, wait, now } = setUp();
    step(() => watch.announced(node(7), ANNOUNCE));
    const first = now();
    expect(rows(wait(2_000))).toEqual([`put peers ${node(7)}`]);
    step(() => watch.announced(node(7), { ...ANNOUNCE, load: 200, region: undefined }));
    expect(registry.get(node(7))).toMatchObject({
      capabilities: ANNOUNCE.capabilities,
      region: undefined,
      level: 2,
      load: 200,
      origin: undefined,
      firstSeen: first,
      lastSeen: now(),
    });
  });

  test('of a relay that is linked say more of it, and leave where it is', () => {
    const { registry, meet, watch, step } = setUp();
    meet(RELAY);
    step(() => watch.announced(node(1), ANNOUNCE));
    expect(registry.get(node(1))).toMatchObject({ region: 80, load: 17, origin: 'https://one.example' });
  });

  test('of practices, which nobody chooses for anything, make none', () => {
    const { registry, watch, step, wait } = setUp();
    step(() => watch.announced(node(8), { ...ANNOUNCE, capabilities: CAPABILITY.THERAPIST, level: 0 }));
    expect(registry.size).toBe(0);
    expect(rows(wait(120_000))).toEqual([]);
  });
});

describe('meeting', () => {
  test('a relay that we dialled gets an entry, with where it was', () => {
    const { registry, meet, now } = setUp();
    meet(RELAY);
    expect(registry.get(node(1))).toMatchObject({
      capabilities: CAPABILITY.RELAY,
      origin: 'https://one.example',
      firstSeen: now(),
    });
  });

  test.each<[string, PeerOptions]>([
    ['a patient says nothing', { dialled: true }],
    ['whoever dials us can claim any name', { relay: true, address: node(1), remote: '192.0.2.1' }],
  ])('nobody else: %s', (_name, options) => {
    const { registry, meet } = setUp();
    const { peer, effects } = meet(options);
    expect(registry.size).toBe(0);
    expect(pings(effects)).toEqual([]);
    expect(peer.hello).toBeDefined();
  });

  test('a name that belongs to another origin stays where it is, and is neither praised nor blamed', () => {
    const { registry, watch, meet, step, wait, score, now } = setUp();
    const { peer: true1, effects } = meet(RELAY);
    step(() => watch.onPong(true1, pings(effects)[0] ?? new Uint8Array()));
    const before = now();
    wait(5_000);
    const { peer } = meet({ ...RELAY, remote: 'https://liar.example' });
    step(() => {
      for (let i = 0; i < 20; i++) watch.refused(peer, 'bad-signature');
    });
    expect(registry.get(node(1))).toMatchObject({ origin: 'https://one.example', lastSeen: before });
    expect(score(1)).toBe(0.5);
  });

  test('what was known of it stays', () => {
    const { registry, meet, now } = setUp();
    registry.see(node(1), { capabilities: CAPABILITY.THERAPIST, region: 80, load: 7 }, now());
    meet(RELAY);
    expect(registry.get(node(1))).toMatchObject({
      capabilities: CAPABILITY.THERAPIST | CAPABILITY.RELAY,
      region: 80,
      load: 7,
    });
  });
});

describe('round trips', () => {
  test('a ping at once and every half minute; its pong is a sample', () => {
    const { registry, watch, meet, step, wait, loss } = setUp();
    const { peer, effects } = meet(RELAY);
    wait(40);
    step(() => watch.onPong(peer, pings(effects)[0] ?? new Uint8Array()));
    expect(registry.get(node(1))?.roundTrips.smoothed).toBe(40);
    const again = pings(wait(PING_EVERY - 40));
    expect(again).toHaveLength(1);
    wait(120);
    step(() => watch.onPong(peer, again[0] ?? new Uint8Array()));
    expect(registry.get(node(1))?.roundTrips.smoothed).toBe(50);
    expect(loss(1)).toBe(0);
  });

  test('a pong that nobody asked for, or twice the same, says nothing', () => {
    const { registry, watch, meet, step, wait } = setUp();
    const { peer, effects } = meet(RELAY);
    step(() => watch.onPong(peer, new Uint8Array(8)));
    step(() => watch.onPong(peer, new Uint8Array(0)));
    expect(registry.get(node(1))?.roundTrips.smoothed).toBeUndefined();
    const nonce = pings(effects)[0] ?? new Uint8Array();
    wait(10);
    step(() => watch.onPong(peer, nonce));
    wait(500);
    step(() => watch.onPong(peer, nonce));
    expect(registry.get(node(1))?.roundTrips.smoothed).toBe(10);
  });

  test('an answer that does not come is a loss and counts against it', () => {
    const { meet, wait, score, loss } = setUp();
    meet(RELAY);
    wait(PING_EVERY - 1);
    expect(loss(1)).toBe(0);
    expect(pings(wait(1))).toHaveLength(1);
    expect(loss(1)).toBe(1 / 8);
    expect(score(1)).toBeCloseTo(0.46, 6);
  });

  test('when the whole device was held up nobody is to blame', () => {
    const { context, peers, registry, watch, link, score, loss } = setUp();
    const peer = link(RELAY);
    const step = (at: number, action: () => void = () => undefined): Effect[] => {
      context.begin(at as Millis);
      action();
      context.timers.fireDue(at as Millis);
      return context.end();
    };
    const start = 1_800_000_000_000;
    step(start, () => watch.met(peer));
    expect(pings(step(start + PING_EVERY + 20_000))).toHaveLength(1);
    expect(peers.get(peer.link)).toBe(peer);
    expect(registry.size).toBe(1);
    expect(loss(1)).toBe(0);
    expect(score(1)).toBe(0.5);
  });

  test('a link that ended is not asked any more', () => {
    const { watch, peers, meet, step, wait, loss } = setUp();
    const { peer } = meet(RELAY);
    step(() => {
      peers.close(peer.link);
      watch.close(peer);
    });
    expect(pings(wait(5 * PING_EVERY))).toEqual([]);
    expect(loss(1)).toBe(0);
  });

  test('a link that counts every byte is not asked at all', () => {
    const { meet, wait, registry } = setUp();
    expect(pings(meet({ ...RELAY, capability: 'constrained' }).effects)).toEqual([]);
    expect(pings(wait(5 * PING_EVERY))).toEqual([]);
    expect(registry.size).toBe(1);
  });
});

describe('reputation', () => {
  test('what is refused on a link that we dialled counts', () => {
    const { watch, meet, step, score } = setUp();
    const { peer } = meet(RELAY);
    step(() => watch.refused(peer, 'superseded'));
    expect(score(1)).toBe(0.5);
    step(() => watch.refused(peer, 'bad-signature'));
    expect(score(1)).toBeCloseTo(0.4, 6);
  });

  test('what is refused on a link that somebody opened to us does not, whatever name it claims', () => {
    const { watch, meet, step, score } = setUp();
    meet(RELAY);
    const { peer } = meet({ ...RELAY, dialled: false, remote: '192.0.2.66' });
    step(() => {
      for (let i = 0; i < 50; i++) watch.refused(peer, 'bad-signature');
    });
    expect(score(1)).toBe(0.5);
  });

  test('custody counts for whoever signed it and is known', () => {
    const { watch, registry, meet, step, score } = setUp();
    meet(RELAY);
    step(() => {
      watch.onCustody(node(1));
      watch.onCustody(node(2));
    });
    expect(score(1)).toBeCloseTo(0.51, 6);
    expect(registry.size).toBe(1);
  });
});

describe('the store', () => {
  test('hears of it after a second, and then at most once a minute', () => {
    const { watch, meet, step, wait } = setUp();
    const { peer, effects } = meet(RELAY);
    expect(rows(effects)).toEqual([]);
    expect(rows(wait(1_000))).toEqual([`put peers ${node(1)}`]);
    let writes = 0;
    for (let second = 0; second < 299; second++) {
      step(() => watch.refused(peer, 'rate-limited'));
      writes += rows(wait(1_000)).length;
    }
    expect(writes).toBe(Math.floor((299 * 1_000) / SAVE_EVERY));
  });

  test('hears nothing when nothing was learned', () => {
    const { watch, meet, step, wait, peers } = setUp();
    const { peer } = meet(RELAY);
    step(() => {
      peers.close(peer.link);
      watch.close(peer);
    });
    wait(1_000);
    expect(rows(wait(HOUR / 2))).toEqual([]);
  });

  test('forgets who was not seen for a day', () => {
    const { registry, meet, step, wait, peers, watch, now } = setUp();
    registry.see(node(7), {}, now());
    const { peer } = meet(RELAY);
    wait(1_000);
    step(() => {
      peers.close(peer.link);
      watch.close(peer);
    });
    expect(rows(wait(PEER_STALE_AFTER + HOUR))).toEqual([`delete peers ${node(7)}`]);
    expect(registry.get(node(1))).toBeDefined();
  });
});
