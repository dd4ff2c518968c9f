/** The LoRa board of this device for the interface. What speaks with boards loads once there is one, or somebody asks. */
import { ok } from '#core/result.ts';
import type { BoardWatch } from '#host/radio/board-watch.ts';
import type { BoardApi } from '#host/rpc/board-api.ts';

/** A realm with serial ports. */
export interface BoardAccess {
  /** Calls back when a board that somebody allowed is plugged in, now or later; returns how to stop. */
  onPlugged(listener: () => void): () => void;
  open(onChange: () => void): Promise<BoardWatch>;
}

export interface BoardDesk extends BoardApi {
  stop(): Promise<void>;
}

export const createBoardDesk = (access: BoardAccess | undefined, onChange: () => void): BoardDesk => {
  let watch: BoardWatch | undefined;
  let opening: Promise<BoardWatch | undefined> | undefined;
  let isStopped = false;

  const open = async (): Promise<BoardWatch | undefined> => {
    const opened = await access?.open(onChange);
    watch = opened;
    if (isStopped) await opened?.stop();
    return opened;
  };
  const start = (): Promise<BoardWatch | undefined> => {
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
      return Promise.resolve(watch?.standing() ?? { kind: 'none' });
    },
    lookForBoard: async () => {
      (await start())?.look();
      return ok(null);
    },
    stop: async () => {
      isStopped = true;
      unsubscribe?.();
      await watch?.stop();
    },
  };
};
