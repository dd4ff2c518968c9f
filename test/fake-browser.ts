/**
 * A browser with several realms of one origin, in virtual time: a lock and a broadcast channel among them, a steady clock
 * each. A realm can be frozen, as a browser freezes a tab: nothing runs in it, what comes for it waits; and closed.
 */
import type { Millis } from '#core/brand.ts';
import type { Clock } from '#ports/clock.ts';
import type { ExclusiveLock, LockHold } from '#ports/lock.ts';
import type { MessageEndpoint, MessageListener } from '#ports/message-endpoint.ts';

export interface FakeRealm {
  readonly name: string;
  readonly clock: Clock;
  readonly lock: ExclusiveLock;
  readonly channel: MessageEndpoint;
  freeze(): void;
  thaw(): void;
  close(): void;
}

export interface FakeBrowser {
  openRealm(name: string): FakeRealm;
  /** Lets time pass for everybody. */
  pass(ms: number): Promise<void>;
  now(): number;
  lockHolder(): string | undefined;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}
interface Realm {
  readonly name: string;
  state: 'running' | 'frozen' | 'closed';
  readonly inbox: (() => void)[];
  readonly listeners: Set<MessageListener>;
}
interface Wish {
  readonly realm: Realm;
  readonly grant: () => void;
}

export const createFakeBrowser = (): FakeBrowser => {
  let now = 0;
  let order = 0;
  const timers = new Set<Timer>();
  const realms: Realm[] = [];
  const line: Wish[] = [];
  let holder: { readonly realm: Realm; readonly end: (how: 'released' | 'stolen') => void } | undefined;

  /** Runs something in a realm, once the realm runs. */
  const into = (realm: Realm, run: () => void): void => {
    if (realm.state === 'running') run();
    else if (realm.state === 'frozen') realm.inbox.push(run);
  };
  const later = (at: number, ring: () => void): (() => void) => {
    const timer = { at, order: order++, ring };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

  const grantNext = (): void => {
    if (holder === undefined) line.shift()?.grant();
  };
  const createHold = (realm: Realm): LockHold => {
    let settleEnd = (_how: 'released' | 'stolen'): void => undefined;
    const ended = new Promise<'released' | 'stolen'>((done) => {
      settleEnd = done;
    });
    const mine = { realm, end: (how: 'released' | 'stolen') => into(realm, () => settleEnd(how)) };
    holder = mine;
    const release = (): void => {
      if (holder !== mine) return;
      holder = undefined;
      mine.end('released');
      grantNext();
    };
    return { ended, release };
  };
  const createLock = (realm: Realm): ExclusiveLock => ({
    acquire: () => {
      let cancel = (): void => undefined;
      const held = new Promise<LockHold | undefined>((resolve) => {
        const wish: Wish = {
          realm,
          grant: () => {
            const hold = createHold(realm);
            into(realm, () => resolve(hold));
          },
        };
        line.push(wish);
        cancel = () => {
          if (line.includes(wish)) line.splice(line.indexOf(wish), 1);
          resolve(undefined);
        };
      });
      grantNext();
      return { held, cancel };
    },
    tryAcquire: async () => (holder === undefined ? createHold(realm) : undefined),
    steal: async () => {
      const robbed = holder;
      const hold = createHold(realm);
      robbed?.end('stolen');
      return hold;
    },
  });
  const openRealm = (name: string): FakeRealm => {
    const realm: Realm = { name, state: 'running', inbox: [], listeners: new Set() };
    realms.push(realm);
    return {
      name,
      clock: {
        now: () => now as Millis,
        wakeAt: (at, callback) => later(at, () => into(realm, callback)),
      },
      lock: createLock(realm),
      channel: {
        postMessage: (value) => {
          const data: unknown = structuredClone(value);
          for (const other of realms) {
            if (other !== realm) later(now, () => into(other, () => hear(other, data)));
          }
        },
        addEventListener: (_type, listener) => realm.listeners.add(listener),
        removeEventListener: (_type, listener) => realm.listeners.delete(listener),
      },
      freeze: () => {
        realm.state = 'frozen';
      },
      thaw: () => {
        realm.state = 'running';
        for (const run of realm.inbox.splice(0)) run();
      },
      close: () => {
        realm.state = 'closed';
        for (const wish of line.filter((one) => one.realm === realm)) line.splice(line.indexOf(wish), 1);
        if (holder?.realm === realm) holder = undefined;
        grantNext();
      },
    };
  };
  const hear = (realm: Realm, data: unknown): void => {
    for (const listener of [...realm.listeners]) listener({ data });
  };
  const pass = async (ms: number): Promise<void> => {
    const until = now + ms;
    for (;;) {
      await settle();
      const next = [...timers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined || next.at > until) break;
      timers.delete(next);
      now = Math.max(now, next.at);
      next.ring();
    }
    now = until;
  };
  return { openRealm, pass, now: () => now, lockHolder: () => holder?.realm.name };
};
