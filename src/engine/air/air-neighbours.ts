/** The stations around this one, by what they say of themselves; whom they hear, what they listen to, how far the internet is. */
import type { Millis, Region, StationId } from '#core/brand.ts';
import { type AirBeacon, MAX_AIR_HOPS, MAX_AIR_REGIONS, MAX_HEARS } from '#core/radio/air/beacon.ts';
import { NEIGHBOUR_LIFE } from '#core/radio/air/station.ts';
import type { Context } from '#engine/context.ts';

export interface AirNeighbours {
  /** What this station is called, and the regions that it listens to itself. */
  open(self: StationId, regions: readonly Region[]): void;
  listensTo(region: Region): boolean;
  /**
   * Those that it or a neighbour listens to, and those that a neighbour further from the internet serves for others; its own
   * first, at most MAX_AIR_REGIONS. Two that would serve a region for each other would never stop.
   */
  served(): readonly Region[];
  heard(station: StationId): void;
  /** Whether it knows that it is heard here, and whether it is known here for the first time. */
  said(station: StationId, beacon: AirBeacon): { readonly isMutual: boolean; readonly isNew: boolean };
  /** Whether somebody listens to the region who cannot have heard what these stations sent; undefined: what is for all. */
  mayLack(region: Region | undefined, senders: ReadonlySet<StationId>): boolean;
  /** Whether a neighbour, none of these, listens to the region and hears somebody who is not heard here: it would pass on. */
  expectsRelay(region: Region, senders: ReadonlySet<StationId>): boolean;
  /** Of two that both began to send the same, the one with the lower id goes on. */
  yieldsTo(other: StationId): boolean;
  /** What nobody asks for is repeated by who is at the internet, and by who is heard by nobody that could ask. */
  mayRepeat(): boolean;
  way(): Pick<AirBeacon, 'way' | 'via'>;
  /** The newest first, as many as a beacon names. */
  hears(): readonly StationId[];
  all(): readonly AirNeighbourView[];
  clear(): void;
}

export interface AirNeighbourView {
  readonly station: StationId;
  readonly heardAt: Millis;
  /** What it said last; undefined: nothing yet. */
  readonly beacon: AirBeacon | undefined;
  readonly saidAt: Millis | undefined;
  /** It hears this station. */
  readonly isMutual: boolean;
}

export interface AirNeighboursRules {
  readonly isRooted: () => boolean;
}

const MAX_NEIGHBOURS = 64;

interface Known {
  heardAt: Millis;
  beacon: AirBeacon | undefined;
  saidAt: Millis | undefined;
}

export const createAirNeighbours = (context: Context, { isRooted }: AirNeighboursRules): AirNeighbours => {
  const known = new Map<StationId, Known>();
  let own: readonly Region[] = [];
  let self: StationId | undefined;
  context.tables.add('stations on the air', MAX_NEIGHBOURS, () => known.size);

  const live = (): [StationId, Known][] => {
    for (const [station, { heardAt }] of known) if (context.now() - heardAt > NEIGHBOUR_LIFE) known.delete(station);
    return [...known].toReversed();
  };
  const heard = (station: StationId): Known => {
    const before = known.get(station) ?? { heardAt: context.now(), beacon: undefined, saidAt: undefined };
    known.delete(station);
    known.set(station, before);
    before.heardAt = context.now();
    const [oldest] = known.keys();
    if (known.size > MAX_NEIGHBOURS && oldest !== undefined) known.delete(oldest);
    return before;
  };
  const hearsUs = ({ beacon }: Known): boolean => self !== undefined && (beacon?.hears.includes(self) ?? false);
  const listens = ({ beacon }: Known, region: Region | undefined): boolean =>
    region === undefined || (beacon?.regions.some((one) => one.region === region) ?? false);

  const way = (): Pick<AirBeacon, 'way' | 'via'> => {
    if (isRooted()) return { way: 0, via: undefined };
    let best: { readonly way: number; readonly via: StationId } | undefined;
    for (const [station, { beacon }] of live()) {
      // What leads through us leads nowhere.
      if (beacon?.way === undefined || beacon.way >= MAX_AIR_HOPS || beacon.via === self) continue;
      if (best === undefined || beacon.way + 1 < best.way) best = { way: beacon.way + 1, via: station };
    }
    return best ?? { way: undefined, via: undefined };
  };

  return {
    open: (station, regions) => {
      self = station;
      own = regions.slice(0, MAX_AIR_REGIONS);
    },
    listensTo: (region) => own.includes(region),
    served: () => {
      const mine = way().way ?? Number.POSITIVE_INFINITY;
      const theirs = live().flatMap(([, { beacon }]) => {
        const isFurther = (beacon?.way ?? MAX_AIR_HOPS + 1) > mine;
        return beacon?.regions.filter(({ isOwn }) => isOwn || isFurther).map(({ region }) => region) ?? [];
      });
      return [...new Set([...own, ...theirs])].slice(0, MAX_AIR_REGIONS);
    },
    heard: (station) => void heard(station),
    said: (station, beacon) => {
      const neighbour = heard(station);
      const isNew = neighbour.beacon === undefined;
      neighbour.beacon = beacon;
      neighbour.saidAt = context.now();
      return { isMutual: hearsUs(neighbour), isNew };
    },
    mayLack: (region, senders) =>
      live().some(
        ([station, neighbour]) =>
          !senders.has(station) &&
          listens(neighbour, region) &&
          !neighbour.beacon?.hears.some((other) => senders.has(other)),
      ),
    expectsRelay: (region, senders) => {
      const all = live();
      const near = new Set(all.map(([station]) => station));
      const dependants = ({ beacon }: Known): StationId[] =>
        beacon?.hears.filter((one) => one !== self && !near.has(one)) ?? [];
      // Whoever it is that depends on it does not hear those who sent.
      const relays = all.filter(([, one]) => hearsUs(one) && listens(one, region) && dependants(one).length > 0);
      return relays.length > 0 && !relays.some(([station]) => senders.has(station));
    },
    yieldsTo: (other) => self === undefined || other < self,
    mayRepeat: () => isRooted() || !live().some(([, neighbour]) => hearsUs(neighbour)),
    way,
    hears: () =>
      live()
        .slice(0, MAX_HEARS)
        .map(([station]) => station),
    all: () => live().map(([station, neighbour]) => ({ station, ...neighbour, isMutual: hearsUs(neighbour) })),
    clear: () => {
      known.clear();
    },
  };
};
