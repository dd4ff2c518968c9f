/**
 * The columns of the slot store: one row per (address, offer), one typed array per field, and one row per key. Straight
 * copies of these arrays are the snapshot, so their order here is its layout (docs/decisions/0007-columnar-slot-store.md).
 */
import { WORDS } from '#engine/slots/id-words.ts';

/** What a row is. A floor remembers only how far its content had come, so that no older copy is taken again. */
export const ROW = { free: 0, announced: 1, withdrawn: 2, floor: 3 } as const;

export type SlotColumns = {
  readonly ids: Uint32Array;
  /** See facets.ts; 0 unless the row is announced. */
  readonly facets: Uint32Array;
  readonly plz: Uint32Array;
  readonly firstStart: Uint32Array;
  readonly lastStart: Uint32Array;
  /** Wire minute from which the content is no longer valid. */
  readonly expires: Uint32Array;
  readonly issued: Uint32Array;
  /** Wire minute from which nothing older can still be valid, and the row can be forgotten. */
  readonly floorUntil: Uint32Array;
  readonly key: Uint32Array;
  /** The next row of the same key plus one, or 0; for a free row, the next free one. Rebuilt when loading. */
  readonly next: Uint32Array;
  readonly rawAt: Uint32Array;
  readonly startsAt: Uint32Array;
  readonly rawLength: Uint16Array;
  readonly counter: Uint16Array;
  readonly epoch: Uint8Array;
  readonly offer: Uint8Array;
  readonly state: Uint8Array;
  readonly minutes: Uint8Array;
  readonly ttlClass: Uint8Array;
  /** Bit 1 weekly series, bit 0 code required, as on the wire. */
  readonly flags: Uint8Array;
  readonly startsCount: Uint8Array;
};

export const allocateSlotColumns = (rows: number): SlotColumns => ({
  ids: new Uint32Array(rows * WORDS),
  facets: new Uint32Array(rows),
  plz: new Uint32Array(rows),
  firstStart: new Uint32Array(rows),
  lastStart: new Uint32Array(rows),
  expires: new Uint32Array(rows),
  issued: new Uint32Array(rows),
  floorUntil: new Uint32Array(rows),
  key: new Uint32Array(rows),
  next: new Uint32Array(rows),
  rawAt: new Uint32Array(rows),
  startsAt: new Uint32Array(rows),
  rawLength: new Uint16Array(rows),
  counter: new Uint16Array(rows),
  epoch: new Uint8Array(rows),
  offer: new Uint8Array(rows),
  state: new Uint8Array(rows),
  minutes: new Uint8Array(rows),
  ttlClass: new Uint8Array(rows),
  flags: new Uint8Array(rows),
  startsCount: new Uint8Array(rows),
});

/** One row per address that has rows or whose epoch was raised. */
export type KeyColumns = {
  readonly address: Uint32Array;
  /** The first row of this key plus one, or 0. Rebuilt when loading. */
  readonly first: Uint32Array;
  /** Wire minute until which a raised epoch is remembered without any row. */
  readonly keepUntil: Uint32Array;
  /** Offers of lower epochs are refused. */
  readonly epoch: Uint8Array;
  readonly trust: Uint8Array;
  readonly used: Uint8Array;
};

export const allocateKeyColumns = (keys: number): KeyColumns => ({
  address: new Uint32Array(keys * WORDS),
  first: new Uint32Array(keys),
  keepUntil: new Uint32Array(keys),
  epoch: new Uint8Array(keys),
  trust: new Uint8Array(keys),
  used: new Uint8Array(keys),
});

export type Column = Uint8Array | Uint16Array | Uint32Array;

/** The columns in their fixed order; all are proportional to the number of rows. */
export const columnList = (columns: SlotColumns | KeyColumns): readonly Column[] => Object.values(columns);

/** Copies every column into a larger set of the same kind. */
export const copyColumns = <C extends SlotColumns | KeyColumns>(from: C, to: C): C => {
  const targets = columnList(to);
  columnList(from).forEach((column, index) => {
    targets[index]?.set(column);
  });
  return to;
};
