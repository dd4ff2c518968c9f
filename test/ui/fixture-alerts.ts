import type { Millis, Plz } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { ok, refuse } from '#core/result.ts';
import type { AlertFilter, AlertView, NodeClient, NodeTopic } from '#host/rpc/api.ts';

type AlertCalls = Pick<NodeClient, 'alerts' | 'keepAlert' | 'seeAlert' | 'dropAlert' | 'restoreAlert'>;

/** Kept searches for looking at: what is new in them is made up. */
export const alertCalls = (
  search: NodeClient['search'],
  tell: (topic: NodeTopic) => void,
): AlertCalls & { fill(): void; clear(): void } => {
  let alerts: AlertView[] = [];
  let dropped: AlertView[] = [];
  const change = (next: AlertView[]): void => {
    alerts = next;
    tell('alerts');
  };
  const made = (alertId: string, filter: AlertFilter, freshCount: number, total: number): AlertView => {
    const madeAt = (Date.now() - 3 * DAY) as Millis;
    return { alertId, filter, madeAt, endsAt: (madeAt + 90 * DAY) as Millis, total, freshCount, fresh: [] };
  };
  return {
    fill: () => {
      const any = { verfahren: [], types: [], modalitaeten: [], minTrust: 1 } as const;
      const near = { plz: '80331' as Plz, radiusKm: 25 };
      alerts = [
        made('00000000000000a1', { ...any, payer: 'GKV', around: near, verfahren: ['VT'], days: 14 }, 2, 5),
        made('00000000000000a2', { ...any, payer: 'PKV', modalitaeten: ['VIDEO'], languages: ['tr'] }, 0, 0),
      ];
    },
    clear: () => change([]),
    alerts: () => Promise.resolve(alerts),
    keepAlert: async ({ alertId, filter }) => {
      const same = alerts.find((one) => JSON.stringify(one.filter) === JSON.stringify(filter));
      if (same !== undefined) return ok(same);
      if (alerts.length >= 8) return refuse('over-capacity');
      const { days: _, ...rest } = filter;
      const { total, cards } = await search({ ...rest, sort: 'time', offset: 0, limit: 1 });
      // The first that matches pretends to be new, so that there is something to look at.
      const alert = { ...made(alertId, filter, 0, total), fresh: cards.map(({ ref }) => ref) };
      change([alert, ...alerts]);
      return ok(alert);
    },
    seeAlert: (id) => {
      change(alerts.map((one) => (one.alertId === id ? { ...one, freshCount: 0, fresh: [] } : one)));
      return Promise.resolve(ok(null));
    },
    dropAlert: (id) => {
      dropped = alerts.filter((one) => one.alertId === id);
      change(alerts.filter((one) => one.alertId !== id));
      return Promise.resolve(ok(null));
    },
    restoreAlert: (id) => {
      const back = dropped.find((one) => one.alertId === id);
      if (back === undefined) return Promise.resolve(refuse('not-found'));
      change([back, ...alerts]);
      return Promise.resolve(ok(null));
    },
  };
};
