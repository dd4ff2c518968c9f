import { describe, expect, test } from 'vitest';
import type { Millis, OfferId, Plz } from '#core/brand.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import type { OfferView } from '#host/rpc/api.ts';
import { checkTimes, MAX_AHEAD_DAYS, takenSpans } from '#ui/therapist/slot-times.ts';

const NOW = Date.UTC(2026, 10, 23, 8) as Millis;
const time = (offset: number, text = '09:00') => ({ text, at: (NOW + offset) as Millis });
const keys = (errors: ReturnType<typeof checkTimes>) => errors.map((error) => error?.key);

describe('typed times', () => {
  test('one after the other are right, also when one ends as the next begins', () => {
    const times = [time(HOUR), time(HOUR + 50 * MINUTE), time(3 * HOUR)];
    expect(checkTimes(times, 50, [], NOW)).toEqual([undefined, undefined, undefined]);
  });

  test.each([
    ['nothing typed', { text: '', at: undefined }, 'time-empty'],
    ['skipped by the clock', { text: '02:30', at: undefined }, 'slot-no-such-time'],
    ['now', time(0), 'slot-past'],
    ['past', time(-5 * MINUTE), 'slot-past'],
    ['off the grid', time(HOUR + MINUTE), 'slot-grid'],
    ['too far', time(MAX_AHEAD_DAYS * DAY + 5 * MINUTE), 'slot-far'],
  ])('%s is refused', (_, typed, key) => {
    expect(keys(checkTimes([typed], 50, [], NOW))).toEqual([key]);
  });

  test('the same time twice, and one that overlaps the one above, are refused at the lower field', () => {
    expect(keys(checkTimes([time(HOUR), time(HOUR), time(HOUR + 45 * MINUTE)], 50, [], NOW))).toEqual([
      undefined,
      'slot-twice',
      'slot-overlap',
    ]);
  });

  test('what is there already counts, whichever comes first', () => {
    const taken = [{ from: (NOW + 2 * HOUR) as Millis, to: (NOW + 3 * HOUR) as Millis }];
    expect(
      keys(
        checkTimes(
          [time(HOUR + 15 * MINUTE), time(2 * HOUR + 30 * MINUTE), time(3 * HOUR + 20 * MINUTE)],
          50,
          taken,
          NOW,
        ),
      ),
    ).toEqual(['slot-overlap', 'slot-overlap', undefined]);
  });
});

test('withdrawn and past slots leave their time free', () => {
  const offer = (id: number, minutes: number, slots: OfferView['slots']): OfferView => ({
    id: id as OfferId,
    type: 'SPRECHSTUNDE',
    verfahren: ['VT'],
    modalitaeten: ['VIDEO'],
    kostentraeger: ['GKV'],
    minutes,
    plz: '80799' as Plz,
    ageGroup: 'ALL',
    series: false,
    codeRequired: false,
    announcedAt: undefined,
    spread: 'queued',
    slots,
  });
  const at = (hours: number): Millis => (NOW + hours * HOUR) as Millis;
  const spans = takenSpans(
    [
      offer(0, 25, [
        { start: at(1), state: 'free', requests: 0, confirmedFor: undefined, held: undefined },
        { start: at(2), state: 'withdrawn', requests: 0, confirmedFor: undefined, held: undefined },
        { start: at(-3), state: 'past', requests: 0, confirmedFor: undefined, held: undefined },
      ]),
      offer(1, 100, [
        { start: at(3), state: 'requested', requests: 2, confirmedFor: undefined, held: undefined },
        { start: at(5), state: 'confirmed', requests: 0, confirmedFor: undefined, held: undefined },
      ]),
    ],
    NOW,
  );
  expect(spans).toEqual([
    { from: at(1), to: at(1) + 25 * MINUTE },
    { from: at(3), to: at(3) + 100 * MINUTE },
    { from: at(5), to: at(5) + 100 * MINUTE },
  ]);
});
