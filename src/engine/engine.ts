import type { LinkId, Millis } from '#core/brand.ts';
import { ISSUE_SKEW } from '#core/domain/limits.ts';
import { ok } from '#core/result.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import type { EngineConfig } from '#engine/config.ts';
import { createContext } from '#engine/context.ts';
import { createDrbg } from '#engine/drbg.ts';
import type { Effect } from '#engine/effect.ts';
import type { EngineEvent } from '#engine/event.ts';
import { createIntake } from '#engine/intake.ts';
import type { LoadedState } from '#engine/loaded-state.ts';
import { createParts, type Parts } from '#engine/parts.ts';
import { takeShared } from '#engine/records/shared-records.ts';
import { createViews, type Views } from '#engine/views.ts';

/**
 * The node as a deterministic state machine (docs/architecture.md): one event in, all its effects out, in order. No I/O,
 * no time, no randomness of its own: the same seed, state and events give the same effects.
 */
export interface Engine {
  handle(now: Millis, event: EngineEvent): readonly Effect[];
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
    const { link, remote, dialled, constrained } = event;
    const peer = parts.peers.open({ link, remote, dialled, constrained }, context.now());
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
    nextWake: () => (leftOver.length > 0 ? now : context.timers.next()),
    views: createViews(context, parts),
  };
};

/** Every part has one or two timers, and a link those of its beacon and of the custody that is owed to it. */
const FIXED_TIMERS = 32;
const TIMERS_PER_LINK = 4;

const execute = (
  parts: Parts,
  command: Extract<EngineEvent, { kind: 'command' }>['command'],
  reply: (result: CommandReply) => void,
): void => {
  const { patient, identity, offers, calendar, held } = parts;
  switch (command.kind) {
    case 'reserve':
      return patient.reserve(command, reply);
    case 'cancel':
      return reply(patient.cancel(command.requestId));
    case 'forget-request':
      return reply(patient.forget(command.requestId));
    case 'wish':
    case 'reorder-wishes':
    case 'drop-wish':
      return reply(changeWishes(parts, command));
    case 'adopt-identity':
      return reply(identity.adopt(command.key, command.publicKey, command.restore));
    case 'save-profile':
      return reply(identity.saveProfile(command.profile));
    case 'import-credential':
      return reply(identity.importCredential(command.credential));
    case 'save-offer':
      return reply(calendar.after(offers.saveOffer(command.offer)));
    case 'add-slots':
      return reply(offers.addSlots(command.offer, command.starts));
    case 'withdraw-offer':
      return reply(calendar.after(offers.withdrawOffer(command.offer)));
    case 'change-calendar':
      return reply(calendar.change(command.change));
    case 'confirm':
    case 'reject':
    case 'call-off':
    case 'withdraw-slot':
      return reply(held.perform(command));
    case 'acknowledge':
    case 'block':
    case 'unblock':
      return reply(changeInbox(parts, command));
    case 'hold':
      return reply(held.hold(command.decision));
    case 'undo':
      return reply(held.undo(command.id));
    case 'take-shared':
      return takeShared(parts.records, command, reply);
    default:
      return executeMesh(parts, command, reply);
  }
};

type InboxCommand = Extract<Command, { kind: 'acknowledge' | 'block' | 'unblock' }>;

const changeInbox = ({ inbox, blocked }: Parts, command: InboxCommand): CommandReply => {
  switch (command.kind) {
    case 'acknowledge':
      return inbox.acknowledge(command.requestId);
    case 'block':
      return blocked.block(command.requestId, inbox);
    case 'unblock':
      return blocked.unblock(command.sender);
  }
};

type WishesCommand = Extract<Command, { kind: 'wish' | 'reorder-wishes' | 'drop-wish' }>;

const changeWishes = ({ wishes }: Parts, command: WishesCommand): CommandReply => {
  switch (command.kind) {
    case 'wish':
      return wishes.wish(command);
    case 'reorder-wishes':
      return wishes.reorder(command.order);
    case 'drop-wish':
      return wishes.drop(command.requestId);
  }
};

type MeshCommand = Extract<
  Command,
  { kind: 'send' | 'broadcast' | 'trace' | 'attend' | 'find-nodes' | 'assign' | 'assignment-failed' }
>;

/** What programs and strategies ask of the mesh. */
const executeMesh = (
  { mesh, capable, topology }: Parts,
  command: MeshCommand,
  reply: (result: CommandReply) => void,
): void => {
  switch (command.kind) {
    case 'send':
      return mesh.messages.send(command.destination, command.body, reply);
    case 'broadcast':
      return mesh.messages.broadcast(command.body, reply);
    case 'attend':
      topology.attend();
      return reply(ok(''));
    case 'find-nodes':
      return reply(capable.ask(command));
    case 'assign':
      return mesh.assignments.issue(command, reply);
    case 'assignment-failed':
      mesh.assignments.failed(command.origin);
      return reply(ok(''));
    case 'trace':
      return reply(ok(mesh.probes.trace(command.target)));
  }
};
