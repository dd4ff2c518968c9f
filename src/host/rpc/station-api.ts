import type { Result } from '#core/result.ts';
import type { SearchQuery } from '#host/rpc/slot-api.ts';

/** Where slots come by radio, only those of the surroundings do; others are asked for, at the stations towards the internet. */
export interface StationApi {
  /**
   * Asks for slots like these: payer, kind, age and days; anywhere for video or telephone, else in the region of the place. The first
   * `skip` (0–255) of the best are left out, because they came already. Gives the question's name. `wrong-state` without a way to
   * another station, `rate-limited` three questions later, `malformed` for what cannot be asked.
   */
  askStations(query: SearchQuery, skip: number): Promise<Result<string>>;
  /** Undefined before an answer came, and ten minutes after the question. */
  stationAnswer(question: string): Promise<StationAnswer | undefined>;
}

/** Offers. */
export interface StationAnswer {
  readonly came: number;
  /** Of them, those that were not here before. */
  readonly fresh: number;
}
