/** The LoRa board of this device for the interface. What speaks with boards loads once there is one, or somebody asks. */
import * as v from 'valibot';
import type { Plz, Region } from '#core/brand.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { ok, refuse } from '#core/result.ts';
import type { Views } from '#engine/views.ts';
import type { Driver } from '#host/driver.ts';
import type { TunedBoard } from '#host/radio/tuned-board.ts';
import type { BoardApi, RadioPlace } from '#host/rpc/board-api.ts';
import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';

/** A realm with serial ports. */
export interface BoardAccess {
  /** Calls back when a board that somebody allowed is plugged in, now or later; returns how to stop. */
  onPlugged(listener: () => void): () => void;
  open(node: BoardNode): Promise<TunedBoard>;
}

/** The node that a board is plugged into. */
export interface BoardNode {
  readonly store: Store;
  readonly driver: Pick<Driver, 'equip' | 'attach' | 'accept'>;
  readonly air: Views['air'];
  /** What the node believes that it is. */
  readonly time: Pick<Clock, 'now'>;
  readonly onChange: () => void;
}

export interface BoardDeskParts extends BoardNode {
  /** Undefined in a realm without serial ports. */
  readonly access: BoardAccess | undefined;
  /** Empty for a place that nobody knows. */
  readonly regionsAround: (place: RadioPlace) => readonly Region[];
}

export interface BoardDesk extends BoardApi {
  stop(): Promise<void>;
}

const KEY = 'air place';
const placeSchema = v.object({ plz: v.custom<Plz>((plz) => typeof plz === 'string'), km: v.number() });

const readPlace = async (store: Pick<Store, 'get'>): Promise<RadioPlace | undefined> => {
  const record = await store.get('meta', KEY).catch(() => undefined);
  const decoded = record === undefined ? undefined : decodeLocal(placeSchema, record);
  return decoded?.ok ? decoded.value : undefined;
};

export const createBoardDesk = ({ access, regionsAround, ...node }: BoardDeskParts): BoardDesk => {
  const { store, onChange } = node;
  let board: TunedBoard | undefined;
  let opening: Promise<TunedBoard | undefined> | undefined;
  /** What was said in this run, kept or not; until then what is kept counts. */
  let regions: readonly Region[] | undefined;
  let isStopped = false;

  const open = async (): Promise<TunedBoard | undefined> => {
    const place = await readPlace(store);
    regions ??= place === undefined ? [] : regionsAround(place);
    if (isStopped) return undefined;
    const opened = await access?.open(node);
    opened?.listenTo(regions);
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
      const found = await start();
      found?.look();
      return found === undefined ? refuse('wrong-state') : ok(null);
    },
    boardChannel: async () => (await start())?.channel(),
    sendRadioCheck: async () => (await start())?.sendRadioCheck() ?? refuse('wrong-state'),
    listenAround: async (wanted) => {
      const parsed = v.safeParse(v.optional(placeSchema), wanted);
      if (!parsed.success) return refuse('malformed');
      const place = parsed.output;
      const around = place === undefined ? [] : regionsAround(place);
      if (place !== undefined && around.length === 0) return refuse('malformed');
      regions = around;
      board?.listenTo(around);
      const at = { table: 'meta', key: KEY } as const;
      await store.commit([
        place === undefined ? { op: 'delete', ...at } : { op: 'put', ...at, value: encodeLocal(place) },
      ]);
      return ok(null);
    },
    tuneBoard: async (channel) => (await start())?.tune(channel) ?? refuse('wrong-state'),
    stop: async () => {
      isStopped = true;
      unsubscribe?.();
      await board?.stop();
    },
  };
};
