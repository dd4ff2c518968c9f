import type { Millis } from '#core/brand.ts';
import { ok, refuse } from '#core/result.ts';
import type { NodeClient } from '#host/rpc/api.ts';

type BackupCalls = Pick<NodeClient, 'saveBackup' | 'readBackup' | 'takeBackup'>;

/** A backup for looking at: whatever file is given is one, unless it is empty. */
export const backupCalls = (): BackupCalls => ({
  saveBackup: () => Promise.resolve(ok(new Uint8Array(300).fill(7))),
  readBackup: (file) => {
    if (file.length === 0) return Promise.resolve(refuse('malformed'));
    const savedAt = (Date.now() - 3 * 86_400_000) as Millis;
    return Promise.resolve(
      ok({ savedAt, name: 'Dr. Miriam Aydın', offers: 2, patterns: 3, appointments: 4, blocked: 1 }),
    );
  },
  takeBackup: () => Promise.resolve(ok(null)),
});
