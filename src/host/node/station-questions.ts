/** A search as a question that goes over radio: coarser, and to others (docs/protocol/query.md). */
import type { Millis } from '#core/brand.ts';
import { DAY } from '#core/domain/limits.ts';
import { AGE_GROUPS, KOSTENTRAEGER, MODALITAETEN, SLOT_TYPES, toMask, VERFAHREN } from '#core/domain/values.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import { MAX_QUERY_DAYS, queryDay, type SlotQuestion } from '#core/wire/query.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import type { Views } from '#engine/views.ts';
import type { SearchQuery } from '#host/rpc/slot-api.ts';
import type { StationApi } from '#host/rpc/station-api.ts';
import type { Clock } from '#ports/clock.ts';

/** Each costs a second or two of air at every hop. */
const MOST_ANSWERS = 4;
const REGION_DIGITS = 2;
const ANY_AGE = 3;

export const toQuestion = (query: SearchQuery, skip: number, now: Millis): SlotQuestion => {
  const isRemote = query.modalitaeten.some((way) => way === 'VIDEO' || way === 'TELEFON');
  const region = isRemote ? undefined : query.around?.plz.slice(0, REGION_DIGITS);
  const days = Math.ceil(((query.to ?? now + MAX_QUERY_DAYS * DAY) - now) / DAY);
  return {
    plzDigits: region === undefined ? 0 : REGION_DIGITS,
    plzPrefix: Number(region ?? 0),
    verfahren: toMask(VERFAHREN, query.verfahren),
    modalitaet: toMask(MODALITAETEN, query.modalitaeten),
    kostentraeger: toMask(KOSTENTRAEGER, [query.payer]),
    slotTypes: toMask(SLOT_TYPES, query.types),
    ageGroup: query.ageGroup === undefined ? ANY_AGE : AGE_GROUPS.indexOf(query.ageGroup),
    fromDay: queryDay(toWireMinute(now)),
    days: Math.min(Math.max(days, 1), MAX_QUERY_DAYS),
    maxResults: MOST_ANSWERS,
    skip,
  };
};

export interface StationQuestionsParts {
  readonly run: (command: Command) => Promise<CommandReply>;
  readonly views: Pick<Views, 'answered'>;
  readonly clock: Clock;
}

export const createStationQuestions = ({ run, views, clock }: StationQuestionsParts): StationApi => ({
  askStations: (query, skip) => run({ kind: 'ask-slots', question: toQuestion(query, skip, clock.now()) }),
  stationAnswer: (question) => Promise.resolve(views.answered(question)),
});
