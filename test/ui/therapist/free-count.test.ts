import { expect, test } from 'vitest';
import type { Millis, OfferId, Plz } from '#core/brand.ts';
import type { OfferView, OwnSlot } from '#host/rpc/api.ts';
import { announcedCount, freeCount } from '#ui/therapist/free-count.ts';

const slot = (change: Partial<OwnSlot>): OwnSlot => ({
  start: 100 as Millis,
  state: 'free',
  requests: 0,
  confirmedFor: undefined,
  held: undefined,
  ...change,
});

const offer = (slots: readonly OwnSlot[], change: Partial<OfferView> = {}): OfferView => ({
  id: 0 as OfferId,
  type: 'SPRECHSTUNDE',
  verfahren: ['VT'],
  modalitaeten: ['VOR_ORT'],
  kostentraeger: ['GKV'],
  minutes: 50,
  plz: '80331' as Plz,
  ageGroup: 'ADULTS',
  series: false,
  codeRequired: false,
  slots,
  announcedAt: 1 as Millis,
  spread: 'custody',
  ...change,
});

const SLOTS = [
  slot({}),
  slot({ state: 'requested', requests: 2 }),
  slot({ waits: true }),
  slot({ hidden: true }),
  slot({ state: 'confirmed' }),
  slot({ state: 'withdrawn' }),
  slot({ state: 'past' }),
];

test('what an announcement carries and what waits are two numbers, and hidden slots are in neither', () => {
  expect(freeCount([offer(SLOTS), offer([slot({})])])).toEqual({ carried: 3, waiting: 1 });
});

test('patients see nothing of an offer that has not left, nor of a practice that another device has', () => {
  const offers = [offer(SLOTS), offer(SLOTS, { spread: 'queued' }), offer(SLOTS, { announcedAt: undefined })];
  expect(announcedCount({ offers, retired: false })).toEqual({ carried: 2, waiting: 1 });
  expect(announcedCount({ offers, retired: true })).toEqual({ carried: 0, waiting: 0 });
});
