import type { Millis, OfferId, Plz } from '#core/brand.ts';
import { DAY, HOUR, MINUTE } from '#core/domain/limits.ts';
import type { OfferView, OwnSlot } from '#host/rpc/api.ts';

/** What a made-up practice offers: slots in every state. Deterministic but for the day they start from. */
export const soon = (now: Millis, days: number, hour: number, minute = 0): Millis =>
  (Math.floor(now / DAY) * DAY + days * DAY + (hour - 1) * HOUR + minute * MINUTE) as Millis;

const NOBODY = { requests: 0, confirmedFor: undefined, held: undefined } as const;
export const slotOf = (start: Millis, state: OwnSlot['state']): OwnSlot => ({ start, state, ...NOBODY });

/** `a` and `b`: when somebody has asked for a slot of the first and of the second offer. */
export const filledOffers = (now: Millis, a: Millis, b: Millis): OfferView[] => [
  {
    id: 0 as OfferId,
    type: 'SPRECHSTUNDE',
    verfahren: ['VT'],
    modalitaeten: ['VOR_ORT', 'VIDEO'],
    kostentraeger: ['GKV'],
    minutes: 25,
    plz: '80799' as Plz,
    ageGroup: 'ADULTS',
    series: false,
    codeRequired: false,
    announcedAt: (now - 12 * MINUTE) as Millis,
    spread: 'custody',
    slots: [
      slotOf(soon(now, 2, 9), 'free'),
      slotOf(soon(now, 2, 10), 'free'),
      { start: a, state: 'requested', requests: 2, confirmedFor: undefined, held: undefined },
      { ...slotOf(soon(now, 3, 16), 'confirmed'), confirmedFor: 'Linde', confirmedRequest: 'in-4' },
      slotOf(soon(now, 4, 11), 'withdrawn'),
      { ...slotOf(soon(now, 9, 11), 'free'), waits: true },
      { ...slotOf(soon(now, 9, 13), 'free'), waits: true },
    ],
  },
  {
    id: 1 as OfferId,
    type: 'PROBATORIK',
    verfahren: ['VT'],
    modalitaeten: ['VOR_ORT'],
    kostentraeger: ['GKV', 'PKV'],
    minutes: 50,
    plz: '80799' as Plz,
    ageGroup: 'ADULTS',
    series: false,
    codeRequired: true,
    announcedAt: (now - 2 * HOUR) as Millis,
    spread: 'sent',
    slots: [{ start: b, state: 'requested', requests: 1, confirmedFor: undefined, held: undefined }],
  },
];
