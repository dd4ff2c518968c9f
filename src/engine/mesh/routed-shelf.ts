import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import type { Context } from '#engine/context.ts';
import { encodeRoutedRecord, type RoutedRecord } from '#engine/mesh/routed-record.ts';

/**
 * Messages that this node answers for until they are delivered: its own, and those that it took custody of. On disk, bounded,
 * tried again at growing intervals and whenever a way to their destination becomes known.
 */
export interface RoutedShelf {
  /** False: no room. What was kept before is never pushed out. */
  put(record: RoutedRecord): boolean;
  /** Is there room for one more that somebody else wrote? Each source has a share. */
  hasRoom(source: NodeAddress): boolean;
  has(id: MessageId): boolean;
  get(id: MessageId): RoutedRecord | undefined;
  /** It arrived. */
  delivered(id: MessageId): void;
  /** Somebody else keeps it as well: no haste any more. */
  relax(id: MessageId): void;
  /** A way to this node is known now. */
  pathFound(address: NodeAddress): void;
  /** There is a relay now that may know ways. */
  relayFound(): void;
  load(records: readonly RoutedRecord[]): void;
  all(): Iterable<RoutedRecord>;
  readonly size: number;
}

export interface RoutedShelfRules {
  readonly capacity: number;
  readonly retry: (record: RoutedRecord) => void;
  readonly onExpired: (record: RoutedRecord) => void;
}

const TIMER = 'routed';
/** Between attempts, in milliseconds: doubled each time up to MAX_PAUSE. */
const FIRST_PAUSE = 5_000;
const MAX_PAUSE = 600_000;
/** A path that comes back and goes again makes no more attempts than this many milliseconds apart. */
const MIN_PAUSE = 1_000;

/** Of the whole room, what one source may take for messages that are not ours. */
const SHARE = 1 / 16;

interface Kept {
  readonly record: RoutedRecord;
  pause: number;
  lastTry: Millis;
}

export const createRoutedShelf = (context: Context, rules: RoutedShelfRules): RoutedShelf => {
  const kept = new Map<MessageId, Kept>();
  /** How many are kept for each source, but for ourselves. */
  const shares = new Map<NodeAddress, number>();
  const share = Math.max(1, Math.floor(rules.capacity * SHARE));

  const hasRoom = (source: NodeAddress): boolean => kept.size < rules.capacity && (shares.get(source) ?? 0) < share;
  const book = ({ own, envelope: { source } }: RoutedRecord, by: 1 | -1): void => {
    if (own) return;
    const count = (shares.get(source) ?? 0) + by;
    if (count > 0) shares.set(source, count);
    else shares.delete(source);
  };

  const dueAt = ({ record, lastTry, pause }: Kept): Millis => Math.min(lastTry + pause, record.expires) as Millis;

  const schedule = (): void => {
    let earliest = Number.POSITIVE_INFINITY;
    for (const one of kept.values()) earliest = Math.min(earliest, dueAt(one));
    if (kept.size === 0) context.timers.cancel(TIMER);
    else context.timers.set(TIMER, Math.max(earliest, context.now() + 1) as Millis, flush);
  };

  const drop = (id: MessageId): void => {
    const one = kept.get(id);
    if (one === undefined) return;
    kept.delete(id);
    book(one.record, -1);
    context.persist({ op: 'delete', table: 'routed', key: id });
  };

  const attempt = (one: Kept): void => {
    one.lastTry = context.now();
    one.pause = Math.min(one.pause * 2, MAX_PAUSE);
    rules.retry(one.record);
  };

  const flush = (): void => {
    const now = context.now();
    for (const one of [...kept.values()]) {
      // The clock was ahead when it was tried, and was set right since.
      if (one.lastTry > now) one.lastTry = now;
      if (one.record.expires <= now) {
        drop(one.record.id);
        rules.onExpired(one.record);
      } else if (dueAt(one) <= now) attempt(one);
    }
    schedule();
  };

  const attemptThose = (concerns: (one: Kept) => boolean): void => {
    for (const one of [...kept.values()]) {
      if (concerns(one) && context.now() - one.lastTry >= MIN_PAUSE) attempt(one);
    }
  };

  return {
    put: (record) => {
      if (kept.has(record.id)) return true;
      if (record.own ? kept.size >= rules.capacity : !hasRoom(record.envelope.source)) return false;
      book(record, 1);
      kept.set(record.id, { record, pause: FIRST_PAUSE, lastTry: context.now() });
      context.persist({ op: 'put', table: 'routed', key: record.id, value: encodeRoutedRecord(record) });
      schedule();
      return true;
    },
    hasRoom,
    has: (id) => kept.has(id),
    get: (id) => kept.get(id)?.record,
    delivered: (id) => {
      drop(id);
      schedule();
    },
    relax: (id) => {
      const one = kept.get(id);
      if (one === undefined) return;
      one.pause = MAX_PAUSE;
      schedule();
    },
    pathFound: (address) => attemptThose(({ record }) => record.envelope.destination === address),
    relayFound: () => attemptThose(() => true),
    load: (records) => {
      for (const record of records) {
        if (kept.has(record.id)) continue;
        book(record, 1);
        kept.set(record.id, { record, pause: FIRST_PAUSE, lastTry: record.since });
      }
      schedule();
    },
    all: () => [...kept.values()].map(({ record }) => record),
    get size() {
      return kept.size;
    },
  };
};
