import { createHash } from 'node:crypto';

/** SHA-256 of everything that happened, in order. What comes is gathered: a call of the hash for each frame costs more than the frame. */
export interface TraceHash {
  line(text: string): void;
  bytes(bytes: Uint8Array): void;
  /** Of all so far: 32 hex digits. */
  digest(): string;
}

const GATHERED = 1 << 16;
/** A character of a line is at most so many bytes. */
const MAX_CHARACTER = 3;

export const createTraceHash = (): TraceHash => {
  const hash = createHash('sha256');
  const gathered = Buffer.alloc(GATHERED);
  let length = 0;
  const flush = (): void => {
    hash.update(gathered.subarray(0, length));
    length = 0;
  };
  const fits = (count: number): boolean => {
    if (length + count > GATHERED) flush();
    return count <= GATHERED;
  };
  return {
    line: (text) => {
      if (fits(text.length * MAX_CHARACTER)) length += gathered.write(text, length);
      else hash.update(text);
    },
    bytes: (bytes) => {
      if (!fits(bytes.length)) return void hash.update(bytes);
      gathered.set(bytes, length);
      length += bytes.length;
    },
    digest: () => {
      flush();
      return hash.copy().digest('hex').slice(0, 32);
    },
  };
};
