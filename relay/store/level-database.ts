/**
 * A LevelDB folder that knows, after a failed write, whether the write happened. LevelDB leaves its log in an unknown
 * state when a write or a sync fails: the record may or may not be found at the next start, and what is appended behind
 * half a record is lost. So every write carries its number, and after a failure the folder is opened anew, which replays
 * the log, and the number that is found there tells the truth.
 */
import { ClassicLevel } from 'classic-level';
import { type KeyRange, type StoreEntry, StoreError, type StoreOp, type Table } from '#ports/store.ts';
import { createDiskReserve, type DiskReserve } from '#relay/store/disk-reserve.ts';
import { toStoreError } from '#relay/store/level-failure.ts';

export interface LevelDatabase {
  get(table: Table, key: string): Promise<Uint8Array | undefined>;
  entries(table: Table, range?: KeyRange): Promise<StoreEntry[]>;
  /** Rejects with `full` while there is no room to write in safety. Before every write. */
  makeRoom(): Promise<void>;
  /** Synced when it resolves; one call at a time. `full`: nothing was applied. */
  write(ops: readonly StoreOp[]): Promise<void>;
  close(): Promise<void>;
}

type Level = ClassicLevel<string, Uint8Array>;

/** Sorts before every table; no table is named so. */
const WRITE_NUMBER = '!';
/** Keys are ASCII, so a table's rows lie between its name with NUL and its name with SOH. */
const rowOf = (table: Table, key: string): string => `${table}\0${key}`;

export const openLevelDatabase = async (folder: string, reserveBytes: number): Promise<LevelDatabase> => {
  const reserve = createDiskReserve(folder, reserveBytes);
  let opening: Promise<Level> | undefined;
  const open = (before: Promise<unknown>): Promise<Level> => {
    const attempt = before.then(() => openFolder(folder, reserve));
    opening = attempt;
    attempt.catch(() => {
      if (opening === attempt) opening = undefined;
    });
    return attempt;
  };
  const opened = (): Promise<Level> => opening ?? open(Promise.resolve());
  const first = await opened();
  let written = await writeNumber(first).catch(async (error: unknown) => {
    await first.close();
    throw toStoreError(error);
  });

  /** Asks again when a failed write replaced the open folder in the meantime. */
  const read = async <T>(ask: (level: Level) => Promise<T>): Promise<T> => {
    const level = opened();
    try {
      return await ask(await level);
    } catch (error) {
      if (opening === level) throw toStoreError(error);
      return ask(await opened());
    }
  };
  /** After a failed write: true when it is in the log all the same. */
  const settle = async (broken: Level, number: number): Promise<boolean> => {
    await reserve.free();
    written = await writeNumber(await open(broken.close()));
    return written === number;
  };
  const write = async (ops: readonly StoreOp[]): Promise<void> => {
    const number = written + 1;
    const level = await opened();
    try {
      await writeBatch(level, ops, number);
      written = number;
    } catch (error) {
      const happened = await settle(level, number).catch((unknown: unknown) => {
        throw new StoreError('unavailable', { cause: unknown });
      });
      if (!happened) throw toStoreError(error);
    }
  };
  return {
    get: (table, key) => read(async (level) => asBytes(await level.get(rowOf(table, key)))),
    entries: (table, range) => read((level) => readRange(level, table, range)),
    makeRoom: reserve.hold,
    write,
    close: async () => {
      const level = await opening?.catch(() => undefined);
      await level?.close();
    },
  };
};

const openFolder = async (folder: string, reserve: DiskReserve): Promise<Level> => {
  const level: Level = new ClassicLevel(folder, { keyEncoding: 'utf8', valueEncoding: 'view' });
  try {
    await level.open();
  } catch (error) {
    const failure = toStoreError(error);
    if (failure.failure !== 'full') throw failure;
    await reserve.free();
    await level.open().catch((again: unknown) => {
      throw toStoreError(again);
    });
  }
  return level;
};

const writeBatch = (level: Level, ops: readonly StoreOp[], number: number): Promise<void> => {
  const numbered = new Uint8Array(8);
  new DataView(numbered.buffer).setFloat64(0, number);
  const rows = ops.map((op) =>
    op.op === 'put'
      ? ({ type: 'put', key: rowOf(op.table, op.key), value: op.value } as const)
      : ({ type: 'del', key: rowOf(op.table, op.key) } as const),
  );
  return level.batch([...rows, { type: 'put', key: WRITE_NUMBER, value: numbered }], { sync: true });
};

const writeNumber = async (level: Level): Promise<number> => {
  const bytes = await level.get(WRITE_NUMBER);
  if (bytes === undefined) return 0;
  if (bytes.length !== 8) throw new StoreError('corrupt');
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
};

const readRange = async (level: Level, table: Table, range: KeyRange = {}): Promise<StoreEntry[]> => {
  const rows = await level
    .iterator({
      gte: rowOf(table, range.from ?? ''),
      lt: range.to === undefined ? `${table}\x01` : rowOf(table, range.to),
      limit: range.limit ?? -1,
    })
    .all();
  const start = table.length + 1;
  return rows.map(([row, value]) => ({ key: row.slice(start), value: asBytes(value) }));
};

/** LevelDB gives Buffers; a plain view of the same bytes is what every realm has. */
const asBytes = <T extends Uint8Array | undefined>(value: T): T | Uint8Array =>
  value === undefined ? value : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
