import type { Millis } from '#core/brand.ts';
import type { Result } from '#core/result.ts';

/**
 * A practice's backup file (docs/protocol/backup.md): what the words alone do not bring back. Refusals of a file: `malformed`
 * is no backup at all, `unknown-kind` comes from a newer version of the app, `unknown-key` is another practice's,
 * `cannot-open` or `not-canonical` is damaged, `superseded` is older than what is here, `wrong-state` would come on top of
 * another backup.
 */
export interface BackupApi {
  /** The file's bytes. `not-found` when this device has not had the words since it can make such files. */
  saveBackup(): Promise<Result<Uint8Array>>;
  /** Opens a file and changes nothing. With the words before there is a practice here; with none afterwards. */
  readBackup(file: Uint8Array, words: string): Promise<Result<BackupView>>;
  /** Adds what the file holds; nothing here is replaced. While a restore waits, it waits too. May be repeated. */
  takeBackup(file: Uint8Array): Promise<Result<null>>;
}

export interface BackupView {
  readonly savedAt: Millis;
  /** The practice's name; empty where it had no profile yet. */
  readonly name: string;
  readonly offers: number;
  readonly patterns: number;
  /** That are still to come. */
  readonly appointments: number;
  readonly blocked: number;
}
