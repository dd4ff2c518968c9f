import type { Millis } from '#core/brand.ts';
import { DAY, MINUTE } from '#core/domain/limits.ts';
import { fromWireMinute, toWireMinute } from '#core/domain/wire-time.ts';
import { ok, refuse } from '#core/result.ts';
import { type FoundSlot, MAX_WINDOW } from '#engine/slots/search.ts';
import { type AlertRecord, decodeAlert, encodeAlert, filterText, parseNewAlert } from '#host/node/alert-record.ts';
import type { NodeSearch } from '#host/node/slot-search.ts';
import type { AlertApi, AlertFilter, AlertView } from '#host/rpc/alert-api.ts';
import type { SearchQuery } from '#host/rpc/api.ts';
import type { Clock } from '#ports/clock.ts';
import { type Store, StoreError } from '#ports/store.ts';

/**
 * Searches that a patient keeps on this device (docs/decisions/0022-alerts-and-wishes.md): compared with what is here,
 * where the slots are. Nothing of it leaves this realm but how many are new.
 */
export interface Alerts extends AlertApi {
  /** Slots have changed: looks again, once for all that change in the same second. */
  slotsChanged(): void;
  stop(): void;
}

export interface AlertsParts {
  readonly store: Store;
  readonly searching: Pick<NodeSearch, 'matching'>;
  readonly clock: Clock;
  /** When everything that a relay had was here last. */
  readonly syncedAt: () => Millis | undefined;
  /** An alert came, went, or has more or fewer new slots. */
  readonly onChange: () => void;
}

export const MAX_ALERTS = 8;
export const ALERT_TTL = (90 * DAY) as Millis;
/** With more that match than this, something new is no news. */
export const MAX_KEPT_HITS = 1_000;
/** New slots that are named; all are counted. */
const MAX_FRESH = 50;
/** Between two looks, however often slots change. */
const LOOK_EVERY = 1_000;
/** What is missing among what matches is gone, and not merely unknown, when everything was here so recently. */
const CURRENT = MINUTE;
/** Dropped alerts that can be put back, as long as this node runs. */
const MAX_DROPPED = MAX_ALERTS;

const KEY_ADDRESS = 16;
/** Names a slot among those that were seen: short, because there may be thousands. */
const keyOf = ({ practice, offer, start }: FoundSlot): string =>
  `${practice.slice(0, KEY_ADDRESS)}${offer.toString(16)}${start}`;
const startIn = (key: string): number => Number(key.slice(KEY_ADDRESS + 1));

const toQuery = ({ days, ...filter }: AlertFilter, now: Millis): SearchQuery => ({
  ...filter,
  ...(days === undefined ? {} : { to: (now + days * DAY) as Millis }),
  sort: 'time',
  offset: 0,
  limit: MAX_WINDOW,
});

const readAlerts = async (store: Store, now: Millis): Promise<Map<string, AlertRecord>> => {
  const alerts = new Map<string, AlertRecord>();
  for (const { value } of await store.entries('alerts')) {
    const alert = decodeAlert(value);
    if (alert.ok && alerts.size < MAX_ALERTS) alerts.set(alert.value.alertId, alert.value);
  }
  // A clock that was set back must not keep them for ever.
  for (const [id, alert] of alerts) if (alert.madeAt > now) alerts.set(id, { ...alert, madeAt: now });
  return alerts;
};

/** Rejects with StoreError when the store cannot be read. */
export const openAlerts = async (parts: AlertsParts): Promise<Alerts> => {
  const { store, searching, clock, syncedAt, onChange } = parts;
  const alerts = await readAlerts(store, clock.now());
  const dropped = new Map<string, AlertRecord>();
  /** What was told last, so that only a difference is told. */
  let told = '';
  let cancelLook: (() => void) | undefined;

  const save = async (alert: AlertRecord): Promise<void> => {
    alerts.set(alert.alertId, alert);
    await store.commit([{ op: 'put', table: 'alerts', key: alert.alertId, value: encodeAlert(alert) }]);
  };
  const remove = async (id: string): Promise<void> => {
    alerts.delete(id);
    await store.commit([{ op: 'delete', table: 'alerts', key: id }]);
  };
  /** What was only noticed may be lost with the store: it is noticed again. */
  const background = (writing: Promise<void>): void => void writing.catch(() => undefined);

  const found = (filter: AlertFilter): readonly FoundSlot[] | undefined =>
    searching.matching(toQuery(filter, clock.now()));

  /** What counts as seen, after a look at what matches now. */
  const seenNow = ({ seen }: Pick<AlertRecord, 'seen'>, slots: readonly FoundSlot[]): readonly string[] | null => {
    const synced = syncedAt();
    const keys = slots.map(keyOf);
    if (seen === null) return synced === undefined ? null : keys;
    if (synced === undefined || clock.now() - synced > CURRENT) return seen;
    // Taken by somebody: when it is free again, that is news.
    const here = new Set(keys);
    const still = seen.filter((key) => here.has(key));
    return still.length === seen.length ? seen : still;
  };

  const look = (alert: AlertRecord): { readonly alert: AlertRecord; readonly view: AlertView } => {
    const known = found(alert.filter);
    const slots = known ?? [];
    const next = known === undefined ? alert : { ...alert, seen: seenNow(alert, known) };
    const seen = next.seen === null ? undefined : new Set(next.seen);
    const fresh = seen === undefined ? [] : slots.filter((slot) => !seen.has(keyOf(slot)));
    const view = {
      alertId: alert.alertId,
      filter: alert.filter,
      madeAt: alert.madeAt,
      endsAt: (alert.madeAt + ALERT_TTL) as Millis,
      total: slots.length,
      freshCount: fresh.length,
      fresh: fresh.slice(0, MAX_FRESH).map((slot) => ({
        practice: slot.practice,
        offer: slot.offer,
        start: fromWireMinute(slot.start),
      })),
    };
    return { alert: next, view };
  };

  /** Looks at all, keeps what was noticed, and tells when there is something to tell. */
  const lookAtAll = (): AlertView[] => {
    const views: AlertView[] = [];
    for (const [id, present] of [...alerts].reverse()) {
      if (present.madeAt + ALERT_TTL <= clock.now()) {
        background(remove(id));
        continue;
      }
      const { alert, view } = look(present);
      if (alert.seen !== present.seen) background(save(alert));
      views.push(view);
    }
    const now = views.map(({ alertId, freshCount }) => `${alertId} ${freshCount}`).join();
    if (now !== told) {
      told = now;
      onChange();
    }
    return views;
  };

  const slotsChanged = (): void => {
    if (cancelLook !== undefined || alerts.size === 0) return;
    cancelLook = clock.wakeAt((clock.now() + LOOK_EVERY) as Millis, () => {
      cancelLook = undefined;
      lookAtAll();
    });
  };

  const keep: AlertApi['keepAlert'] = async (input) => {
    const asked = parseNewAlert(input);
    if (asked === undefined) return refuse('malformed');
    lookAtAll();
    const same = filterText(asked.filter);
    const present = alerts.get(asked.alertId) ?? [...alerts.values()].find(({ filter }) => filterText(filter) === same);
    if (present !== undefined) return ok(look(present).view);
    if (alerts.size >= MAX_ALERTS) return refuse('over-capacity');
    const slots = found(asked.filter);
    if (slots !== undefined && slots.length > MAX_KEPT_HITS) return refuse('too-large');
    const isWhole = slots !== undefined && syncedAt() !== undefined;
    const alert: AlertRecord = { ...asked, madeAt: clock.now(), seen: isWhole ? slots.map(keyOf) : null };
    try {
      await save(alert);
    } catch (error) {
      alerts.delete(alert.alertId);
      if (error instanceof StoreError && error.failure === 'full') return refuse('storage-full');
      throw error;
    }
    lookAtAll();
    return ok(look(alert).view);
  };

  const see: AlertApi['seeAlert'] = async (id) => {
    const present = alerts.get(id);
    if (present === undefined) return refuse('not-found');
    const slots = found(present.filter);
    if (slots === undefined || present.seen === null) return ok(null);
    if (look(present).view.freshCount === 0) return ok(null);
    const now = toWireMinute(clock.now());
    // What was seen before and is not here may only be unknown now; what has begun is past.
    const before = (seenNow(present, slots) ?? []).filter((key) => startIn(key) > now);
    await save({ ...present, seen: [...new Set([...before, ...slots.map(keyOf)])].slice(-MAX_WINDOW) });
    lookAtAll();
    return ok(null);
  };

  lookAtAll();
  return {
    alerts: () => Promise.resolve(lookAtAll()),
    keepAlert: keep,
    seeAlert: see,
    dropAlert: async (id) => {
      const present = alerts.get(id);
      if (present === undefined) return ok(null);
      dropped.set(id, present);
      const [oldest] = dropped.keys();
      if (dropped.size > MAX_DROPPED && oldest !== undefined) dropped.delete(oldest);
      await remove(id);
      lookAtAll();
      return ok(null);
    },
    restoreAlert: async (id) => {
      const present = dropped.get(id);
      if (present === undefined) return alerts.has(id) ? ok(null) : refuse('not-found');
      if (alerts.size >= MAX_ALERTS) return refuse('over-capacity');
      dropped.delete(id);
      await save(present);
      lookAtAll();
      return ok(null);
    },
    slotsChanged,
    stop: () => cancelLook?.(),
  };
};
