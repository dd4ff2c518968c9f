import type { Millis } from '#core/brand.ts';
import { berlinWall } from '#core/calendar/berlin-time.ts';
import { addDays, weekdayOf } from '#core/calendar/civil-day.ts';
import { ANSWERED_WITHIN, type TallyDay } from '#core/domain/practice-tally.ts';
import { ok } from '#core/result.ts';
import type { NodeClient, NodeTopic } from '#host/rpc/api.ts';

type StatisticsCalls = Pick<NodeClient, 'practiceStatistics' | 'forgetStatistics'>;

const DAYS = 200;

/** Half a year of a practice that is open on weekdays and grows busier. */
const made = (): TallyDay[] => {
  const today = berlinWall(Date.now() as Millis).day;
  return Array.from({ length: DAYS }, (_, ago) => addDays(today, ago + 1 - DAYS))
    .filter((day) => weekdayOf(day) <= 5 && day % 3 !== 0)
    .map((day): TallyDay => {
      const [asked, given] = [1 + (day % 4), 1 + (day % 2)];
      const counts = [asked, given, day % 5 === 0 ? 1 : 0, asked > given ? 1 : 0, day % 7 === 0 ? 1 : 0, 0, 0, 0, 3];
      return { day, counts, answers: ANSWERED_WITHIN.map((_, step) => (step === 4 + (day % 6) ? given : 0)) };
    });
};

/** Statistics for looking at. */
export const statisticsCalls = (isFilled: boolean, tell: (topic: NodeTopic) => void): StatisticsCalls => {
  let days = isFilled ? made() : [];
  return {
    practiceStatistics: () => Promise.resolve(days),
    forgetStatistics: () => {
      days = [];
      tell('inbox');
      return Promise.resolve(ok(null));
    },
  };
};
