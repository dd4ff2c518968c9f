import type { MessageId, Millis, NodeAddress, Region } from '#core/brand.ts';
import { CAPABILITY } from '#core/domain/values.ts';
import { ok, refuse } from '#core/result.ts';
import type { MeshNodeView, MeshOverview, NodeApi, RegionFree } from '#host/rpc/api.ts';

type MeshCalls = Pick<NodeApi, 'send' | 'broadcast' | 'trace' | 'mesh' | 'messages'>;

const address = (number: number): NodeAddress => number.toString(16).padStart(2, '0').repeat(16) as NodeAddress;
const RELAY = CAPABILITY.ROUTER | CAPABILITY.STORE | CAPABILITY.RELAY;

const makeNodes = (now: Millis): readonly MeshNodeView[] => [
  ...[0xa1, 0xa2, 0xa3].map((number, index): MeshNodeView => {
    const [level, region, hops] = index === 0 ? (['ROOT', 80, 1] as const) : (['RELAY', undefined, index] as const);
    const announcedAt = (now - index * 240_000 - 20_000) as Millis;
    return {
      address: address(number),
      name: undefined,
      level,
      capabilities: RELAY,
      region,
      announcedAt,
      hops,
      ways: 2,
    };
  }),
  {
    address: address(0x4e),
    name: undefined,
    level: 'KIOSK',
    capabilities: CAPABILITY.ROUTER | CAPABILITY.GATEWAY | CAPABILITY.CONSTRAINED,
    region: 80,
    announcedAt: (now - 60_000) as Millis,
    hops: 2,
    ways: 1,
  },
  ...Array.from({ length: 40 }, (_, index): MeshNodeView => {
    const hops = index % 9 === 4 ? undefined : 2 + (index % 4);
    return {
      address: address(index + 1),
      name: index % 3 === 0 ? `Praxis Dr. Lindenthal-Oberwasser ${index}` : undefined,
      level: 'LEAF',
      capabilities: CAPABILITY.THERAPIST,
      region: 10 + index,
      announcedAt: (now - index * 30_000) as Millis,
      hops,
      ways: hops === undefined ? 0 : 1 + (index % 2),
    };
  }),
];

/** Fourteen regions with round numbers, Berlin and Munich the largest. */
const makeRegions = (now: Millis): readonly RegionFree[] =>
  [1, 10, 12, 20, 22, 28, 40, 50, 60, 70, 80, 81, 86, 99].map((region, index) => ({
    region: region as Region,
    free: [region === 10 ? 1_250 : 3 * index + 1, (7 * index) % 40, index % 3 === 0 ? 0 : 2, index % 4],
    newestAt: (now - (index === 3 ? 90_000_000 : index * 600_000)) as Millis,
  }));

/** The mesh of the fixtures: three relays, a kiosk, forty practices; `empty` knows nobody. */
export const meshCalls = (now: Millis, kind: 'full' | 'island' | 'empty' | 'broken'): MeshCalls => {
  const nodes = kind === 'empty' ? [] : makeNodes(now);
  const self = { address: address(0x5e), level: 'LEAF', capabilities: CAPABILITY.THERAPIST, region: 80 } as const;
  const overview: MeshOverview = {
    self: kind === 'empty' ? undefined : self,
    standing: {
      level: 'LEAF',
      role: 'MEMBER',
      parent: kind === 'empty' ? undefined : address(0xa2),
      standby: kind === 'full' ? address(0xa3) : undefined,
      children: 0,
      isIsland: kind === 'island',
    },
    regions: kind === 'empty' ? [] : makeRegions(now),
    isBridge: kind === 'full',
    counts: {
      nodes: nodes.length,
      reachable: nodes.filter(({ ways }) => ways > 0).length,
      inFlight: 0,
      kept: kind === 'full' ? 2 : 0,
    },
    nodes,
    deliveries: [],
  };
  const relays = [address(0xa1), undefined, address(0xa2)];
  return {
    mesh: () => (kind === 'broken' ? Promise.reject(new Error('broken')) : Promise.resolve(overview)),
    messages: () => Promise.resolve([]),
    send: () => Promise.resolve(ok('ab'.repeat(16) as MessageId)),
    broadcast: () => Promise.resolve(refuse('no-identity')),
    trace: async (target) => {
      await new Promise((done) => setTimeout(done, 400));
      const node = nodes.find((one) => one.address === target);
      if (target === self.address) return ok({ target, end: 'here', hops: [], announcedHops: undefined });
      if (node === undefined) return ok({ target, end: 'no-way', hops: [], announcedHops: undefined });
      if (node.hops === undefined) return ok({ target, end: 'no-answer', hops: [], announcedHops: 3 });
      const hops = relays
        .slice(0, node.hops - 1)
        .map((hop, at) => ({ address: hop, roundTrip: (18 * (at + 1)) as Millis }));
      if (node.hops > 4) return ok({ target, end: 'lost', hops, announcedHops: node.hops });
      const last = { address: target, roundTrip: (18 * node.hops + 5) as Millis };
      return ok({ target, end: 'reached', hops: [...hops, last], announcedHops: node.hops });
    },
  };
};
