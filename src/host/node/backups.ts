import {
  BACKUP_SALT_BYTES,
  backupSecret,
  decodeBackupFile,
  openBackup,
  type SealedBackup,
  sealBackup,
} from '#core/backup/backup-file.ts';
import type { KeyName } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { addressOf } from '#core/crypto/address.ts';
import { decodeWords, identitySeed } from '#core/crypto/words.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import {
  type BackupContent,
  backupContent,
  decodeBackupContent,
  encodeBackupContent,
} from '#engine/fapp/backup-content.ts';
import { judgeBackup } from '#engine/fapp/practice-backup.ts';
import type { Views } from '#engine/views.ts';
import type { BackupApi, BackupView } from '#host/rpc/backup-api.ts';
import type { Clock } from '#ports/clock.ts';
import type { Crypto } from '#ports/crypto.ts';
import type { Rng } from '#ports/rng.ts';

/** Saves a practice into a file and reads one (docs/protocol/backup.md). */
export interface BackupParts {
  readonly run: (command: Command) => Promise<CommandReply>;
  readonly views: Views;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Rng;
}

interface Opened {
  readonly content: BackupContent;
  /** As it stood in the file. */
  readonly bytes: Uint8Array;
}

const SECRET = 'backup' as KeyName;
const CANDIDATE = 'backup candidate' as KeyName;

/** From the words on, this device can save and read the practice's backups. */
export const keepBackupSecret = (crypto: Crypto, entropy: Uint8Array): Promise<void> =>
  crypto.importSecret(SECRET, backupSecret(entropy));

export const createBackupCalls = ({ run, views, crypto, clock, random }: BackupParts): BackupApi => {
  const open = async (file: SealedBackup, secret: KeyName): Promise<Result<Opened>> => {
    const key = await crypto.derive(secret, file.salt);
    if (key === undefined) return refuse('not-found');
    const opened = openBackup(file, key);
    if (!opened.ok) return opened;
    const content = decodeBackupContent(opened.value);
    if (!content.ok) return content;
    if (content.value.address !== toHex(file.address)) return refuse('cannot-open');
    return ok({ content: content.value, bytes: opened.value });
  };

  /** By the words, before they are this device's. */
  const openByWords = async (file: SealedBackup, words: string): Promise<Result<Opened>> => {
    const entropy = decodeWords(words);
    if (!entropy.ok) return refuse('bad-key');
    const publicKey = await crypto.importIdentity(CANDIDATE, identitySeed(entropy.value));
    try {
      if (addressOf(publicKey) !== toHex(file.address)) return refuse('unknown-key');
      await crypto.importSecret(CANDIDATE, backupSecret(entropy.value));
      return await open(file, CANDIDATE);
    } finally {
      await crypto.forget([CANDIDATE]);
    }
  };

  const openHere = async (file: SealedBackup): Promise<Result<Opened>> => {
    const practice = views.practice();
    if (practice === undefined) return refuse('no-identity');
    if (practice.address !== toHex(file.address)) return refuse('unknown-key');
    const opened = await open(file, SECRET);
    if (!opened.ok) return opened;
    const judged = judgeBackup(opened.value.content, views.practice());
    return judged.ok ? opened : judged;
  };

  return {
    saveBackup: async () => {
      const practice = views.practice();
      if (practice === undefined) return refuse('no-identity');
      const address = fromHex(practice.address);
      // What comes back from an older backup is not here yet.
      if (address === undefined || practice.restoring) return refuse('wrong-state');
      const salt = random.bytes(BACKUP_SALT_BYTES);
      const key = await crypto.derive(SECRET, salt);
      if (key === undefined) return refuse('not-found');
      const [offers, calendar, inbox, blocked] = [views.offers(), views.calendar(), views.inbox(), views.blocked()];
      const content = encodeBackupContent(backupContent({ practice, offers, calendar, inbox, blocked }, clock.now()));
      return content.ok ? sealBackup({ address, salt, key }, content.value) : content;
    },
    readBackup: async (bytes, words) => {
      const file = decodeBackupFile(bytes);
      if (!file.ok) return file;
      const opened = await (words === '' ? openHere(file.value) : openByWords(file.value, words));
      return opened.ok ? ok(toView(opened.value.content, clock)) : opened;
    },
    takeBackup: async (bytes) => {
      const file = decodeBackupFile(bytes);
      if (!file.ok) return file;
      const opened = await openHere(file.value);
      if (!opened.ok) return opened;
      const reply = await run({ kind: 'take-backup', content: opened.value.bytes });
      return reply.ok ? ok(null) : reply;
    },
  };
};

const toView = (content: BackupContent, clock: Clock): BackupView => ({
  savedAt: content.savedAt,
  name: content.profile?.name ?? '',
  offers: content.offers.filter(({ withdrawn }) => !withdrawn).length,
  patterns: content.calendar.patterns.length,
  appointments: content.appointments.filter(({ phase, start }) => phase === 'confirmed' && start > clock.now()).length,
  blocked: content.blocked.length,
});
