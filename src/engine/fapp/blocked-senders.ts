import * as v from 'valibot';
import type { Millis } from '#core/brand.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Context } from '#engine/context.ts';
import type { PracticeInbox } from '#engine/fapp/practice-inbox.ts';

/** Somebody from whom a practice takes no requests any more, known by the pseudonym that they have with this practice. */
export interface BlockedSender {
  /** Fixed for this sender and this practice: 16 hex digits. */
  readonly sender: string;
  /** What they called themselves in the request for which they were blocked. */
  readonly name: string;
  readonly at: Millis;
}

export interface BlockedSenders {
  has(sender: string): boolean;
  /** Whoever sent this request; their open requests are rejected. What was confirmed stands. */
  block(requestId: string, inbox: Pick<PracticeInbox, 'all' | 'reject'>): Result<string>;
  /** They may ask again. */
  unblock(sender: string): Result<string>;
  all(): readonly BlockedSender[];
  /** Adds whom a backup names, as far as there is room. */
  take(saved: readonly BlockedSender[]): void;
  load(blocked: readonly BlockedSender[]): void;
}

/** Where the list lies in the table `inbox`: no request has such an id. */
export const BLOCKED_KEY = 'blocked';
export const MAX_BLOCKED = 200;

const schema = v.array(
  v.pipe(
    v.object({ sender: v.string(), name: v.string(), at: v.number() }),
    v.transform((one): BlockedSender => ({ ...one, at: one.at as Millis })),
  ),
);

export const decodeBlockedSenders = (bytes: Uint8Array): Result<BlockedSender[]> => decodeLocal(schema, bytes);

export const createBlockedSenders = (context: Context): BlockedSenders => {
  let blocked: readonly BlockedSender[] = [];
  context.tables.add('blocked senders', MAX_BLOCKED, () => blocked.length);
  const has = (sender: string): boolean => blocked.some((one) => one.sender === sender);
  const keep = (next: readonly BlockedSender[]): void => {
    blocked = next;
    context.persist({ op: 'put', table: 'inbox', key: BLOCKED_KEY, value: encodeLocal(next) });
    context.notify('inbox');
  };

  return {
    has,
    block: (requestId, inbox) => {
      const entries = [...inbox.all()].filter(({ phase }) => phase !== 'refused');
      const entry = entries.find((one) => one.requestId === requestId);
      if (entry === undefined) return refuse('not-found');
      const { sender, pseudonym: name } = entry;
      if (has(sender)) return ok(sender);
      if (blocked.length >= MAX_BLOCKED) return refuse('over-capacity');
      keep([...blocked, { sender, name, at: context.now() }]);
      for (const one of entries) if (one.sender === sender && one.phase === 'open') inbox.reject(one.requestId);
      return ok(sender);
    },
    unblock: (sender) => {
      if (has(sender)) keep(blocked.filter((one) => one.sender !== sender));
      return ok(sender);
    },
    all: () => blocked,
    take: (saved) => {
      const added = saved.filter(({ sender }) => !has(sender)).slice(0, MAX_BLOCKED - blocked.length);
      if (added.length > 0) keep([...blocked, ...added]);
    },
    load: (loaded) => {
      blocked = loaded;
    },
  };
};
