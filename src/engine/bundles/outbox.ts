import type { MessageId, Millis } from '#core/brand.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { OutboxEntry } from '#engine/bundles/outbox-entry.ts';
import { encodeOutboxRecord } from '#engine/bundles/outbox-record.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';

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

export const createOutbox = (context: Context, peers: PeerTable, rules: OutboxRules): Outbox => {
  const entries = new Map<MessageId, OutboxEntry>();
  const byOwner = new Map<string, MessageId>();
  const lastSent = new Map<MessageId, Millis>();
  context.tables.add('outbox', rules.capacity, () => entries.size);

  const keep = (entry: OutboxEntry): void => {
    entries.set(entry.id, entry);
    byOwner.set(entry.owner, entry.id);
    context.persist({ op: 'put', table: 'outbox', key: entry.id, value: encodeOutboxRecord(entry) });
  };
  const drop = (entry: OutboxEntry): void => {
    entries.delete(entry.id);
    lastSent.delete(entry.id);
    if (byOwner.get(entry.owner) === entry.id) byOwner.delete(entry.owner);
    context.persist({ op: 'delete', table: 'outbox', key: entry.id });
  };

  const sendTo = (peer: Peer, entry: OutboxEntry): void => {
    context.send(peer.link, entry.frame);
    lastSent.set(entry.id, context.now());
    if (entry.sentAt !== undefined) return;
    const sent = { ...entry, sentAt: context.now() };
    keep(sent);
    rules.onPhase(sent, 'sent');
  };

  const relays = (): Peer[] => peers.ready().filter((peer) => peer.hello?.relay);

  const dueAt = (entry: OutboxEntry): Millis => {
    const last = lastSent.get(entry.id);
    const next = last === undefined ? entry.notBefore : ((last + rules.resend) as Millis);
    return Math.min(next, entry.expires) as Millis;
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
    const targets = relays();
    for (const entry of [...entries.values()]) {
      if (entry.expires <= now) {
        drop(entry);
        rules.onPhase(entry, 'expired');
      } else if (dueAt(entry) <= now) {
        for (const peer of targets) sendTo(peer, entries.get(entry.id) ?? entry);
        // Without a relay in reach the next one that comes gets it; the timer only waits for the end.
        if (targets.length === 0) lastSent.set(entry.id, now);
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
      if (!peer.hello?.relay) return;
      for (const entry of [...entries.values()]) if (entry.notBefore <= context.now()) sendTo(peer, entry);
      schedule();
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
