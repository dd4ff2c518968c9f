/**
 * What a link can carry, in four classes after those of constrained nodes (RFC 7228), and what each means: docs/protocol/links.md
 * and docs/decisions/0032-classes-of-links.md. Whoever decides something asks for the trait that it means, never for the class.
 */
export type LinkCapability = 'unconstrained' | 'medium' | 'constrained' | 'severe';

/** Of a link that carries so many bits a second. */
export const capabilityOf = (bitsPerSecond: number): LinkCapability => {
  if (bitsPerSecond >= 1_000_000) return 'unconstrained';
  if (bitsPerSecond >= 10_000) return 'medium';
  return bitsPerSecond >= 1_000 ? 'constrained' : 'severe';
};

/**
 * Of a stream, by the megabits a second that a browser reckons with (Network Information API); undefined or 0: it does not know. A
 * stream is never worse than medium.
 */
export const streamCapability = (megabits: number | undefined): LinkCapability =>
  megabits && capabilityOf(megabits * 1_000_000) !== 'unconstrained' ? 'medium' : 'unconstrained';

export interface LinkTraits {
  /** Bytes of the longest frame that is sent over it. */
  readonly largest: number;
  /** Longer ones take a link on which they are handy, where one leads there as well. In bytes. */
  readonly handy: number;
  /** Sets are compared, news and node announcements pushed, signs of life given. */
  readonly syncs: boolean;
  /** Ids asked for at once. */
  readonly window: number;
  /** Somebody who looks is told every second who is still there. */
  readonly lively: boolean;
  /** Records, which are for everybody, go over it, too. */
  readonly records: boolean;
  /** How long the next hop may take to take a message, in milliseconds; undefined: as the router has it. */
  readonly patience: number | undefined;
  /** The least between two announcements of one's own, in milliseconds; and whether they go without a message that they help. */
  readonly announceGap: number;
  readonly renews: boolean;
}

const WIDE: LinkTraits = {
  largest: 65_536,
  handy: 65_536,
  syncs: true,
  window: 512,
  lively: true,
  records: true,
  patience: undefined,
  announceGap: 0,
  renews: true,
};
/** Over the air: one frame is handy, and seventeen are a message (docs/protocol/radio.md, "Links over the air"). */
const AIR: LinkTraits = {
  ...WIDE,
  largest: 4_096,
  handy: 244,
  syncs: false,
  // As long as a station that died is not missed.
  patience: 900_000,
  // A path ends half an hour after it was announced, and announcements are signed every nine to eleven minutes.
  announceGap: 1_000_000,
};

export const TRAITS: Readonly<Record<LinkCapability, LinkTraits>> = {
  unconstrained: WIDE,
  medium: { ...WIDE, window: 64, lively: false },
  constrained: AIR,
  // Two frames: the largest bundle.
  severe: { ...AIR, largest: 484, handy: 0, records: false, renews: false },
};
