import type { PracticeError } from '#ui/therapist/practice-error.ts';

/** What is wrong with 24 words as typed, before anything is done with them. The list of 2048 words is loaded only here. */
export const wordsFault = async (typed: string): Promise<PracticeError | undefined> => {
  if (typed.trim() === '') return { key: 'required' };
  const { decodeWords, MAX_WORDS_TEXT } = await import('#core/crypto/words.ts');
  const decoded = decodeWords(typed);
  if (decoded.ok) return undefined;
  switch (decoded.code.kind) {
    case 'word-count':
      return { key: 'words-count', count: decoded.code.count };
    case 'unknown-word':
      return { key: 'word-unknown', position: decoded.code.position };
    case 'checksum':
      return { key: 'words-checksum' };
    case 'too-long':
      return { key: 'bytes-over', over: typed.length - MAX_WORDS_TEXT };
  }
};
