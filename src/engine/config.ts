import type { KeyName, Millis, NodeAddress } from '#core/brand.ts';
import type { PinnedRegistrar } from '#core/domain/trust.ts';
import type { Standing } from '#engine/records/standing.ts';
import type { Rate } from '#engine/token-bucket.ts';
import type { PlaceConfig } from '#engine/topology/choose-place.ts';

/** What an engine is told once, when it is made. */
export interface EngineConfig {
  /** A relay stores and forwards for others and signs custody; a leaf is a browser. */
  readonly role: 'relay' | 'leaf';
  /** The own identity of a relay, a kiosk or a program. Practices make theirs by command; patients have none. */
  readonly identity: OwnKey | undefined;
  /** It passes bundles on between its radio and its relays, or between two radios: a kiosk. */
  readonly carries?: boolean;
  /** False: takes no part in the sync of public records, whatever the link. */
  readonly syncs?: boolean;
  /** What a leaf with an identity says that it does in the mesh (MESH_CAPABILITIES); a relay's are what relays do. */
  readonly capabilities?: number;
  readonly registrars: readonly PinnedRegistrar[];
  /** Who may assign this node to relays, beside the relays that it dialled. */
  readonly operators?: readonly NodeAddress[];
  readonly limits: EngineLimits;
  readonly timing: EngineTiming;
  /** Where it stands in the mesh; by default a relay finds out, and a leaf is one. */
  readonly place?: PlaceConfig;
  /** Its operator's wish that others choose it as a parent, 0 to 255. */
  readonly priority?: number;
  /** The first two digits of the postal code where it stands. */
  readonly region?: number;
  /** `uniform`: every sealed bundle has the one large size. `compact`: the smallest class, for radio. */
  readonly padding: 'uniform' | 'compact';
}

export interface OwnKey {
  readonly key: KeyName;
  readonly publicKey: Uint8Array;
  readonly address: NodeAddress;
}

export interface EngineLimits {
  readonly framesPerLink: Rate;
  /**
   * Records from one link that are pushed on at once, by the standing of whoever signed them; what is beyond is left to set
   * synchronisation. Many links of whoever makes up keys add up on each line of the mesh, so strangers have little.
   */
  readonly newsPerLink: Readonly<Record<Standing, Rate>>;
  /** Bundles from one link that go to further relays before everything that may wait; what is beyond goes after it. */
  readonly promptBundlesPerLink: Rate;
  /** Records (announcements, withdrawals, identity records) accepted per signing key. */
  readonly recordsPerKey: Rate;
  /** Bundles accepted per connecting address. */
  readonly bundlesPerRemote: Rate;
  /** Bundles accepted from a relay that this node dialled: its operator or its person chose it. */
  readonly bundlesPerDialled: Rate;
  readonly keysWatched: number;
  readonly announcements: number;
  readonly identities: number;
  readonly bundles: number;
  readonly bundleBytes: number;
  readonly removedBundles: number;
  readonly outbox: number;
  readonly requests: number;
  readonly inbox: number;
  /** Other nodes remembered, with or without a link. */
  readonly peersKnown: number;
  readonly parkedPerLink: number;
  readonly refusedPerLink: number;
  readonly seenFrames: number;
  /** Signature checks under way at once before frames that need one are dropped. */
  readonly pendingCrypto: number;
  /** Nodes whose announcements and paths are kept. */
  readonly nodes: number;
  /** Routed messages that are on their way to the next hop. */
  readonly journeys: number;
  /** Routed messages that we answer for: our own, and those of others that we keep. */
  readonly routedMessages: number;
  /** Bundles in our buckets that nothing could open yet, kept until something can. */
  readonly unopened: number;
}

export interface EngineTiming {
  /** Between two beacons on a link that we dialled. */
  readonly beacon: Millis;
  /** Between two rounds in which a new record is pushed to further neighbours (engine/sync/gossip.ts). */
  readonly gossip: Millis;
  /** Between two looks at what is free in each region, for summaries (docs/protocol/summary.md). */
  readonly summary: Millis;
  /** How long an issuer waits for further changes before it signs an announcement. */
  readonly coalesce: Millis;
  /** An entry without custody is sent again after this. */
  readonly resend: Millis;
  /** Rejections that a confirmation causes leave after a random delay of at most this. */
  readonly rejectDelay: Millis;
  /** An offer is announced anew when its newest announcement is older than this. */
  readonly refresh: Millis;
}

export const DEFAULT_TIMING: EngineTiming = {
  beacon: 20_000 as Millis,
  gossip: 50 as Millis,
  summary: 10_000 as Millis,
  coalesce: 400 as Millis,
  resend: 20_000 as Millis,
  rejectDelay: 20_000 as Millis,
  refresh: 43_200_000 as Millis,
};

const SHARED_LIMITS = {
  framesPerLink: { burst: 4_000, perSecond: 500 },
  newsPerLink: {
    vouched: { burst: 64, perSecond: 20 },
    known: { burst: 64, perSecond: 5 },
    stranger: { burst: 16, perSecond: 1 },
  },
  promptBundlesPerLink: { burst: 64, perSecond: 1 },
  recordsPerKey: { burst: 64, perSecond: 0.5 },
  bundlesPerDialled: { burst: 4_000, perSecond: 200 },
  keysWatched: 20_000,
  parkedPerLink: 512,
  refusedPerLink: 8_192,
  seenFrames: 32_768,
} as const;

export const LEAF_LIMITS: EngineLimits = {
  ...SHARED_LIMITS,
  bundlesPerRemote: { burst: 4_000, perSecond: 200 },
  announcements: 120_000,
  identities: 20_000,
  bundles: 4_000,
  bundleBytes: 4_000_000,
  removedBundles: 4_000,
  outbox: 2_000,
  requests: 200,
  inbox: 2_000,
  peersKnown: 512,
  pendingCrypto: 4_096,
  nodes: 5_000,
  journeys: 1_024,
  routedMessages: 500,
  unopened: 512,
};

export const RELAY_LIMITS: EngineLimits = {
  ...SHARED_LIMITS,
  bundlesPerRemote: { burst: 200, perSecond: 5 },
  announcements: 200_000,
  identities: 50_000,
  bundles: 200_000,
  bundleBytes: 128_000_000,
  removedBundles: 200_000,
  outbox: 100,
  requests: 0,
  inbox: 0,
  peersKnown: 4_096,
  pendingCrypto: 8_192,
  nodes: 20_000,
  journeys: 8_192,
  routedMessages: 10_000,
  unopened: 0,
};
