import type { LinkId, Millis } from '#core/brand.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { CreateAir } from '#engine/air/air.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import { LASTING_OPS } from '#engine/crypto-op.ts';
import type { Effect, ReceivedMessage, Topic } from '#engine/effect.ts';
import type { Engine } from '#engine/engine.ts';
import type { CallId, EngineEvent } from '#engine/event.ts';
import { createCommitQueue } from '#host/commit-queue.ts';
import { runCrypto } from '#host/run-crypto.ts';
import type { Clock } from '#ports/clock.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Radio, RadioHandlers } from '#ports/radio.ts';
import type { Store, StoreFailure } from '#ports/store.ts';
import { StoreError } from '#ports/store.ts';
import type { Lane, Link, LinkHandlers } from '#ports/transport.ts';

/**
 * Feeds an engine and performs its effects, in order (docs/architecture.md, "The commit rule"): whatever acknowledges,
 * shows or promises something waits until everything that was persisted before it is durable. Transit and crypto do not.
 */
export interface Driver {
  /** Takes over a link that this node dialled: says hello through it and hears it from now on. */
  attach(connect: (handlers: LinkHandlers) => Link, capability?: LinkCapability): Link;
  /** Takes a link that a listener accepted; what it returns hears the link. */
  accept(link: Link, capability?: LinkCapability): LinkHandlers;
  /** Takes a radio, in the place of the one before; what it hears comes to what is given back. */
  equip(createAir: CreateAir, radio: Radio): RadioHandlers;
  command(command: Command): Promise<CommandReply>;
  /**
   * True when everything that happened so far is durable: what was read before may be shown. False when a commit failed,
   * and what was read was never kept.
   */
  settled(): Promise<boolean>;
  subscribe(listener: (topic: Topic) => void): () => void;
  /** Messages of other nodes, each once it may be shown. Returns a function that ends the subscription. */
  onMessage(listener: (message: ReceivedMessage) => void): () => void;
  /** Closes the links, lets running commits finish, and stops for good. */
  stop(): Promise<void>;
}

export interface DriverParts {
  readonly engine: Engine;
  readonly store: Store;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Called once when a commit failed: the engine is ahead of the disk now and must be made anew from it. */
  readonly onBroken: (failure: StoreFailure) => void;
  /** Hears what time it is at least. */
  readonly onNotBefore?: (at: Millis) => void;
  /** How long a commit waits for more to come; by default until the turn of the event loop ends. */
  readonly gather?: () => Promise<void>;
  /** A developer's recording of what happened (host/trace.ts keeps what people said out of it); off by default. */
  readonly record?: (now: Millis, event: EngineEvent, effects: readonly Effect[]) => void;
}

/** What a command answers that could not be kept: the node stopped before, or the store has no room. */
export const unkept = (failure?: StoreFailure): CommandReply => ({
  ok: false,
  code: (failure === 'full' ? 'storage-full' : 'over-capacity') satisfies RefusalCode,
});

export const createDriver = (parts: DriverParts): Driver => {
  const { engine, store, crypto, clock, metrics } = parts;
  const links = new Map<LinkId, Link>();
  const calls = new Map<CallId, (reply: CommandReply) => void>();
  const listeners = new Set<(topic: Topic) => void>();
  const readers = new Set<(message: ReceivedMessage) => void>();
  const inbox: EngineEvent[] = [];
  let radio: Radio | undefined;
  let stopped = false;
  let handling = false;
  let lastLink = 0;
  let lastCall = 0;
  let cancelWake: (() => void) | undefined;
  /** When the timer that is set goes off. */
  let wakesAt: Millis | undefined;

  const broken = (failure: StoreFailure): void => {
    if (stopped) return;
    halt(failure);
    parts.onBroken(failure);
  };
  const commits = createCommitQueue(
    store,
    (error) => broken(error instanceof StoreError ? error.failure : 'corrupt'),
    parts.gather,
  );

  const halt = (failure?: StoreFailure): void => {
    stopped = true;
    cancelWake?.();
    for (const link of links.values()) link.close('shutting-down');
    links.clear();
    for (const reply of calls.values()) reply(unkept(failure));
    calls.clear();
  };

  const send = (link: LinkId, frame: Uint8Array, lane: Lane): void => {
    const open = links.get(link);
    if (open === undefined) return;
    metrics.count('bytes sent', '', frame.length);
    if (!open.send(frame, lane)) metrics.count('frames dropped', 'backpressure');
  };

  const perform = (effect: Exclude<Effect, { kind: 'persist' | 'run-crypto' }>): void => {
    switch (effect.kind) {
      case 'send':
        return send(effect.link, effect.frame, effect.lane);
      case 'close-link':
        return links.get(effect.link)?.close(effect.reason);
      case 'air-send':
        return radio?.send(effect);
      case 'not-before':
        parts.onNotBefore?.(effect.at);
        return dispatch({ kind: 'wake' });
      case 'reply': {
        const reply = calls.get(effect.call);
        calls.delete(effect.call);
        return reply?.(effect.reply);
      }
      case 'message': {
        const { kind: _, ...message } = effect;
        for (const reader of readers) reader(message);
        return;
      }
      case 'notify':
        for (const listener of listeners) listener(effect.topic);
        return;
      case 'count':
        return metrics.count(effect.name, effect.label, effect.by);
    }
  };

  const take = (effect: Effect): void => {
    if (effect.kind === 'persist') commits.add(effect.ops);
    else if (effect.kind === 'run-crypto') {
      const { job, op } = effect;
      const run = (): void =>
        void runCrypto(crypto, op).then((outcome) => dispatch({ kind: 'crypto-done', job, outcome }));
      if (LASTING_OPS.has(op.op)) commits.after(run);
      else run();
    } else if (effect.kind === 'count' || (effect.kind === 'send' && effect.transit)) perform(effect);
    else commits.after(() => perform(effect));
  };

  const wake = (): void => {
    wakesAt = undefined;
    dispatch({ kind: 'wake' });
  };

  const scheduleWake = (): void => {
    const at = stopped ? undefined : engine.nextWake();
    // Most steps change nothing about it, and a timer costs as much as a small step.
    if (at === wakesAt) return;
    cancelWake?.();
    wakesAt = at;
    cancelWake = at === undefined ? undefined : clock.wakeAt(at, wake);
  };

  /** One event at a time; what an effect causes at once (a reply that asks again) waits its turn. */
  const dispatch = (event: EngineEvent): void => {
    inbox.push(event);
    if (handling) return;
    handling = true;
    try {
      for (let next = inbox.shift(); next !== undefined && !stopped; next = inbox.shift()) {
        const now = clock.now();
        const effects = engine.handle(now, next);
        parts.record?.(now, next, effects);
        for (const effect of effects) take(effect);
      }
    } finally {
      handling = false;
    }
    scheduleWake();
  };

  const listen = (id: LinkId): LinkHandlers => ({
    onFrame: (frame) => {
      metrics.count('bytes received', '', frame.length);
      dispatch({ kind: 'frame-received', link: id, frame });
    },
    onEnd: (reason) => {
      links.delete(id);
      dispatch({ kind: 'link-closed', link: id, reason });
    },
  });

  const open = (id: LinkId, link: Link, dialled: boolean, capability: LinkCapability): void => {
    if (stopped) return link.close('shutting-down');
    links.set(id, link);
    dispatch({ kind: 'link-opened', link: id, remote: link.remote, dialled, capability });
  };

  scheduleWake();
  return {
    attach: (connect, capability: LinkCapability = 'unconstrained') => {
      const id = ++lastLink as LinkId;
      const link = connect(listen(id));
      open(id, link, true, capability);
      return link;
    },
    accept: (link, capability: LinkCapability = 'unconstrained') => {
      const id = ++lastLink as LinkId;
      // The listener learns our handlers by the return; the hello leaves once it has them.
      queueMicrotask(() => open(id, link, false, capability));
      return listen(id);
    },
    equip: (createAir, given) => {
      radio = given;
      engine.equip(createAir);
      return {
        onOpen: (station, regions) => dispatch({ kind: 'air-opened', station, regions }),
        onClosed: () => dispatch({ kind: 'air-closed' }),
        onHeard: (from, air, body) => dispatch({ kind: 'air-heard', from, air, body }),
        onIdle: (left) => dispatch({ kind: 'air-idle', left }),
      };
    },
    command: (command) =>
      new Promise((resolve) => {
        if (stopped) return resolve(unkept());
        const call = ++lastCall as CallId;
        calls.set(call, resolve);
        dispatch({ kind: 'command', call, command });
      }),
    settled: () => commits.settled(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onMessage: (listener) => {
      readers.add(listener);
      return () => readers.delete(listener);
    },
    stop: async () => {
      if (!stopped) halt();
      await commits.settled();
    },
  };
};
