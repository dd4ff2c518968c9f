/**
 * The Noise sessions of this device: in the KeyStore under `session:`, and the ones used last in memory, because every
 * bundle of a bucket is tried against all of them and that must not read a disk.
 */
import { createRecent } from '#core/crypto/recent.ts';
import type { KeyStore } from '#ports/key-store.ts';
import { decodeSession, encodeSession, type Session } from './session-record.ts';

/** More than one device ever has at once; a thousand of them take half a megabyte. */
const REMEMBERED_SESSIONS = 4_096;
const entryName = (name: string): string => `session:${name}`;

export interface Sessions {
  /** In the order of the names; undefined for what does not exist. */
  read(names: readonly string[]): Promise<readonly (Session | undefined)[]>;
  /**
   * Reads one session and stores what `step` returns under `next`; nobody else changes it in between. The same session
   * as before, or none, is not written.
   */
  change<T>(name: string, step: (session: Session | undefined) => Promise<Step<T>>): Promise<T>;
  /** Behind every change under way. `others` are entries of the KeyStore that go with them, in the same step. */
  forget(names: readonly string[], others: readonly string[]): Promise<void>;
}

export interface Step<T> {
  readonly next: Session | undefined;
  readonly result: T;
}

type Found = Session | undefined | Promise<Session | undefined>;
const isInMemory = (found: readonly Found[]): found is readonly (Session | undefined)[] =>
  !found.some((session) => session instanceof Promise);

export const createSessions = (keys: KeyStore): Sessions => {
  const recent = createRecent<Session | 'none'>(REMEMBERED_SESSIONS);
  /** Ends of the queues of those who want to change a session; an entry lives only while somebody waits. */
  const queues = new Map<string, Promise<unknown>>();

  const fetch = async (name: string): Promise<Session | undefined> => {
    const entry = await keys.get(entryName(name));
    const session = entry?.kind === 'secret' ? decodeSession(entry.secret) : undefined;
    // A change that finished meanwhile knows better than what was read.
    const newer = recent.get(name);
    if (newer !== undefined) return newer === 'none' ? undefined : newer;
    recent.set(name, session ?? 'none');
    return session;
  };

  const readOne = (name: string): Found => {
    const known = recent.get(name);
    if (known === undefined) return fetch(name);
    return known === 'none' ? undefined : known;
  };

  /** Runs the task behind all that was begun before for any of these names, and before all that comes later. */
  const inTurn = <T>(names: readonly string[], task: () => Promise<T>): Promise<T> => {
    const before = Promise.allSettled(names.map((name) => queues.get(name)));
    const turn = before.then(task);
    for (const name of names) queues.set(name, turn);
    const done = (): void => {
      for (const name of names) if (queues.get(name) === turn) queues.delete(name);
    };
    turn.then(done, done);
    return turn;
  };

  return {
    read: async (names) => {
      const found = names.map(readOne);
      return isInMemory(found) ? found : Promise.all(found);
    },
    change: (name, step) =>
      inTurn([name], async () => {
        const before = await readOne(name);
        const { next, result } = await step(before);
        if (next === undefined || next === before) return result;
        await keys.put(entryName(name), { kind: 'secret', secret: encodeSession(next) });
        recent.set(name, next);
        return result;
      }),
    forget: (names, others) =>
      inTurn(names, async () => {
        await keys.delete([...names.map(entryName), ...others]);
        for (const name of names) recent.set(name, 'none');
      }),
  };
};
