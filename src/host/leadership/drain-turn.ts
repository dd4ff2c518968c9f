/**
 * The service worker's turn: it runs a node for a short drain while no tab does, under the same lock and a term of its
 * own, never by stealing, and lets go as soon as a tab asks.
 */
import { decodePeerMessage } from '#host/leadership/peer-message.ts';
import type { ExclusiveLock, LockHold } from '#ports/lock.ts';
import type { MessageEndpoint, MessageListener } from '#ports/message-endpoint.ts';

export interface DrainParts {
  readonly lock: ExclusiveLock;
  readonly channel: MessageEndpoint;
  readonly nextTerm: () => Promise<number>;
  /**
   * Waits a moment before the lock is tried again; false once that is no longer worth it. The browser tells the service
   * worker of a network in the very moment in which the last tab closes, and what it cannot do then it does minutes later.
   */
  readonly retry: () => Promise<boolean>;
  /** Drains under the term. When `yielded` resolves it is to stop and return soon; a tab waits for the lock. */
  readonly drain: (term: number, yielded: Promise<void>) => Promise<void>;
}

/** `busy`: a tab runs the node and drains by itself. `yielded`: a tab took over, or asked to. */
export type DrainOutcome = 'busy' | 'drained' | 'yielded';

/** Tries again and again, never in line: a tab that waits for the lock comes first. */
const takeLock = async ({ lock, retry }: DrainParts): Promise<LockHold | undefined> => {
  let hold = await lock.tryAcquire();
  while (hold === undefined && (await retry())) hold = await lock.tryAcquire();
  return hold;
};

export const drainInTurn = async (parts: DrainParts): Promise<DrainOutcome> => {
  const hold = await takeLock(parts);
  if (hold === undefined) return 'busy';
  const { yielded, stopListening } = hearTabs(parts.channel, hold);
  let asked = false;
  void yielded.then(() => {
    asked = true;
  });
  try {
    await parts.drain(await parts.nextTerm(), yielded);
    return asked ? 'yielded' : 'drained';
  } finally {
    stopListening();
    hold.release();
  }
};

const hearTabs = (channel: MessageEndpoint, hold: LockHold) => {
  let stopListening = (): void => undefined;
  const yielded = new Promise<void>((done) => {
    const listener: MessageListener = ({ data }) => {
      if (decodePeerMessage(data)?.kind === 'hello') done();
    };
    channel.addEventListener('message', listener);
    stopListening = () => channel.removeEventListener('message', listener);
    void hold.ended.then((how) => {
      if (how === 'stolen') done();
    });
  });
  return { yielded, stopListening: () => stopListening() };
};
