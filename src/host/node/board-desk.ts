/** The LoRa board of this device for the interface. What speaks with boards loads once there is one, or somebody asks. */
import { ok, refuse } from '#core/result.ts';
import type { TunedBoard } from '#host/radio/tuned-board.ts';
import type { BoardApi } from '#host/rpc/board-api.ts';
import type { Store } from '#ports/store.ts';

/** A realm with serial ports. */
export interface BoardAccess {
  /** Calls back when a board that somebody allowed is plugged in, now or later; returns how to stop. */
  onPlugged(listener: () => void): () => void;
  open(store: Store, onChange: () => void): Promise<TunedBoard>;
}

export interface BoardDesk extends BoardApi {
  stop(): Promise<void>;
}

export const createBoardDesk = (access: BoardAccess | undefined, store: Store, onChange: () => void): BoardDesk => {
  let board: TunedBoard | undefined;
  let opening: Promise<TunedBoard | undefined> | undefined;
  let isStopped = false;

  const open = async (): Promise<TunedBoard | undefined> => {
    const opened = await access?.open(store, onChange);
    board = opened;
    if (isStopped) await opened?.stop();
    return opened;
  };
  const start = (): Promise<TunedBoard | undefined> => {
    opening ??= open().catch(() => {
      // Its code could not be had: asked for again, it is fetched again.
      opening = undefined;
      return undefined;
    });
    return opening;
  };
  const unsubscribe = access?.onPlugged(() => void start().then(onChange));

  return {
    board: () => {
      if (access === undefined) return Promise.resolve({ kind: 'unsupported' });
      return Promise.resolve(board?.standing() ?? { kind: 'none' });
    },
    lookForBoard: async () => {
      (await start())?.look();
      return ok(null);
    },
    boardChannel: async () => (await start())?.channel(),
    sendRadioCheck: async () => (await start())?.sendRadioCheck() ?? refuse('wrong-state'),
    tuneBoard: async (channel) => (await start())?.tune(channel) ?? refuse('wrong-state'),
    stop: async () => {
      isStopped = true;
      unsubscribe?.();
      await board?.stop();
    },
  };
};
