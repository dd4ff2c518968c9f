/** How full the tables of what may go on air are. */
import type { Millis } from '#core/brand.ts';
import type { ObjectCollector } from '#core/radio/object-pieces.ts';
import { type Issuers, MAX_ISSUERS } from '#engine/air/issuer-goods.ts';
import { MAX_RECENT_CHANGES, type RecentChanges } from '#engine/air/recent-changes.ts';
import { MAX_RECORD_GOODS, type RecordGoods } from '#engine/air/record-goods.ts';
import { MAX_PAST_DIGESTS, type RegionHistory } from '#engine/air/region-history.ts';
import type { Context } from '#engine/context.ts';

/** Identity records that come in pieces; at one piece a minute the largest takes seventeen. */
export const OBJECT_BOUNDS = { objects: 64, bytes: 65_536, patience: 1_800_000 as Millis };

interface Bounded {
  readonly records: RecordGoods;
  readonly issuers: Issuers;
  readonly history: RegionHistory;
  readonly recent: RecentChanges;
  readonly objects: ObjectCollector;
}

export const watchTables = ({ tables }: Context, { records, issuers, history, recent, objects }: Bounded): void => {
  tables.add('records for the air', MAX_RECORD_GOODS, () => records.size);
  tables.add('issuers for the air', MAX_ISSUERS, () => issuers.size);
  tables.add('past digests of a region', MAX_PAST_DIGESTS, () => history.most);
  tables.add('recent changes of a region', MAX_RECENT_CHANGES, () => recent.most);
  tables.add('objects in pieces from the air', OBJECT_BOUNDS.objects, () => objects.objects);
};
