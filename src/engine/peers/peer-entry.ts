import * as v from 'valibot';
import type { Millis, NodeAddress } from '#core/brand.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import type { Result } from '#core/result.ts';
import { MAX_OBSERVERS, OBSERVER_CAP, OWN_BEST, OWN_WORST, type Reputation } from '#engine/peers/reputation.ts';
import { type RoundTrips, UNMEASURED } from '#engine/peers/round-trips.ts';

/**
 * What is remembered of one other node that announces itself (relays, kiosks, practices; never patients), also while no
 * link leads there, and how the store keeps it: cached peers start a node without any relay.
 */
export interface PeerEntry extends PeerFacts {
  readonly address: NodeAddress;
  /** How old its key is, as far as we know. */
  readonly firstSeen: Millis;
  readonly lastSeen: Millis;
  readonly roundTrips: RoundTrips;
  readonly reputation: Reputation;
}

/** What a peer says of itself, or what is seen of it. */
export interface PeerFacts {
  /** 16 bits, as in an identity record. */
  readonly capabilities: number;
  /** The first two digits of its postal code, 0 to 99. */
  readonly region: number | undefined;
  /** Where it can be dialled: `https://host[:port]`. */
  readonly origin: string | undefined;
  /** Its level in the hierarchy, 0 to 255. */
  readonly level: number;
  /** 0 to 255. */
  readonly load: number;
  /** Its network, as limits are counted (a link's `remote`); undefined while no link showed it. */
  readonly subnet: string | undefined;
}

export const MAX_ORIGIN_LENGTH = 255;
export const MAX_SUBNET_LENGTH = 64;
const ORIGIN = /^https?:\/\/[^\s/?#@]+$/;

/** Text that can be dialled, or undefined: other links than those over the internet have no origin. */
export const asOrigin = (text: string): string | undefined =>
  text.length <= MAX_ORIGIN_LENGTH && ORIGIN.test(text) ? text : undefined;

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const within = (bound: number) => v.pipe(v.number(), v.minValue(-bound), v.maxValue(bound));
const address = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const duration = v.nullable(v.pipe(v.number(), v.minValue(0)));

const schema = v.pipe(
  v.object({
    address,
    capabilities: whole(0xffff),
    region: v.nullable(whole(99)),
    origin: v.nullable(v.pipe(v.string(), v.maxLength(MAX_ORIGIN_LENGTH), v.regex(ORIGIN))),
    level: whole(255),
    load: whole(255),
    subnet: v.nullable(v.pipe(v.string(), v.maxLength(MAX_SUBNET_LENGTH))),
    firstSeen: v.number(),
    lastSeen: v.number(),
    smoothed: duration,
    variation: duration,
    lossRate: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    own: v.pipe(v.number(), v.minValue(OWN_WORST), v.maxValue(OWN_BEST)),
    heard: v.pipe(v.array(v.tuple([address, within(OBSERVER_CAP)])), v.maxLength(MAX_OBSERVERS)),
    judgedAt: v.number(),
  }),
  v.transform(
    (record): PeerEntry => ({
      address: record.address as NodeAddress,
      capabilities: record.capabilities,
      region: record.region ?? undefined,
      origin: record.origin ?? undefined,
      level: record.level,
      load: record.load,
      subnet: record.subnet ?? undefined,
      firstSeen: record.firstSeen as Millis,
      lastSeen: record.lastSeen as Millis,
      roundTrips: {
        ...UNMEASURED,
        smoothed: (record.smoothed ?? undefined) as Millis | undefined,
        variation: (record.variation ?? undefined) as Millis | undefined,
        lossRate: record.lossRate,
      },
      reputation: {
        own: record.own,
        heard: new Map(record.heard.map(([observer, value]) => [observer as NodeAddress, value])),
        at: record.judgedAt as Millis,
      },
    }),
  ),
);

export const encodePeerEntry = ({ roundTrips, reputation, ...entry }: PeerEntry): Uint8Array => {
  const { smoothed, variation, lossRate } = roundTrips;
  return encodeLocal({
    ...entry,
    region: entry.region ?? null,
    origin: entry.origin ?? null,
    subnet: entry.subnet ?? null,
    smoothed: smoothed ?? null,
    variation: variation ?? null,
    lossRate,
    own: reputation.own,
    heard: [...reputation.heard],
    judgedAt: reputation.at,
  });
};

/** `malformed` when the record is damaged or foreign. */
export const decodePeerEntry = (bytes: Uint8Array): Result<PeerEntry> => decodeLocal(schema, bytes);
