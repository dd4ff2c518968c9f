/** What errors of LevelDB and of the disk mean for the Store port. LevelDB says why only in its text. */
import { StoreError, type StoreFailure } from '#ports/store.ts';

/** The disk, the quota or the process's limit is used up: Node's codes, and what strerror says of them. */
const NO_ROOM_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NO_ROOM_TEXT = /No space left on device|Disk quota exceeded|File too large/;

export const toStoreError = (error: unknown): StoreError =>
  error instanceof StoreError ? error : new StoreError(failureOf(error), { cause: error });

const failureOf = (error: unknown): StoreFailure => {
  const links = chainOf(error);
  if (links.some(({ code, message }) => NO_ROOM_CODES.has(code) || NO_ROOM_TEXT.test(message))) return 'full';
  if (links.some(({ code }) => code === 'LEVEL_CORRUPTION')) return 'corrupt';
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
