import type { Bucket, Millis, NodeAddress, OfferId } from '#core/brand.ts';
import type { Span } from '#core/calendar/span.ts';
import { fromWireMinute } from '#core/domain/wire-time.ts';
import type { Bundle } from '#core/wire/bundle.ts';
import { type BundleExchange, createBundleExchange } from '#engine/bundles/bundle-exchange.ts';
import { createOpener } from '#engine/bundles/opener.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import { createBlockedSenders } from '#engine/fapp/blocked-senders.ts';
import { createHeldDecisions } from '#engine/fapp/held-decisions.ts';
import { createPatientRequests, type PatientRequests } from '#engine/fapp/patient-requests.ts';
import { createPatientWishes, type PatientWishes } from '#engine/fapp/patient-wishes.ts';
import { createPickUps, type PickUps } from '#engine/fapp/pick-ups.ts';
import { createPracticeBackup, type LastAnnounced, type PracticeBackup } from '#engine/fapp/practice-backup.ts';
import { createPracticeCalendar, type PracticeCalendarDesk } from '#engine/fapp/practice-calendar.ts';
import { createPracticeIdentity } from '#engine/fapp/practice-identity.ts';
import { createPracticeInbox, type PracticeInbox } from '#engine/fapp/practice-inbox.ts';
import { createPracticeOffers, type PracticeOffers } from '#engine/fapp/practice-offers.ts';
import { createPracticeTally } from '#engine/fapp/practice-tally.ts';
import type { Ground, Records } from '#engine/wiring/records.ts';

/** The upper half: what practices and patients do, and the sealed bundles between them. */
export const wirePeople = (
  context: Context,
  config: EngineConfig,
  { peers, identities, slots, shelf }: Ground,
  { outbox, own, custody }: Records,
  mayIssue: () => boolean,
) => {
  const { coalesce, refresh, rejectDelay } = config.timing;
  const identity = createPracticeIdentity(context, {
    records: own,
    known: (address) => identities.get(address)?.record,
    onNewEpoch: () => {
      backup.settle();
      offers.markAllDirty();
    },
    mayIssue,
    waiting: () => backup.waiting(),
  });
  const trust = () => {
    const address = identity.current()?.address;
    const judged = address === undefined ? undefined : identities.get(address)?.trust;
    return { level: judged?.level ?? 0, zulassung: judged?.credential?.zulassung } as const;
  };
  const onWithdrawn = (offer: OfferId, start: Millis): void => inbox.onWithdrawn(offer, start);
  const isBusy = (span: Span): boolean => calendar.isBusy(span);
  const tally = createPracticeTally(context);
  const offerRules = { identity, records: own, tally, trust, mayIssue, isBusy, coalesce, refresh, onWithdrawn };
  const offers: PracticeOffers = createPracticeOffers(context, offerRules);
  const open = (bundle: Bundle, raw: Uint8Array): void => opener.open(bundle, raw);
  // It may be a ticket: that can be told only by whoever has the code.
  const arrived = (bucket: Bucket): void => {
    if (pickUps.isWatched(bucket)) context.notify('requests');
  };
  const bundleRules = { config, shelf, peers, outbox, custody, open, arrived };
  const bundles: BundleExchange = createBundleExchange(context, bundleRules);
  const { inbox: inboxCapacity, requests } = config.limits;
  const blocked = createBlockedSenders(context);
  const inboxRules = { identity, offers, bundles, tally, capacity: inboxCapacity, rejectDelay, isBlocked: blocked.has };
  const inbox: PracticeInbox = createPracticeInbox(context, inboxRules);
  const calendar: PracticeCalendarDesk = createPracticeCalendar(context, { identity, offers, inbox });
  const lastAnnounced = (address: NodeAddress, offer: OfferId): LastAnnounced | undefined => {
    const floor = slots.store.floorOf(address, offer);
    const starts = slots.store.get(address, offer)?.announce.starts.map((start) => fromWireMinute(start)) ?? [];
    return floor && { ...floor, starts };
  };
  const backupRules = { identity, offers, calendar, inbox, blocked, lastAnnounced };
  const backup: PracticeBackup = createPracticeBackup(context, backupRules);
  const held = createHeldDecisions(context, inbox, offers);
  const patient: PatientRequests = createPatientRequests(context, {
    bundles,
    outbox,
    identities,
    announceOf: (practice, offer) => {
      const stored = slots.store.get(practice, offer);
      // One that expires in this very step may still lie there.
      return stored !== undefined && fromWireMinute(stored.expires) > context.now() ? stored.announce : undefined;
    },
    capacity: requests,
    onChange: () => wishes.refresh(),
  });
  const wishes: PatientWishes = createPatientWishes(context, patient);
  const pickUps: PickUps = createPickUps(context, bundles, outbox);
  const opener = createOpener(context, { patient, identity, inbox, pickUps, bundles: () => bundles });
  return { identity, offers, calendar, backup, bundles, inbox, blocked, held, tally, patient, wishes, pickUps, opener };
};
export type People = ReturnType<typeof wirePeople>;
