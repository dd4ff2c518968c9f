/** A board on the channel that its operator chose, which is kept on the device, with what it sends and what it heard. */
import * as v from 'valibot';
import type { Millis, Region } from '#core/brand.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { decodeCheck, encodeCheck, MAX_CHECK } from '#core/radio/air/check.ts';
import { createAirStation } from '#core/radio/air/station.ts';
import type { HeardFrame } from '#core/radio/board.ts';
import { type Channel, checkChannel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { AirView } from '#engine/air/air.ts';
import { openAirSender } from '#host/radio/air-sender.ts';
import { type AirUser, type BoardWatch, type BoardWatchParts, watchBoard } from '#host/radio/board-watch.ts';
import type { Listener } from '#host/radio/listener.ts';
import { openStationLinks, type StationLinks } from '#host/radio/station-links.ts';
import type { HeardCheck, RadioSlots, StationView, UnreadFrames } from '#host/rpc/board-api.ts';
import type { Clock } from '#ports/clock.ts';
import type { RadioHandlers } from '#ports/radio.ts';
import type { Rng } from '#ports/rng.ts';
import { type Store, StoreError } from '#ports/store.ts';

export interface TunedBoard extends Pick<BoardWatch, 'standing' | 'look' | 'stop'> {
  /** What the board is told, whether one is there or not. */
  channel(): Channel;
  /** The regions that this station listens to. */
  listenTo(regions: readonly Region[]): void;
  /** `malformed` for a channel that is not lawful, `storage-full` when it cannot be kept; then the old one stays. */
  tune(channel: Channel): Promise<Result<null>>;
  sendRadioCheck(): Result<{ readonly number: number }>;
}

/** Somebody stands beside the radio and waits for it. */
const CHECK = { priority: 0, lifeMs: 600_000 } as const;

const KEY = 'channel';
const schema = v.object({
  centreHz: v.number(),
  bandwidthHz: v.number(),
  sf: v.number(),
  cr: v.number(),
  powerDbm: v.number(),
  antennaDbi: v.number(),
});

const slotsOf = (air: AirView | undefined): RadioSlots | undefined =>
  air && { way: air.way, regions: air.regions, lacksKeys: air.lacking.keys, lacksNames: air.lacking.identities };

/** A record that is damaged, or of a channel that is no longer lawful, is as good as none. */
const readChannel = async (store: Pick<Store, 'get'>): Promise<Channel> => {
  const record = await store.get('meta', KEY).catch(() => undefined);
  const decoded = record === undefined ? undefined : decodeLocal(schema, record);
  return decoded?.ok && checkChannel(decoded.value).ok ? decoded.value : DEFAULT_CHANNEL;
};

export interface TunedBoardParts extends Omit<BoardWatchParts, 'channel' | 'air'> {
  readonly listener: Listener;
  /** To see that it jumps. */
  readonly wall: Clock;
  /** For what is shown to people. */
  readonly time: Pick<Clock, 'now'>;
  readonly random: Rng;
  readonly store: Pick<Store, 'get' | 'commit'>;
}

export const openTunedBoard = async ({ store, ...parts }: TunedBoardParts): Promise<TunedBoard> => {
  const { clock, wall, time, random, onChange, listener } = parts;
  let channel = await readChannel(store);
  /** Heard at the steady clock's time, which is nobody else's. */
  let check: HeardCheck | undefined;
  const toTime = (at: Millis): Millis => (time.now() - (clock.now() - at)) as Millis;
  let regions: readonly Region[] = [];
  let isOnAir = false;
  let unread: UnreadFrames = { foreign: 0, malformed: 0 };
  const onIdle = (left: number): void => handlers.onIdle(left);
  const sender = await openAirSender({ store, wall, steady: clock, onChange, onIdle });
  const station = createAirStation(random.bytes);
  const handlers: RadioHandlers = listener.equip({
    send: ({ air, body, priority, life }) => {
      // What cannot wait is made anew when it is due again: nobody needs to be told.
      sender.offer({ data: station.wrap(air, body), priority, expires: (clock.now() + life) as Millis });
    },
  });
  const open = (): void => handlers.onOpen(station.id, regions);
  const hearCheck = (body: Uint8Array, { rssiDbm, snrDb }: HeardFrame): boolean => {
    const number = decodeCheck(body);
    if (number.ok) check = { number: number.value, at: clock.now(), rssiDbm, snrDb };
    return number.ok;
  };
  const drop = (what: keyof UnreadFrames): void => {
    unread = { ...unread, [what]: unread[what] + 1 };
  };
  const heard = (frame: HeardFrame): void => {
    const { id } = station;
    const ours = station.hear(frame, clock.now());
    if (station.id !== id) open();
    if (!ours.ok) return drop(ours.code === 'unknown-kind' ? 'foreign' : 'malformed');
    const { kind, from, body } = ours.value;
    if (kind !== 'check' && kind !== 'fragment' && kind !== 'ack') {
      handlers.onHeard(from, kind, body);
      links?.look();
    } else if (!(kind === 'check' ? hearCheck(body, frame) : links?.heard(ours.value))) drop('malformed');
  };
  const air = (): AirView | undefined => (isOnAir ? listener.air() : undefined);
  const stationViews = (): readonly StationView[] => {
    const said = air()?.neighbours ?? [];
    return station.neighbours(clock.now()).map(({ heardAt, ...heardOf }): StationView => {
      const known = said.find((one) => one.station === heardOf.station);
      return { ...heardOf, heardAt: toTime(heardAt), way: known?.beacon?.way, hearsUs: known?.isMutual ?? false };
    });
  };
  let links: StationLinks | undefined;
  const openLinks = (modulation: Channel): StationLinks =>
    openStationLinks({ ...{ station, modulation, clock, random }, offer: sender.offer, listener, air });
  const user: AirUser = {
    heard,
    wasSent: sender.wasSent,
    attach: (tuned, airtime, send) => {
      isOnAir = true;
      unread = { foreign: 0, malformed: 0 };
      open();
      sender.attach(tuned, airtime, (data) => send(station.stamp(data)));
      links = openLinks(tuned);
    },
    detach: () => {
      links?.stop();
      links = undefined;
      if (isOnAir) handlers.onClosed();
      isOnAir = false;
      sender.detach();
    },
  };
  const watch = watchBoard({ ...parts, channel, air: user });
  return {
    standing: () => {
      const standing = watch.standing();
      if (standing.kind !== 'on') return standing;
      const shown = check && { ...check, at: toTime(check.at) };
      return {
        ...standing,
        unread,
        air: sender.standing(),
        check: shown,
        stations: stationViews(),
        slots: slotsOf(air()),
      };
    },
    sendRadioCheck: () => {
      const [high = 0, low = 0] = random.bytes(2);
      const number = (high * 256 + low) % (MAX_CHECK + 1);
      const data = station.wrap('check', encodeCheck(number));
      const expires = (clock.now() + CHECK.lifeMs) as Millis;
      const offered = sender.offer({ data, priority: CHECK.priority, expires });
      return offered.ok ? ok({ number }) : offered;
    },
    look: watch.look,
    listenTo: (wanted) => {
      regions = wanted;
      if (isOnAir) open();
    },
    stop: watch.stop,
    channel: () => channel,
    tune: async (wanted) => {
      const parsed = v.safeParse(schema, wanted);
      if (!parsed.success || !checkChannel(parsed.output).ok) return refuse('malformed');
      try {
        await store.commit([{ op: 'put', table: 'meta', key: KEY, value: encodeLocal(parsed.output) }]);
      } catch (error) {
        if (error instanceof StoreError && error.failure === 'full') return refuse('storage-full');
        throw error;
      }
      channel = parsed.output;
      watch.retune(channel);
      onChange();
      return ok(null);
    },
  };
};
