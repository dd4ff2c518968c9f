import type { PracticeError } from '#ui/therapist/practice-error.ts';

/** The 24 words: asking for three of them before a practice relies on its note. Pure. */
export const splitWords = (text: string): string[] =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');

export const ASKED_WORDS = 3;

/** Three different positions, counted from 0, in rising order. `random` gives whole numbers below its argument. */
export const pickPositions = (count: number, random: (below: number) => number): number[] => {
  const left = Array.from({ length: count }, (_, index) => index);
  const picked: number[] = [];
  while (picked.length < ASKED_WORDS && left.length > 0) picked.push(...left.splice(random(left.length), 1));
  return picked.sort((a, b) => a - b);
};

/** Errors by position: the typed word must be the one that stands there. */
export const checkAskedWords = (
  words: readonly string[],
  positions: readonly number[],
  typed: readonly string[],
): (PracticeError | undefined)[] =>
  positions.map((position, index) => {
    const word = typed[index]?.trim().toLowerCase() ?? '';
    if (word === '') return { key: 'required' };
    return word === words[position] ? undefined : { key: 'word-wrong' };
  });
