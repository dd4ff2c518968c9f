import { backoff, backoffWhenReached } from '#core/backoff.ts';
import type { Millis } from '#core/brand.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import { createTokenBucket, takeTokens } from '#engine/token-bucket.ts';
import type { Driver } from '#host/driver.ts';
import type { RelayStatus } from '#host/rpc/api.ts';
import type { Clock } from '#ports/clock.ts';
import type { Rng } from '#ports/rng.ts';
import type { Dialer, Link, LinkHandlers } from '#ports/transport.ts';

/** Keeps a link to each relay that this node knows: dials, attaches, and after a loss dials again with backoff. */
export interface Dialling {
  add(origin: string): void;
  remove(origin: string): void;
  status(): RelayStatus[];
  /**
   * Somebody looks again, or the network is back: waits are over and begin anew, and a link that turns out dead now is dialled
   * again without one. Heeded three times in a row and then twice a minute, however often it is called.
   */
  retryNow(): void;
  stop(): void;
}

export interface DiallingParts {
  readonly driver: Pick<Driver, 'attach'>;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly random: Rng;
  readonly onChange: () => void;
  /** What this device's network carries now. */
  readonly capability?: () => LinkCapability;
}

interface Target {
  state: RelayStatus['state'];
  since: Millis;
  attempt: number;
  link: Link | undefined;
  cancel: (() => void) | undefined;
  /** When the wait ends that `cancel` cancels. */
  dialsAt: number;
  removed: boolean;
}

const UNREACHABLE_AFTER = 3;
/** A link that ends sooner counts as a failed attempt: who is turned away again and again waits longer each time. */
const STEADY_MS = 10_000;
/** A relay that comes and goes hurries the dialling of others no more often. */
const HURRY_MS = 30_000;
/** How often waits may end early: whoever turns a device on and off knocks no more often on relays that do not answer. */
const RETRIES = { burst: 3, perSecond: 1 / 30 } as const;
/** For so long after that a lost link was lost before, and only found out now. */
const AWAKE_MS = 5_000;

export const createDialling = (parts: DiallingParts): Dialling => {
  const { driver, dialer, clock, random, onChange, capability } = parts;
  const targets = new Map<string, Target>();
  const retries = createTokenBucket(RETRIES, clock.now());
  let hurriedAt = Number.NEGATIVE_INFINITY;
  let resumedAt = Number.NEGATIVE_INFINITY;

  const fraction = (): number => {
    const [a = 0, b = 0] = random.bytes(2);
    return (a * 256 + b) / 65_536;
  };
  const enter = (target: Target, state: RelayStatus['state']): void => {
    if (target.state !== state) target.since = clock.now();
    target.state = state;
    onChange();
  };

  const isSteady = ({ state, since }: Target): boolean => state === 'connected' && clock.now() - since >= STEADY_MS;

  const waitAndRetry = (origin: string, target: Target): void => {
    if (target.removed) return;
    const wasSteady = isSteady(target);
    if (wasSteady) target.attempt = 0;
    target.attempt++;
    enter(target, target.attempt > UNREACHABLE_AFTER ? 'unreachable' : 'waiting');
    const isNews = wasSteady && clock.now() - resumedAt < AWAKE_MS;
    wait(origin, target, isNews ? 0 : backoff(target.attempt, fraction()));
  };
  const wait = (origin: string, target: Target, milliseconds: number): void => {
    target.dialsAt = clock.now() + milliseconds;
    target.cancel = clock.wakeAt(target.dialsAt as Millis, () => void connect(origin, target));
  };

  /** One that was away is reached: the network is back, and no other waits for the end of its minute. */
  const hurryOthers = (): void => {
    if (clock.now() - hurriedAt < HURRY_MS) return;
    hurriedAt = clock.now();
    for (const [origin, target] of targets) {
      const soon = backoffWhenReached(fraction());
      if (target.cancel === undefined || target.dialsAt - clock.now() <= soon) continue;
      target.cancel();
      wait(origin, target, soon);
    }
  };

  /** The driver hears a link from its first frame on; what comes before it is attached is kept in order. */
  const connect = async (origin: string, target: Target): Promise<void> => {
    target.cancel = undefined;
    if (target.removed || target.link !== undefined) return;
    enter(target, 'connecting');
    const early: Uint8Array[] = [];
    let handlers: LinkHandlers | undefined;
    let ended: Parameters<LinkHandlers['onEnd']>[0] | undefined;
    const dialled = await dialer.dial(
      { origin },
      {
        onFrame: (frame) => (handlers === undefined ? void early.push(frame) : handlers.onFrame(frame)),
        onEnd: (reason) => {
          ended = reason;
          handlers?.onEnd(reason);
          target.link = undefined;
          waitAndRetry(origin, target);
        },
      },
    );
    if (!dialled.ok) return ended === undefined ? waitAndRetry(origin, target) : undefined;
    if (target.removed) return dialled.value.close('closed');
    if (ended !== undefined) return;
    target.link = driver.attach((given) => {
      handlers = given;
      return dialled.value;
    }, capability?.());
    for (const frame of early) handlers?.onFrame(frame);
    enter(target, 'connected');
    if (target.attempt > 0) hurryOthers();
  };

  const add = (origin: string): void => {
    if (targets.has(origin)) return;
    const target: Target = {
      state: 'waiting',
      since: clock.now(),
      attempt: 0,
      link: undefined,
      cancel: undefined,
      dialsAt: 0,
      removed: false,
    };
    targets.set(origin, target);
    void connect(origin, target);
  };
  const remove = (origin: string): void => {
    const target = targets.get(origin);
    if (target === undefined) return;
    target.removed = true;
    target.cancel?.();
    target.link?.close('closed');
    targets.delete(origin);
    onChange();
  };

  return {
    add,
    remove,
    status: () =>
      [...targets].map(([origin, target]) => ({
        origin,
        state: target.state,
        transport: toShown(target.link),
        since: target.since,
      })),
    retryNow: () => {
      if (!takeTokens(retries, clock.now())) return;
      resumedAt = clock.now();
      for (const [origin, target] of targets) {
        if (target.cancel === undefined) continue;
        target.cancel();
        target.attempt = 0;
        void connect(origin, target);
      }
    },
    stop: () => {
      for (const origin of [...targets.keys()]) remove(origin);
    },
  };
};

const toShown = (link: Link | undefined): RelayStatus['transport'] =>
  link?.transport === 'webtransport' || link?.transport === 'websocket' ? link.transport : undefined;
