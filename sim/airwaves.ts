import type { Millis, Region } from '#core/brand.ts';
import { type AirKind, decodeAirFrame } from '#core/radio/air/frame.ts';
import { type AirStation, createAirStation } from '#core/radio/air/station.ts';
import { rnodePreambleSymbols } from '#core/radio/airtime.ts';
import type { Channel } from '#core/radio/channel.ts';
import { refuse } from '#core/result.ts';
import type { Effect } from '#engine/effect.ts';
import type { EngineEvent } from '#engine/event.ts';
import type { Listener } from '#host/radio/listener.ts';
import { openStationLinks, type StationLinks } from '#host/radio/station-links.ts';
import type { Clock } from '#ports/clock.ts';
import type { Ether, Reception, Seat } from '#sim/ether/ether.ts';
import type { Position } from '#sim/ether/propagation.ts';
import type { Tuning } from '#sim/ether/tuning.ts';
import { BOARD_HEADER, createSimSender } from '#sim/sim-sender.ts';
import type { World } from '#sim/world.ts';

/**
 * The radios of a world on one ether: each sends what its node's engine and its links give it, and hears what the others send.
 * A board of its own, as small as one can be; the true driver against the true firmware's behaviour is the emulator's affair
 * (test/emulator).
 */
export interface Airwaves {
  /** `regions`: what the station listens to. */
  join(name: string, place: AirPlace): SimRadio;
  /** Frames on air of all radios so far, in milliseconds of airtime and by kind of frame. */
  readonly airtime: number;
  readonly frames: ReadonlyMap<string, number>;
  /** Of each radio the most that it spent of what the law gives it in an hour, 0 to 1. */
  mostSpent(): number;
  /** Hears every frame that goes on the air, whoever sends it. */
  watch(listener: (frame: SentFrame) => void): void;
}

export interface SentFrame {
  readonly station: string;
  readonly kind: AirKind;
  /** As the board is given it. */
  readonly data: Uint8Array;
  readonly airtime: number;
}

export interface AirPlace {
  readonly channel: Channel;
  readonly position?: Position;
  readonly regions: readonly Region[];
  /** It has links to single stations, too, as every station of the product: for what is not for everybody. */
  readonly hasLinks?: boolean;
}

type AirSend = Extract<Effect, { kind: 'air-send' }>;

/** What a node makes of its radio. */
export interface RadioUser extends Pick<Listener, 'attach' | 'accept' | 'air'> {
  handle(event: EngineEvent): void;
}

export interface SimRadio {
  /** A node that starts takes it; what the one before left waiting is gone. */
  begin(user: RadioUser): void;
  send(effect: AirSend): void;
  stop(): void;
}

const tuningOf = (channel: Channel): Tuning => ({
  sf: channel.sf,
  cr: channel.cr,
  bandwidthHz: channel.bandwidthHz,
  frequency: channel.centreHz,
  power: channel.powerDbm,
  preambleSymbols: rnodePreambleSymbols(channel),
});

/** What links tell their owners they tell in microtasks, which the world waits for. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface RadioParts {
  readonly world: World;
  readonly seat: Seat;
  readonly name: string;
  readonly place: AirPlace;
  readonly onAir: (frame: SentFrame) => void;
  readonly settle: () => Promise<void> | undefined;
}

/** One radio: its node may come and go, its ledger stays. */
const createRadio = ({ world, seat, name, place, onAir, settle }: RadioParts) => {
  const dice = world.dice.named(`radio ${name}`);
  const { channel } = place;
  let station: AirStation | undefined;
  let told: AirStation['id'] | undefined;
  let user: RadioUser | undefined;
  let links: StationLinks | undefined;
  const sender = createSimSender({
    ...{ world, seat, dice, channel, onEnd: settle },
    onAir: (data, airtime) => {
      const frame = decodeAirFrame(data);
      if (frame.ok) onAir({ station: name, kind: frame.value.kind, data, airtime });
    },
    onIdle: (left) => user?.handle({ kind: 'air-idle', left }),
  });

  /** Stands still once the station is no more. */
  const clockOf = (own: AirStation): Clock => ({
    now: () => world.now() as Millis,
    wakeAt: (at, callback) => {
      let isCancelled = false;
      world.at(at, () => {
        if (isCancelled || station !== own) return undefined;
        callback();
        return settled();
      });
      return () => {
        isCancelled = true;
      };
    },
  });
  const openLinks = (own: AirStation, listener: RadioUser): StationLinks =>
    openStationLinks({
      ...{ station: own, modulation: channel, clock: clockOf(own), listener, air: listener.air },
      random: { bytes: (count) => dice.bytes(count) },
      offer: (frame) => (station === own ? sender.offer(frame) : refuse('wrong-state')),
    });
  const open = (): void => {
    if (station === undefined || told === station.id) return;
    told = station.id;
    user?.handle({ kind: 'air-opened', station: station.id, regions: place.regions });
  };

  const radio: SimRadio = {
    begin: (given) => {
      user = given;
      const own = createAirStation((count) => dice.bytes(count));
      station = own;
      told = undefined;
      seat.tune(tuningOf(channel), world.now());
      open();
      sender.begin(own.stamp);
      if (place.hasLinks === true) links = openLinks(own, given);
    },
    send: ({ air, body, priority, life }) => {
      if (station === undefined) return;
      sender.offer({ data: station.wrap(air, body), priority, expires: (world.now() + life) as Millis });
    },
    stop: () => {
      user = undefined;
      station = undefined;
      links?.stop();
      links = undefined;
      sender.stop();
      seat.silence(world.now());
      seat.tune(undefined, world.now());
    },
  };
  return {
    radio,
    receive: ({ frame, rssi, snr }: Reception): void => {
      const data = frame.subarray(BOARD_HEADER.length);
      const heard = station?.hear({ data, rssiDbm: rssi, snrDb: snr }, world.now() as Millis);
      open();
      if (!heard?.ok) return;
      const { kind, from, body } = heard.value;
      if (kind === 'fragment' || kind === 'ack') links?.heard(heard.value);
      else {
        user?.handle({ kind: 'air-heard', from, air: kind, body });
        links?.look();
      }
    },
    mostSpent: sender.mostSpent,
  };
};

export const createAirwaves = (world: World, ether: Ether): Airwaves => {
  const radios = new Map<string, ReturnType<typeof createRadio>>();
  const frames = new Map<string, number>();
  const watchers: ((frame: SentFrame) => void)[] = [];
  let airtime = 0;
  let isLinked = false;
  const trace = (kind: 'frame' | 'lost', what: string, data?: Uint8Array): void =>
    world.trace({ at: world.now(), kind, from: 0, to: 0, what }, data);
  const settle = (): Promise<void> | undefined => {
    for (const event of ether.advance(world.now())) {
      if (event.kind === 'received') radios.get(event.station)?.receive(event);
      if (event.kind === 'lost') trace('lost', `${event.from} to ${event.station}: ${event.reason}`);
    }
    return isLinked ? settled() : undefined;
  };
  const onAir = (sent: SentFrame): void => {
    const { station, kind, data } = sent;
    airtime += sent.airtime;
    frames.set(kind, (frames.get(kind) ?? 0) + 1);
    trace('frame', `${station} ${kind} ${data.length}`, data);
    for (const listener of watchers) listener(sent);
  };
  return {
    join: (name, place) => {
      isLinked ||= place.hasLinks === true;
      const seat = ether.join(name, place.position);
      const radio = createRadio({ world, seat, name, place, onAir, settle });
      radios.set(name, radio);
      return radio.radio;
    },
    get airtime() {
      return airtime;
    },
    frames,
    watch: (listener) => void watchers.push(listener),
    mostSpent: () => Math.max(0, ...Array.from(radios.values(), (radio) => radio.mostSpent())),
  };
};
