/**
 * A file that holds room on the disk: LevelDB must write in order to open a folder, so on a full disk it could not even
 * find out whether the write that met the end of the disk happened. The reserve is given up for that, and made again
 * before the next write.
 */
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface DiskReserve {
  /** Holds the room, or rejects when there is none. */
  hold(): Promise<void>;
  /** Gives the room back. */
  free(): Promise<void>;
}

const BLOCK = new Uint8Array(1024 * 1024);

export const createDiskReserve = (folder: string, bytes: number): DiskReserve => {
  const path = join(folder, 'reserve');
  const partial = `${path}.part`;
  let held = false;
  const free = async (): Promise<void> => {
    held = false;
    await rm(path, { force: true });
    await rm(partial, { force: true });
  };
  return {
    free,
    hold: async () => {
      if (held) return;
      if ((await sizeOf(path)) !== bytes) {
        try {
          await fill(partial, bytes);
          await rename(partial, path);
        } catch (error) {
          await free();
          throw error;
        }
      }
      held = true;
    },
  };
};

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Real zeros, synced: a sparse file would hold nothing. */
const fill = async (path: string, bytes: number): Promise<void> => {
  const file = await open(path, 'w');
  try {
    for (let at = 0; at < bytes; at += BLOCK.length) {
      await file.writeFile(BLOCK.subarray(0, Math.min(BLOCK.length, bytes - at)));
    }
    await file.sync();
  } finally {
    await file.close();
  }
};
