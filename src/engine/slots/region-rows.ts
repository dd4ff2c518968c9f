/** The announcements of one region, as they were signed: what a radio is told of, which carries no whole country. */
import type { MessageId, NodeAddress, Region } from '#core/brand.ts';
import { regionOfPlz } from '#core/domain/mesh-place.ts';
import { ROW } from '#engine/slots/columns.ts';
import type { SlotStore } from '#engine/slots/slot-store.ts';
import { addressOf, idOf, rawOf } from '#engine/slots/slot-table.ts';

export interface RegionRow {
  readonly id: MessageId;
  readonly address: NodeAddress;
  readonly raw: Uint8Array;
}

/** At most so many, in the order in which they are stored. */
export const announcedIn = ({ state }: SlotStore, region: Region, limit: number): readonly RegionRow[] => {
  const { table } = state;
  const rows: RegionRow[] = [];
  for (let row = 0; row < table.high && rows.length < limit; row++) {
    if (table.columns.state[row] !== ROW.announced || regionOfPlz(table.columns.plz[row] ?? 0) !== region) continue;
    const raw = rawOf(table, row);
    if (raw !== undefined) rows.push({ id: idOf(table, row), address: addressOf(table, row), raw });
  }
  return rows;
};
