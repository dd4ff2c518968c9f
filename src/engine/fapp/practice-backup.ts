import type { Counter, Epoch, Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Context } from '#engine/context.ts';
import {
  type BackupContent,
  decodeBackupContent,
  type SavedAppointment,
  type SavedOffer,
} from '#engine/fapp/backup-content.ts';
import type { BlockedSenders } from '#engine/fapp/blocked-senders.ts';
import type { InboxRecord } from '#engine/fapp/inbox-entry.ts';
import type { OwnOffer, OwnOfferSlot } from '#engine/fapp/own-offer.ts';
import type { PracticeCalendarDesk } from '#engine/fapp/practice-calendar.ts';
import type { PracticeIdentity } from '#engine/fapp/practice-identity.ts';
import type { PracticeInbox } from '#engine/fapp/practice-inbox.ts';
import type { PracticeOffers } from '#engine/fapp/practice-offers.ts';
import type { PracticeRecord } from '#engine/fapp/practice-record.ts';

/**
 * Takes in what a backup file held (docs/protocol/backup.md): it adds, and replaces nothing. While a restore waits for the
 * old epoch the content waits with it, as only then it is known what the old device offered last.
 */
export interface PracticeBackup {
  /** May be repeated without a second effect. */
  take(content: Uint8Array): Result<string>;
  /** What waits for the end of a restore. */
  waiting(): BackupContent | undefined;
  /** The restore ended: nothing of the new epoch is announced yet, and the old announcements are still known. */
  settle(): void;
  load(content: BackupContent): void;
}

/** What the mesh knows of an offer: how far it came, and which of its times it offered then. */
export interface LastAnnounced {
  readonly epoch: Epoch;
  readonly counter: Counter;
  readonly starts: readonly Millis[];
}

interface PracticeBackupRules {
  readonly identity: PracticeIdentity;
  readonly offers: PracticeOffers;
  readonly calendar: PracticeCalendarDesk;
  readonly inbox: PracticeInbox;
  readonly blocked: BlockedSenders;
  readonly lastAnnounced: (address: NodeAddress, offer: OfferId) => LastAnnounced | undefined;
}

/** Where it waits in the table `inbox`: no request has such an id. */
export const BACKUP_KEY = 'backup';

/**
 * Whether this content can be taken in by this practice now. `unknown-key`: it is another practice's. `superseded`: what is
 * here is newer. `wrong-state`: an older one was taken in here, and its offers would come twice.
 */
export const judgeBackup = (
  { address, epoch, savedAt }: Pick<BackupContent, 'address' | 'epoch' | 'savedAt'>,
  practice: PracticeRecord | undefined,
): Result<null> => {
  if (practice === undefined) return refuse('no-identity');
  if (practice.address !== address) return refuse('unknown-key');
  if (practice.retired) return refuse('stale-epoch');
  if (practice.restoring || practice.backupOf === savedAt) return ok(null);
  if (practice.backupOf !== undefined) return refuse(savedAt < practice.backupOf ? 'superseded' : 'wrong-state');
  return epoch >= practice.epoch ? refuse('superseded') : ok(null);
};

/**
 * The slots of an offer that may be offered again. Free ones are, where nothing was announced since the backup, or where the
 * newest announcement still names them; of every other nobody knows whether somebody got it meanwhile.
 */
export const reoffered = (
  slots: readonly OwnOfferSlot[],
  saved: { readonly epoch: Epoch; readonly counter: Counter | undefined },
  last: LastAnnounced | undefined,
): OwnOfferSlot[] => {
  const nothingSince = last !== undefined && last.epoch === saved.epoch && last.counter === saved.counter;
  const stillFree = new Set(last?.starts);
  return slots.map((slot) =>
    slot.state !== 'free' || nothingSince || stillFree.has(slot.start)
      ? slot
      : { ...slot, state: 'withdrawn', withheld: true },
  );
};

/** An open one cannot be answered any more: the keys of its session are on the old device. */
const toEntry = (saved: SavedAppointment, offer: OfferId): InboxRecord => ({
  ...saved,
  offer,
  phase: saved.phase === 'confirmed' ? 'confirmed' : 'expired',
  refusal: undefined,
  owesReceipt: false,
  answer: undefined,
  answerNotBefore: 0 as Millis,
  unseen: false,
  restored: true,
  session: `restored:${saved.requestId}` as InboxRecord['session'],
  bucket: 0 as InboxRecord['bucket'],
  removalSeed: new Uint8Array(8),
});

export const createPracticeBackup = (context: Context, rules: PracticeBackupRules): PracticeBackup => {
  const { identity, offers, calendar, inbox, blocked } = rules;
  let waiting: BackupContent | undefined;

  const takeOffers = (saved: readonly SavedOffer[]): ReadonlyMap<OfferId, OfferId> => {
    const ids = new Map<OfferId, OfferId>();
    for (const { counter: _, ...offer } of saved) {
      const id = offers.take(offer);
      if (id !== undefined) ids.set(offer.id, id);
    }
    return ids;
  };

  /** After the patterns became slots, so that those of the days since the backup are judged, too. */
  const withhold = ({ address, epoch, offers: saved }: BackupContent, ids: ReadonlyMap<OfferId, OfferId>): void => {
    for (const { id: was, counter } of saved) {
      const offer: OwnOffer | undefined = offers.get(ids.get(was) ?? was);
      if (offer === undefined || !ids.has(was)) continue;
      const last = rules.lastAnnounced(address, was);
      offers.replaceSlots(offer.id, reoffered(offer.slots, { epoch, counter }, last));
    }
  };

  const apply = (content: BackupContent): void => {
    const ids = takeOffers(content.offers);
    const patterns = content.calendar.patterns.flatMap((pattern) => {
      const offer = ids.get(pattern.offer);
      return offer === undefined ? [] : [{ ...pattern, offer }];
    });
    blocked.take(content.blocked);
    inbox.take(content.appointments.map((saved) => toEntry(saved, ids.get(saved.offer) ?? saved.offer)));
    calendar.take({ ...content.calendar, patterns });
    withhold(content, ids);
    context.count('backup taken in');
  };

  return {
    take: (bytes) => {
      const decoded = decodeBackupContent(bytes);
      if (!decoded.ok) return decoded;
      const content = decoded.value;
      const practice = identity.current();
      const judged = judgeBackup(content, practice);
      if (!judged.ok) return judged;
      if (practice?.backupOf === content.savedAt) return ok('');
      if (practice?.restoring) {
        if (waiting !== undefined && waiting.savedAt > content.savedAt) return refuse('superseded');
        waiting = content;
        context.persist({ op: 'put', table: 'inbox', key: BACKUP_KEY, value: bytes });
        context.notify('practice');
        return ok('');
      }
      apply(content);
      identity.recover(content);
      return ok('');
    },
    waiting: () => waiting,
    settle: () => {
      if (waiting === undefined) return;
      apply(waiting);
      waiting = undefined;
      context.persist({ op: 'delete', table: 'inbox', key: BACKUP_KEY });
    },
    load: (content) => {
      waiting = content;
    },
  };
};
