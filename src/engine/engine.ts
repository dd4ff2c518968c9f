import type { LinkId, Millis } from '#core/brand.ts';
import { ISSUE_SKEW } from '#core/domain/limits.ts';
import { TRAITS } from '#core/domain/link-capability.ts';
import type { CreateAir } from '#engine/air/air.ts';
import type { EngineConfig } from '#engine/config.ts';
import { createContext } from '#engine/context.ts';
import { createDrbg } from '#engine/drbg.ts';
import type { Effect } from '#engine/effect.ts';
import type { EngineEvent } from '#engine/event.ts';
import { execute } from '#engine/execute.ts';
import { createIntake } from '#engine/intake.ts';
import type { LoadedState } from '#engine/loaded-state.ts';
import { createParts } from '#engine/parts.ts';
import { createViews, type Views } from '#engine/views.ts';

/**
 * The node as a deterministic state machine (docs/architecture.md): one event in, all its effects out, in order. No I/O,
 * no time, no randomness of its own: the same seed, state and events give the same effects.
 */
export interface Engine {
  handle(now: Millis, event: EngineEvent): readonly Effect[];
  /** What a radio needs, which most nodes have not: before the first `air-opened`. Again, nothing happens. */
  equip(createAir: CreateAir): void;
  /** When it wants a `wake`, or undefined when only an event can change anything. */
  nextWake(): Millis | undefined;
  /** What is known, read only. Whoever shows it waits for the commits before (host/driver.ts). */
  readonly views: Views;
}

export interface EngineStart {
  readonly config: EngineConfig;
  /** 32 bytes from the operating system. */
  readonly seed: Uint8Array;
  readonly state: LoadedState;
  readonly now: Millis;
}

export const createEngine = ({ config, seed, state, now }: EngineStart): Engine => {
  const context = createContext(createDrbg(seed));
  context.begin(now);
  const parts = createParts(context, config, state);
  const intake = createIntake(context, config, parts);
  const timersBound = (): number => FIXED_TIMERS + TIMERS_PER_LINK * parts.peers.size;
  context.tables.add('timers', timersBound, () => context.timers.size);
  const first = context.end();
  let leftOver: readonly Effect[] = first;

  const openLink = (event: Extract<EngineEvent, { kind: 'link-opened' }>): void => {
    const { link, remote, dialled, capability } = event;
    const can = { ...TRAITS[capability], ...(config.syncs === false && { syncs: false }) };
    const peer = parts.peers.open({ link, remote, dialled, can }, context.now());
    parts.greeting.hello(peer);
    parts.mesh.assignments.opened(peer);
    context.notify('status');
  };

  const closeLink = (link: LinkId): void => {
    const peer = parts.peers.close(link);
    if (peer === undefined) return;
    parts.sync.stop(peer);
    parts.gossip.close(peer);
    parts.pulse.close(peer);
    parts.mesh.close(peer);
    parts.summaries.close(peer);
    parts.topology.changed();
    parts.greeting.close(peer);
    parts.watch.close(peer);
    parts.custody.close(link);
    parts.queries.close(link);
    parts.bundles.close(peer);
    context.notify('status');
  };

  let last = now;
  /**
   * The device slept, or somebody set its clock: how far it is from the relays' clocks is not known any more, and links may
   * be dead. Links that we dialled end, and their next hello tells.
   */
  const watchClock = (at: Millis): void => {
    const expected = Math.max(last, context.timers.next() ?? Number.POSITIVE_INFINITY);
    const back = last - at;
    const jumped = back > ISSUE_SKEW || at > expected + ISSUE_SKEW;
    last = at;
    if (!jumped) return;
    if (back > 0) context.timers.bringForward(back);
    context.count('clock jumped');
    for (const peer of parts.peers.ready()) {
      if (peer.dialled) context.emit({ kind: 'close-link', link: peer.link, reason: 'lost' });
    }
  };

  const run = (event: EngineEvent): void => {
    switch (event.kind) {
      case 'link-opened':
        return openLink(event);
      case 'link-closed':
        return closeLink(event.link);
      case 'frame-received':
        return intake.receive(event.link, event.frame);
      case 'air-opened':
        return parts.air()?.opened(event.station, event.regions);
      case 'air-closed':
        return parts.air()?.closed();
      case 'air-heard':
        return parts.air()?.heard(event.from, event.air, event.body);
      case 'air-idle':
        return parts.air()?.idle(event.left);
      case 'crypto-done':
        return context.cryptoDone(event.job, event.outcome);
      case 'command':
        return execute(parts, event.command, (reply) => context.emit({ kind: 'reply', call: event.call, reply }));
      case 'wake':
        return;
    }
  };

  return {
    handle: (at, event) => {
      context.begin(at);
      for (const effect of leftOver) context.emit(effect);
      leftOver = [];
      watchClock(at);
      run(event);
      context.timers.fireDue(at);
      parts.afterStep();
      return context.end();
    },
    equip: (createAir) => parts.equip(createAir),
    nextWake: () => (leftOver.length > 0 ? now : context.timers.next()),
    views: createViews(context, parts),
  };
};

/** Every part has one or two timers, and a link those of its beacon and of the custody that is owed to it. */
const FIXED_TIMERS = 32;
const TIMERS_PER_LINK = 4;
