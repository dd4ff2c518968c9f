/** Starts the node when this realm leads, and stops it when it no longer does. One node at a time. */
import type { Millis } from '#core/brand.ts';
import type { NodeApi, NodeTopic } from '#host/rpc/api.ts';
import type { Clock } from '#ports/clock.ts';
import { StoreError, type StoreFailure } from '#ports/store.ts';

/** A node that runs. It must leave everything alone once `stop` was called. */
export interface RunningNode {
  /** When `deleteEverything` has answered, the node is stopped and one is started anew: it need not live on. */
  readonly api: NodeApi;
  subscribe(listener: (topic: NodeTopic) => void): () => void;
  stop(): Promise<void>;
}

/**
 * Loads and starts a node for a term. `onBroken` is to be called, synchronously and before pending calls are answered,
 * when the node finds out by itself that it cannot go on: `fenced` when a later leader has taken over.
 */
export type StartNode = (term: number, onBroken: (failure: StoreFailure) => void) => Promise<RunningNode>;

export interface KeeperParts {
  readonly clock: Clock;
  /** Ends every earlier term in the store and returns the new one, which is above `atLeast`. */
  readonly nextTerm: (atLeast: number) => Promise<number>;
  /** The highest term that was heard of. */
  readonly known: () => number;
  readonly startNode: StartNode;
  /** The term is ours; its node is not ready yet. */
  readonly onTerm: (term: number) => void;
  readonly onReady: (term: number, node: RunningNode) => void;
  /** The node could not start or broke: this realm cannot lead now. `undefined`: not the store's fault. */
  readonly onFailed: (failure: StoreFailure | undefined, error: unknown) => void;
}

export interface NodeKeeper {
  begin(): void;
  end(): void;
  /** Resolves when no node of this realm runs any more. */
  ended(): Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A node that does not stop in time is harmless: its term has ended, so its store refuses it. */
const STOP_MS = 1_000;

export const createNodeKeeper = (parts: KeeperParts): NodeKeeper => {
  const { clock } = parts;
  /** Stands for one time of leading; what belongs to an earlier one is dropped. */
  let current: object | undefined;
  let node: RunningNode | undefined;
  let stopping: Promise<unknown> = Promise.resolve();
  let failures = 0;

  const pause = (ms: number): Promise<void> =>
    new Promise((done) => {
      clock.wakeAt((clock.now() + ms) as Millis, done);
    });
  const retire = (old: RunningNode): void => {
    const stopped = Promise.allSettled([stopping, old.stop()]);
    stopping = Promise.race([stopped, pause(STOP_MS)]);
  };
  const end = (): void => {
    current = undefined;
    if (node !== undefined) retire(node);
    node = undefined;
  };
  const fail = (error: unknown): void => {
    failures += 1;
    end();
    parts.onFailed(error instanceof StoreError ? error.failure : undefined, error);
  };
  const start = async (turn: object): Promise<void> => {
    await stopping;
    if (failures > 0) await pause(Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS));
    if (current !== turn) return;
    const term = await parts.nextTerm(parts.known());
    if (current !== turn) return;
    parts.onTerm(term);
    const started = await parts.startNode(term, (failure) => {
      if (current === turn) fail(new StoreError(failure));
    });
    if (current !== turn) return retire(started);
    node = started;
    failures = 0;
    parts.onReady(term, started);
  };
  return {
    begin: () => {
      const turn = {};
      current = turn;
      start(turn).catch((error: unknown) => {
        if (current === turn) fail(error);
      });
    },
    end,
    ended: async () => {
      await stopping;
    },
  };
};
