/** A board on the channel that its operator chose, which is kept on the device, with what it sends and what it heard. */
import * as v from 'valibot';
import type { Millis } from '#core/brand.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { decodeCheck, encodeCheck, MAX_CHECK } from '#core/radio/air/check.ts';
import { createAirStation } from '#core/radio/air/station.ts';
import type { HeardFrame } from '#core/radio/board.ts';
import { type Channel, checkChannel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { openAirSender } from '#host/radio/air-sender.ts';
import { type BoardWatch, type BoardWatchParts, watchBoard } from '#host/radio/board-watch.ts';
import type { HeardCheck } from '#host/rpc/board-api.ts';
import type { Clock } from '#ports/clock.ts';
import type { Rng } from '#ports/rng.ts';
import { type Store, StoreError } from '#ports/store.ts';

export interface TunedBoard extends Pick<BoardWatch, 'standing' | 'look' | 'stop'> {
  /** What the board is told, whether one is there or not. */
  channel(): Channel;
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

/** A record that is damaged, or of a channel that is no longer lawful, is as good as none. */
const readChannel = async (store: Pick<Store, 'get'>): Promise<Channel> => {
  const record = await store.get('meta', KEY).catch(() => undefined);
  const decoded = record === undefined ? undefined : decodeLocal(schema, record);
  return decoded?.ok && checkChannel(decoded.value).ok ? decoded.value : DEFAULT_CHANNEL;
};

export interface TunedBoardParts extends Omit<BoardWatchParts, 'channel' | 'air'> {
  /** For what is shown to people, and to see that it jumps. */
  readonly wall: Clock;
  readonly random: Rng;
  readonly store: Pick<Store, 'get' | 'commit'>;
}

export const openTunedBoard = async ({ store, ...parts }: TunedBoardParts): Promise<TunedBoard> => {
  const { clock, wall, random, onChange } = parts;
  let channel = await readChannel(store);
  let check: HeardCheck | undefined;
  const sender = await openAirSender({ store, wall, steady: clock, onChange });
  const station = createAirStation(random.bytes);
  const heard = (frame: HeardFrame): void => {
    const heardBody = station.hear(frame, clock.now());
    if (!heardBody.ok || heardBody.value.kind !== 'check') return;
    const number = decodeCheck(heardBody.value.body);
    const { rssiDbm, snrDb } = frame;
    if (number.ok) check = { number: number.value, at: wall.now(), rssiDbm, snrDb };
  };
  const watch = watchBoard({ ...parts, channel, air: { ...sender, heard } });
  return {
    standing: () => {
      const standing = watch.standing();
      return standing.kind === 'on' ? { ...standing, air: sender.standing(), check } : standing;
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
