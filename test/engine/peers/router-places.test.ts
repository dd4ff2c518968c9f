/** A relay's places for other relays and bridges: not all to one network, not all to new keys, some for its own choice. */
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';
import { encodeHello } from '#core/wire/hello.ts';
import { RELAY_LIMITS } from '#engine/config.ts';
import type { Peer } from '#engine/links/peer.ts';
import { createPeerRegistry } from '#engine/peers/peer-registry.ts';
import { createRouterPlaces, ROUTER_PLACES } from '#engine/peers/router-places.ts';
import type { LinkEnd } from '#ports/transport.ts';
import { createHarness, ofKind, type PeerOptions } from '#test/engine/step-harness.ts';
import { createTestNode, type TestNode } from '#test/engine-node.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const node = (number: number): NodeAddress => number.toString(16).padStart(32, '0') as NodeAddress;
const net = (number: number): string => `10.${number >> 8}.${number & 255}.7`;

const setUp = (role: 'relay' | 'leaf' = 'relay') => {
  const harness = createHarness();
  const registry = createPeerRegistry({ capacity: RELAY_LIMITS.peersKnown, linked: harness.peers.addresses });
  const places = createRouterPlaces(harness.context, { role }, harness.peers, registry);
  /** A relay that asks: linked when it may be, gone when not; the reason, or `in`. */
  const ask = (options: PeerOptions): string => {
    const peer = harness.link({ relay: true, ...options });
    return outcome(peer, () => places.admits(peer));
  };
  const outcome = (peer: Peer, judge: () => boolean): string => {
    let admitted = false;
    const counts = ofKind(
      harness.step(() => {
        admitted = judge();
      }),
      'count',
    ).map(({ name, label }) => `${name} ${label}`);
    if (!admitted) peer.hello = undefined;
    return admitted ? 'in' : counts.join();
  };
  /** Known for long, by its announcements. */
  const knows = (address: NodeAddress): void => void registry.see(address, {}, (harness.now() - HOUR) as Millis);
  return { ...harness, places, ask, outcome, knows };
};

describe('relays that dial in', () => {
  test('a fifth of one network is refused, of IPv4 and of IPv6, and one of another is not', () => {
    const { ask } = setUp();
    for (let i = 0; i < ROUTER_PLACES.perSubnet; i++) {
      expect(ask({ address: node(i), remote: `192.0.2.${i}` })).toBe('in');
      expect(ask({ address: node(100 + i), remote: `2001:db8:1:${i}::/64` })).toBe('in');
    }
    expect(ask({ address: node(50), remote: '192.0.2.77' })).toBe('places refused subnet');
    expect(ask({ address: node(51), remote: '2001:db8:1:ffff::/64' })).toBe('places refused subnet');
    expect(ask({ address: node(52), remote: '192.0.3.77' })).toBe('in');
  });

  test('new keys get half of the places, and keys that are known for long the others', () => {
    const { ask, knows } = setUp();
    for (let i = 0; i < ROUTER_PLACES.young; i++) expect(ask({ address: node(i), remote: net(i) })).toBe('in');
    expect(ask({ address: node(900), remote: net(900) })).toBe('places refused young');
    knows(node(901));
    expect(ask({ address: node(901), remote: net(901) })).toBe('in');
  });

  test('places for those that this relay dials stay free', () => {
    const { ask, knows } = setUp();
    const given = ROUTER_PLACES.positions - ROUTER_PLACES.outbound;
    for (let i = 0; i <= given; i++) knows(node(i));
    for (let i = 0; i < given; i++) expect(ask({ address: node(i), remote: net(i) })).toBe('in');
    expect(ask({ address: node(given), remote: net(given) })).toBe('places refused full');
    expect(ask({ address: node(given), remote: 'https://chosen.example', dialled: true })).toBe('in');
  });

  test('two relays that name each other have both links; whoever else takes a name that is linked is refused', () => {
    const { ask, link } = setUp();
    link({ relay: true, address: node(1), dialled: true, remote: 'https://one.example' });
    expect(ask({ address: node(1), remote: net(1) })).toBe('in');
    expect(ask({ address: node(1), remote: net(2) })).toBe('places refused held');
  });

  test('plain leaves need no place', () => {
    const { ask } = setUp();
    for (let i = 0; i < 200; i++) expect(ask({ relay: false, remote: '192.0.2.1' })).toBe('in');
  });
});

test('leaves that say they are bridges need one, and are plain leaves without it', () => {
  const { link, places, outcome } = setUp();
  const bridge = (): string => {
    const peer = link({ remote: '192.0.2.1' });
    const said = outcome(peer, () => places.mayBridge(peer));
    peer.bridge = said === 'in';
    return said;
  };
  expect(Array.from({ length: ROUTER_PLACES.perSubnet }, bridge)).toEqual(['in', 'in', 'in', 'in']);
  expect(bridge()).toBe('places refused subnet');
});

test('a leaf gives no places: whom it is linked to it chose', () => {
  const { ask } = setUp('leaf');
  for (let i = 0; i < 100; i++) expect(ask({ address: node(i), remote: '192.0.2.1' })).toBe('in');
});

/** Says hello as a relay of this network; the reason why its link ended, if it did. */
const dialAs = (relay: TestNode, address: NodeAddress, remote: string, now: Millis): (() => LinkEnd | undefined) => {
  let ended: LinkEnd | undefined;
  const close = (reason: LinkEnd): void => {
    ended = reason;
  };
  const handlers = relay.driver.accept({ transport: 'memory', remote, send: () => true, close });
  const hello = encodeHello({ kind: 'hello', clock: now, wantsSync: true, salt: new Uint8Array(8), relay: address });
  queueMicrotask(() => handlers.onFrame(hello));
  return () => ended;
};

test('a whole relay turns away a network that wants all of its places, and goes on with the others', async () => {
  const clock = createVirtualClock();
  const relay = await createTestNode({ role: 'relay', clock });
  const ends = Array.from({ length: 10 }, (_, i) => dialAs(relay, node(i + 1), `198.51.100.${i}`, clock.now()));
  await clock.run(100);
  expect(ends.map((ended) => ended())).toEqual([...Array(4).fill(undefined), ...Array(6).fill('refused')]);
  expect(relay.counters.get('places refused subnet')).toBe(6);
  expect(relay.counters.get('refused over-capacity')).toBe(6);
  const other = dialAs(relay, node(99), '203.0.113.5', clock.now());
  await clock.run(100);
  expect(other()).toBeUndefined();
});
