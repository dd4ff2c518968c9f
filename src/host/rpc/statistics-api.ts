import type { TallyDay } from '#core/domain/practice-tally.ts';
import type { Result } from '#core/result.ts';

/** What a practice's device counts for the practice alone: numbers by day, of nobody in particular. */
export interface StatisticsApi {
  /** Days on which something was counted, oldest first, of the last 400. */
  practiceStatistics(): Promise<TallyDay[]>;
  /** They begin anew. May be repeated. */
  forgetStatistics(): Promise<Result<null>>;
}
