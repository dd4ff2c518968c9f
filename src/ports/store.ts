/**
 * A durable, ordered map of bytes in named tables, with atomic batches. Small on purpose: LevelDB, IndexedDB and memory
 * all fit. Every adapter passes test/contracts/store.ts in the runtime that it is made for.
 */
export const TABLES = [
  'meta', // counters, own settings, the snapshot's header
  'snapshot', // the packed slot store
  'announces', // signed announcements and tombstones since the snapshot, by address and offer
  'identities', // signed identity records, by address
  'bundles', // sealed bundles, by bucket and id
  'removed', // ids of bundles that were removed, until they would have expired
  'routed', // messages to other nodes, own ones and those kept for others, by id
  'outbox', // what this node owes the network, by id
  'requests', // a patient's own requests (private)
  'offers', // a practice's own offers and slots (private)
  'inbox', // requests that a practice received (private)
  'commands', // what a tab asked for and the node has not yet done (private)
  'peers', // other nodes that this one knows, by address
  'alerts', // searches that a patient keeps on this device, by id (private)
] as const;
export type Table = (typeof TABLES)[number];

/** Tables whose values the browser's adapter encrypts at rest under a non-extractable key. */
export const PRIVATE_TABLES: ReadonlySet<Table> = new Set<Table>([
  'requests',
  'offers',
  'inbox',
  'outbox',
  'commands',
  'alerts',
]);

export type StoreOp =
  | { readonly op: 'put'; readonly table: Table; readonly key: string; readonly value: Uint8Array }
  | { readonly op: 'delete'; readonly table: Table; readonly key: string };

export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Half-open range of keys in UTF-16 code unit order: `from` ≤ key < `to`. Keys are ASCII. */
export interface KeyRange {
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
}

export type StoreFailure = 'full' | 'closed' | 'corrupt' | 'fenced' | 'unavailable';

/** What a rejected `commit` or read carries; anything else that is thrown is a bug. */
export class StoreError extends Error {
  readonly failure: StoreFailure;
  constructor(failure: StoreFailure, options?: ErrorOptions) {
    super(`store: ${failure}`, options);
    this.name = 'StoreError';
    this.failure = failure;
  }
}

export interface Store {
  get(table: Table, key: string): Promise<Uint8Array | undefined>;
  /** Entries in key order. Sees a consistent state: no batch half applied. */
  entries(table: Table, range?: KeyRange): Promise<StoreEntry[]>;
  /**
   * Applies all operations or none; when the promise resolves they survive a crash of the process and of the machine.
   * Concurrent calls may be grouped into one write, and become durable in the order of the calls. Rejects with
   * StoreError: `full` when there is no room (nothing was applied), `fenced` when another holder took over.
   */
  commit(batch: readonly StoreOp[]): Promise<void>;
  /** Waits for running commits. Later calls reject with `closed`. */
  close(): Promise<void>;
}
