/**
 * The keys whose offers the store holds: trust level, the epoch below which everything is refused, and the chain of the
 * key's rows, at most sixteen. Bounded: a key without rows gives way when room is needed.
 */
import type { NodeAddress } from '#core/brand.ts';
import type { TrustLevel } from '#core/domain/values.ts';
import { allocateKeyColumns, copyColumns, type KeyColumns } from '#engine/slots/columns.ts';
import { createHashIndex } from '#engine/slots/hash-index.ts';
import { hexOf, putWords, WORDS, wordAt } from '#engine/slots/id-words.ts';

export interface KeyTable {
  readonly columns: KeyColumns;
  /** Rows of the columns that were ever used. */
  readonly high: number;
  find(address: NodeAddress): number;
  /** The key's number; makes it with trust 0 and epoch 0 where it is new. */
  findOrAdd(address: NodeAddress): number;
  addressOf(key: number): NodeAddress;
  trustOf(key: number): TrustLevel;
  /** Forgets keys that hold no row and whose epoch needs no remembering any more; the earliest minute of the others. */
  sweep(now: number): number;
}

const FIRST = 32;
const NEVER = 0xffffffff;

const trustLevel = (value: number | undefined): TrustLevel => (value === 3 ? 3 : value === 2 ? 2 : value === 1 ? 1 : 0);

const capacityFor = (needed: number, limit: number): number => Math.min(limit, Math.max(FIRST, needed * 2));

/** `limit`: most keys ever held; must exceed the number of rows. `loaded`: columns of a snapshot, all of them in use. */
export const createKeyTable = (limit: number, loaded?: { columns: KeyColumns; high: number }): KeyTable => {
  let columns = loaded?.columns ?? allocateKeyColumns(Math.min(limit, FIRST));
  let high = loaded?.high ?? 0;
  const free: number[] = [];
  const index = createHashIndex((key) => columns.address[key * WORDS] ?? 0, high);
  for (let key = 0; key < high; key++) {
    if (columns.used[key]) index.add(key);
    else free.push(key);
  }
  const probe = new Uint32Array(WORDS);
  const isProbe = (key: number): boolean => {
    const { address } = columns;
    const at = key * WORDS;
    return (
      address[at] === probe[0] &&
      address[at + 1] === probe[1] &&
      address[at + 2] === probe[2] &&
      address[at + 3] === probe[3]
    );
  };
  const find = (address: NodeAddress): number => {
    putWords(probe, 0, address);
    return index.find(wordAt(probe, 0, 0), isProbe);
  };
  const drop = (key: number): void => {
    index.remove(key);
    columns.used[key] = 0;
    columns.epoch[key] = 0;
    columns.trust[key] = 0;
    columns.keepUntil[key] = 0;
    free.push(key);
  };
  /** The key without rows that would be missed least: lowest trust, then soonest forgotten anyway. */
  const makeRoom = (): void => {
    let worst = -1;
    let worstRank = Number.POSITIVE_INFINITY;
    for (let key = 0; key < high; key++) {
      if (!columns.used[key] || columns.first[key] !== 0) continue;
      const rank = (columns.trust[key] ?? 0) * 2 ** 32 + (columns.keepUntil[key] ?? 0);
      if (rank < worstRank) {
        worst = key;
        worstRank = rank;
      }
    }
    if (worst < 0) throw new Error('key table: more keys with rows than rows');
    drop(worst);
  };
  const allocate = (): number => {
    if (free.length === 0 && high === limit) makeRoom();
    const reused = free.pop();
    if (reused !== undefined) return reused;
    if (high === columns.used.length) columns = copyColumns(columns, allocateKeyColumns(capacityFor(high, limit)));
    return high++;
  };
  const findOrAdd = (address: NodeAddress): number => {
    const found = find(address);
    if (found >= 0) return found;
    const key = allocate();
    putWords(columns.address, key, address);
    columns.used[key] = 1;
    columns.first[key] = 0;
    index.add(key);
    return key;
  };
  const sweep = (now: number): number => {
    let earliest = NEVER;
    for (let key = 0; key < high; key++) {
      if (!columns.used[key] || columns.first[key] !== 0) continue;
      const until = columns.keepUntil[key] ?? 0;
      if (until <= now) drop(key);
      else if (until < earliest) earliest = until;
    }
    return earliest;
  };
  return {
    get columns() {
      return columns;
    },
    get high() {
      return high;
    },
    find,
    findOrAdd,
    addressOf: (key) => hexOf(columns.address, key) as NodeAddress,
    trustOf: (key) => trustLevel(columns.trust[key]),
    sweep,
  };
};
