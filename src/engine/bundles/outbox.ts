import type { MessageId, Millis } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import { kindOf } from '#core/wire/kinds.ts';
import type { OutboxEntry } from '#engine/bundles/outbox-entry.ts';
import { encodeOutboxRecord } from '#engine/bundles/outbox-record.ts';
import type { Context } from '#engine/context.ts';
import { isCarrier, type Peer, type PeerTable } from '#engine/links/peer.ts';

/** The queue of what this node owes the network (outbox-entry.ts), sent to every relay until one takes custody. */
export interface Outbox {
  /** Queues an entry (in the caller's batch: the operations are persisted with whatever else the step persists). */
  add(entry: OutboxEntry): Result<null>;
  /** Takes an entry back before anybody has it. False when it is gone or was sent. */
  withdraw(owner: string): boolean;
  /** A peer is ready: hand it everything that waits. */
  offer(peer: Peer): void;
  /** A relay committed it. True when it was owed. */
  custody(id: MessageId): boolean;
  /** Who carries for us has committed it: nothing is promised, so what an answer is expected to stays, and rests. */
  taken(id: MessageId): void;
  /** An answer shows that it arrived. */
  arrived(owner: string): void;
  load(entries: readonly OutboxEntry[]): void;
  entries(): Iterable<OutboxEntry>;
  readonly size: number;
}

export type OutboxPhase = 'sent' | 'custody' | 'expired';

export interface OutboxRules {
  readonly capacity: number;
  readonly resend: Millis;
  /** An entry moved on; the owner changes its own record in the same step. */
  readonly onPhase: (entry: OutboxEntry, phase: OutboxPhase) => void;
}

const TIMER = 'outbox';
/** What a carrier got it is not given again for so long: airtime is dear, and links over the air repeat by themselves. */
const CARRIED_RESEND = 900_000;
/** Records, which nobody acknowledges there, but which the air repeats by itself (engine/air). */
const RECORD_RESEND = DAY;
/** And what it has committed, where an answer is expected, for so long. */
const TAKEN_REST = 3_600_000;
/** Requests, whose receipt shows that they arrived (patient-post.ts, pick-ups.ts). */
const ANSWERED = 'request:';

export const createOutbox = (context: Context, peers: PeerTable, rules: OutboxRules): Outbox => {
  const entries = new Map<MessageId, OutboxEntry>();
  const byOwner = new Map<string, MessageId>();
  /** Not to be sent again before this. */
  const restsUntil = new Map<MessageId, Millis>();
  /** What a carrier has committed. */
  const taken = new Set<MessageId>();
  context.tables.add('outbox', rules.capacity, () => entries.size);

  const keep = (entry: OutboxEntry): void => {
    entries.set(entry.id, entry);
    byOwner.set(entry.owner, entry.id);
    context.persist({ op: 'put', table: 'outbox', key: entry.id, value: encodeOutboxRecord(entry) });
  };
  const drop = (entry: OutboxEntry): void => {
    entries.delete(entry.id);
    restsUntil.delete(entry.id);
    taken.delete(entry.id);
    if (byOwner.get(entry.owner) === entry.id) byOwner.delete(entry.owner);
    context.persist({ op: 'delete', table: 'outbox', key: entry.id });
  };

  const isBundle = ({ frame }: OutboxEntry): boolean => kindOf(frame[0]) === 'bundle';
  /** Not for whoever carries for us, also one that comes anew: the air repeats records, and what is taken is on its way. */
  const restsOnAir = (entry: OutboxEntry): boolean =>
    taken.has(entry.id) ||
    (!isBundle(entry) && entry.sentAt !== undefined && context.now() < (restsUntil.get(entry.id) ?? 0));

  const rest = (id: MessageId, milliseconds: number): void =>
    void restsUntil.set(id, (context.now() + milliseconds) as Millis);

  const sendTo = (peer: Peer, entry: OutboxEntry): void => {
    context.send(peer.link, entry.frame);
    const carried = isBundle(entry) ? CARRIED_RESEND : RECORD_RESEND;
    rest(entry.id, peer.hello?.relay ? rules.resend : carried);
    if (entry.sentAt !== undefined) return;
    const sent = { ...entry, sentAt: context.now() };
    keep(sent);
    rules.onPhase(sent, 'sent');
  };

  /** Relays, or without any whoever carries for us, as far as the link carries it: what is too long for all waits for another. */
  const takers = (entry: OutboxEntry): Peer[] => {
    const fits = ({ can }: Peer): boolean => entry.frame.length <= can.largest && (can.records || isBundle(entry));
    const ready = peers.ready();
    const relays = ready.filter((peer) => peer.hello?.relay);
    return (relays.length > 0 ? relays : ready.filter(isCarrier)).filter(fits);
  };

  const dueAt = (entry: OutboxEntry): Millis => {
    return Math.min(restsUntil.get(entry.id) ?? entry.notBefore, entry.expires) as Millis;
  };

  const schedule = (): void => {
    let earliest: Millis | undefined;
    for (const entry of entries.values()) {
      const due = dueAt(entry);
      if (earliest === undefined || due < earliest) earliest = due;
    }
    if (earliest === undefined) context.timers.cancel(TIMER);
    else context.timers.set(TIMER, Math.max(earliest, context.now() + 1) as Millis, flush);
  };

  const flush = (): void => {
    const now = context.now();
    for (const entry of [...entries.values()]) {
      if (entry.expires <= now) {
        drop(entry);
        rules.onPhase(entry, 'expired');
      } else if (dueAt(entry) <= now) {
        const targets = takers(entry);
        for (const peer of targets) sendTo(peer, entries.get(entry.id) ?? entry);
        // Without anybody in reach the next one that comes gets it; the timer only waits for the end.
        if (targets.length === 0) rest(entry.id, rules.resend);
      }
    }
    schedule();
  };

  return {
    add: (entry) => {
      const previous = byOwner.get(entry.owner);
      const replaced = previous === undefined ? undefined : entries.get(previous);
      if (replaced === undefined && entries.size >= rules.capacity) return refuse('over-capacity');
      if (replaced !== undefined && replaced.id !== entry.id) drop(replaced);
      keep(entry);
      context.timers.atLatest(TIMER, Math.max(entry.notBefore, context.now()) as Millis, flush);
      return ok(null);
    },
    withdraw: (owner) => {
      const id = byOwner.get(owner);
      const entry = id === undefined ? undefined : entries.get(id);
      if (entry === undefined || entry.sentAt !== undefined) return false;
      drop(entry);
      return true;
    },
    offer: (peer) => {
      for (const entry of [...entries.values()]) {
        const isHeld = !peer.hello?.relay && restsOnAir(entry);
        if (entry.notBefore <= context.now() && !isHeld && takers(entry).includes(peer)) sendTo(peer, entry);
      }
      schedule();
    },
    taken: (id) => {
      const entry = entries.get(id);
      // Nobody answers for a record: whoever says that it was taken says nothing.
      if (entry === undefined || !isBundle(entry)) return;
      if (!entry.owner.startsWith(ANSWERED)) drop(entry);
      else {
        taken.add(id);
        rest(id, TAKEN_REST);
      }
      schedule();
    },
    arrived: (owner) => {
      const entry = entries.get(byOwner.get(owner) ?? ('' as MessageId));
      if (entry !== undefined) drop(entry);
    },
    custody: (id) => {
      const entry = entries.get(id);
      if (entry === undefined) return false;
      drop(entry);
      rules.onPhase(entry, 'custody');
      return true;
    },
    load: (loaded) => {
      for (const entry of loaded) {
        entries.set(entry.id, entry);
        byOwner.set(entry.owner, entry.id);
      }
      schedule();
    },
    entries: () => entries.values(),
    get size() {
      return entries.size;
    },
  };
};
