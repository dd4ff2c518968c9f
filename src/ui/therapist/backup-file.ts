import type { RefusalCode } from '#core/refusal.ts';
import { m } from '#ui/paraglide/messages.js';

/** The practice's backup file, as far as a window has to do with it: its name, its bytes, and what is wrong with one. */
export const BACKUP_TYPE = '.tfbackup';
/** A larger file is none, and is not read. */
export const MAX_BACKUP_FILE = 4 * 1024 * 1024;

const WORDS: Partial<Record<RefusalCode, () => string>> = {
  malformed: m.backup_error_none,
  'too-large': m.backup_error_none,
  'unknown-kind': m.backup_error_newer,
  'unknown-key': m.backup_error_other,
  'cannot-open': m.backup_error_damaged,
  'not-canonical': m.backup_error_damaged,
  superseded: m.backup_error_older,
  'wrong-state': m.backup_error_again,
};

/** What to say of a refusal, or undefined where it means what it means everywhere. */
export const backupRefusalText = (code: RefusalCode): string | undefined => WORDS[code]?.();

/** Hands the bytes to the browser as a file. `day`: `2026-11-24`. */
export const saveBackupFile = (bytes: Uint8Array, day: string): string => {
  const name = `${m.backup_file()}-${day}${BACKUP_TYPE}`;
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the download begins in a later task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return name;
};
