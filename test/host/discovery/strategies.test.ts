/** Each way of finding relays by itself, and what all of them together say of one. */
import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import type { KnownPeer } from '#engine/peers/peer-views.ts';
import { createCachedPeers } from '#host/discovery/cached-peers.ts';
import { mergeCandidates } from '#host/discovery/merged-candidates.ts';
import { createOwnRegion } from '#host/discovery/own-region.ts';
import { createRendezvous } from '#host/discovery/rendezvous.ts';
import type { DiscoverySource, DiscoveryStrategy, RelayCandidate } from '#ports/discovery.ts';

const origin = (name: string): string => `https://${name}.example`;
const peer = (name: string, changed: Partial<KnownPeer> = {}): KnownPeer => ({
  address: name.padEnd(32, '0') as NodeAddress,
  origin: origin(name),
  capabilities: 0x203,
  region: undefined,
  level: 2,
  load: 0,
  subnet: undefined,
  firstSeen: 1 as Millis,
  lastSeen: 2 as Millis,
  roundTrip: undefined,
  p99: undefined,
  loss: 0,
  score: 0.5,
  linked: false,
  ...changed,
});

describe('rendezvous', () => {
  test('what a relay names, once, without itself and without what must not be asked', () => {
    const rendezvous = createRendezvous();
    rendezvous.learn(origin('a'), [origin('b'), origin('b'), origin('a'), 'https://10.0.0.1', 'http://c.example']);
    expect(rendezvous.candidates()).toEqual([{ origin: origin('b'), confidence: 0.5 }]);
    rendezvous.learn(origin('a'), [origin('c')]);
    expect(rendezvous.candidates().map((one) => one.origin)).toEqual([origin('c')]);
  });

  test('two that name the same one are believed more', () => {
    const rendezvous = createRendezvous();
    rendezvous.learn(origin('a'), [origin('c')]);
    rendezvous.learn(origin('b'), [origin('c')]);
    expect(rendezvous.candidates()).toEqual([{ origin: origin('c'), confidence: 0.75 }]);
  });

  test('who names relays that do not answer is believed less, and more again when one does', () => {
    const rendezvous = createRendezvous();
    const confidence = (): number => rendezvous.candidates()[0]?.confidence ?? -1;
    rendezvous.learn(origin('a'), [origin('b'), origin('c')]);
    rendezvous.heard(origin('b'), 'failed');
    expect(confidence()).toBe(0.25);
    rendezvous.heard(origin('c'), 'linked');
    expect(confidence()).toBeCloseTo(1 / 3);
    rendezvous.heard(origin('nobody named'), 'failed');
    expect(confidence()).toBeCloseTo(1 / 3);
  });

  test('a thousand names of a thousand tellers are few', () => {
    const rendezvous = createRendezvous();
    for (let teller = 0; teller < 1_000; teller++) {
      const names = Array.from({ length: 100 }, (_, index) => origin(`n${teller}x${index}`));
      rendezvous.learn(origin(`t${teller}`), names);
    }
    expect(rendezvous.candidates()).toHaveLength(16 * 8);
  });
});

describe('cached peers', () => {
  const views = (dial: string[], ...peers: KnownPeer[]) => ({ peers: () => peers, peersToDial: () => dial });

  test('whom the registry would dial, with what it knows of them', () => {
    const cached = createCachedPeers(views([origin('a')], peer('a', { region: 80 }), peer('b')));
    const [known, ...others] = cached.candidates();
    expect(others).toEqual([]);
    expect(known).toEqual({
      origin: origin('a'),
      confidence: 0.5,
      address: peer('a').address,
      region: 80,
      capabilities: 0x203,
      firstSeen: 1,
    });
  });

  test('one that did not answer comes later', () => {
    const cached = createCachedPeers(views([origin('a')], peer('a')));
    cached.heard(origin('a'), 'failed');
    expect(cached.candidates()[0]?.confidence).toBe(0.25);
  });
});

describe('region', () => {
  const peers = [
    peer('near', { region: 80 }),
    peer('beside', { region: 85 }),
    peer('far', { region: 10 }),
    peer('silent'),
    peer('linked', { region: 80, linked: true }),
    peer('bad', { region: 80, score: 0.05 }),
    peer('nowhere', { region: 80, origin: undefined }),
  ];
  const views = { peers: () => peers, peersToDial: () => [] };

  test('the own one first, then the same part of the country', () => {
    const found = createOwnRegion(views, () => 80).candidates();
    expect(found.map((one) => [one.origin, one.confidence])).toEqual([
      [origin('near'), 0.5],
      [origin('beside'), 0.25],
    ]);
  });

  test('a device without a region of its own proposes nothing by region', () => {
    expect(createOwnRegion(views, () => undefined).candidates()).toEqual([]);
  });
});

describe('all together', () => {
  const says = (source: DiscoverySource, ...candidates: RelayCandidate[]): DiscoveryStrategy => ({
    source,
    candidates: () => candidates,
    heard: () => undefined,
  });
  const same = <T>(values: readonly T[]): T[] => [...values];
  const reversed = <T>(values: readonly T[]): T[] => [...values].reverse();

  test('the same one is there once, and more reasons are more', () => {
    const merged = mergeCandidates(
      [
        says('rendezvous', { origin: origin('a'), confidence: 0.5 }, { origin: origin('b'), confidence: 0.5 }),
        says('cached', { origin: origin('a'), confidence: 0.5, region: 80, firstSeen: 1 as Millis }),
        says('static', { origin: origin('s'), confidence: 1 }),
      ],
      same,
    );
    expect(merged.map((one) => [one.origin, [...one.sources]])).toEqual([
      [origin('s'), ['static']],
      [origin('a'), ['cached', 'rendezvous']],
      [origin('b'), ['rendezvous']],
    ]);
    expect(merged[1]).toMatchObject({ region: 80, firstSeen: 1 });
    expect(merged[1]?.score).toBeCloseTo(1 - (1 - 0.4) * (1 - 0.2));
  });

  test('chance decides among equals, and nothing else', () => {
    const equals = says('cached', { origin: origin('a'), confidence: 0.5 }, { origin: origin('b'), confidence: 0.5 });
    const best = says('directed', { origin: origin('c'), confidence: 1 });
    expect(mergeCandidates([equals, best], reversed).map((one) => one.origin)).toEqual(['c', 'b', 'a'].map(origin));
    expect(mergeCandidates([equals, best], same).map((one) => one.origin)).toEqual(['c', 'a', 'b'].map(origin));
  });

  test('a confidence that is none counts for nothing, and one beyond all bounds for no more than the surest', () => {
    const merged = mergeCandidates(
      [says('rendezvous', { origin: origin('a'), confidence: Number.NaN }, { origin: origin('b'), confidence: 99 })],
      same,
    );
    expect(merged.map((one) => one.score)).toEqual([0.4, 0]);
  });

  test('one strategy with a thousand names crowds out neither the named relays nor the others', () => {
    const flood = Array.from({ length: 1_000 }, (_, i) => ({ origin: origin(`x${i}`), confidence: 1 }));
    const merged = mergeCandidates(
      [
        says('rendezvous', ...flood),
        says('capability', ...flood.slice(500)),
        says('static', { origin: origin('s'), confidence: 1 }),
      ],
      same,
    );
    expect(merged.length).toBeLessThanOrEqual(64);
    expect(merged[0]?.origin).toBe(origin('s'));
  });
});
