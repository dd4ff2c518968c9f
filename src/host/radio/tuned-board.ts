/** A board on the channel that its operator chose, which is kept on the device. */
import * as v from 'valibot';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { type Channel, checkChannel, DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { type BoardWatch, type BoardWatchParts, watchBoard } from '#host/radio/board-watch.ts';
import { type Store, StoreError } from '#ports/store.ts';

export interface TunedBoard extends Pick<BoardWatch, 'standing' | 'look' | 'stop'> {
  /** What the board is told, whether one is there or not. */
  channel(): Channel;
  /** `malformed` for a channel that is not lawful, `storage-full` when it cannot be kept; then the old one stays. */
  tune(channel: Channel): Promise<Result<null>>;
}

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

export interface TunedBoardParts extends Omit<BoardWatchParts, 'channel'> {
  readonly store: Pick<Store, 'get' | 'commit'>;
}

export const openTunedBoard = async ({ store, ...parts }: TunedBoardParts): Promise<TunedBoard> => {
  let channel = await readChannel(store);
  const watch = watchBoard({ ...parts, channel });
  return {
    standing: watch.standing,
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
      parts.onChange();
      return ok(null);
    },
  };
};
