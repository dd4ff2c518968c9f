import type { Millis } from '#core/brand.ts';
import { HOUR } from '#core/domain/limits.ts';

/**
 * How many announcements stations gave to a question before, whoever asked it here: nobody's airtime goes to the same ones
 * twice. Forgotten an hour after it was first asked: others are free by then.
 */
export interface AnswersBefore {
  skip(question: string, now: Millis): number;
  /** An answer came. The same `answer` counts once. */
  note(question: string, answer: string, came: number, now: Millis): void;
}

interface Tally {
  readonly since: Millis;
  readonly answers: ReadonlySet<string>;
  readonly came: number;
}

export const createAnswersBefore = (): AnswersBefore => {
  const tallies = new Map<string, Tally>();
  const tallyOf = (question: string, now: Millis): Tally => {
    const tally = tallies.get(question);
    return tally !== undefined && now - tally.since < HOUR ? tally : { since: now, answers: new Set(), came: 0 };
  };
  return {
    skip: (question, now) => tallyOf(question, now).came,
    note: (question, answer, came, now) => {
      const tally = tallyOf(question, now);
      if (tally.answers.has(answer)) return;
      const answers = new Set([...tally.answers, answer]);
      tallies.set(question, { since: tally.since, answers, came: tally.came + came });
    },
  };
};
