/** What LevelDB's errors mean for the Store port. Its codes are coarse; the reason of an I/O error is only in its text. */
import { StoreError, type StoreFailure } from '#ports/store.ts';

/** strerror texts of ENOSPC, EDQUOT and EFBIG: the disk, the quota or the process's limit is used up. */
const NO_ROOM = /No space left on device|Disk quota exceeded|File too large/;

export const toStoreError = (error: unknown): StoreError =>
  error instanceof StoreError ? error : new StoreError(failureOf(error), { cause: error });

const failureOf = (error: unknown): StoreFailure => {
  const links = chainOf(error);
  const codes = new Set(links.map(({ code }) => code));
  if (links.some(({ message }) => NO_ROOM.test(message))) return 'full';
  if (codes.has('LEVEL_CORRUPTION')) return 'corrupt';
  return 'unavailable';
};

/** The error, its cause, and so on: abstract-level wraps what LevelDB said. */
const chainOf = (error: unknown): { readonly code: unknown; readonly message: string }[] => {
  const links = [];
  for (let link = error; link instanceof Error && links.length < 8; link = link.cause) {
    links.push({ code: 'code' in link ? link.code : undefined, message: link.message });
  }
  return links;
};
