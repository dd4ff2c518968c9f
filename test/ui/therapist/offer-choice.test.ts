import { expect, test } from 'vitest';
import type { NodeAddress, OfferId, Plz } from '#core/brand.ts';
import type { OfferView } from '#host/rpc/api.ts';
import { offerAt, offerDetails, offerName, savedIn } from '#ui/therapist/offer-choice.ts';

const offer = (id: number, change: Partial<OfferView> = {}): OfferView => ({
  id: id as OfferId,
  type: 'SPRECHSTUNDE',
  verfahren: ['VT'],
  modalitaeten: ['VIDEO'],
  kostentraeger: ['GKV'],
  minutes: 50,
  plz: '80799' as Plz,
  ageGroup: 'ADULTS',
  series: false,
  codeRequired: false,
  slots: [],
  announcedAt: undefined,
  spread: 'queued',
  ...change,
});

test('an offer is named by its type and length: short enough for a narrow list', () => {
  const other = offer(1, { minutes: 25 });
  expect(offerName(offer(0), [offer(0), other])).toBe('Sprechstunde, 50 Minuten');
  expect(offerDetails(offer(0))).toBe('Verhaltenstherapie, Gesetzliche Kasse, Video');
});

test('two of one type and length are told apart', () => {
  const other = offer(1, { kostentraeger: ['PKV'] });
  const offers = [offer(0), other];
  expect(new Set(offers.map((one) => offerName(one, offers))).size).toBe(2);
  expect(offerName(other, offers)).toContain('Privat');
});

test('a list of offers stands at the one that was picked, else at the one just saved, else at the first', () => {
  const offers = [offer(0), offer(1), offer(2)];
  const at = (picked: string, saved?: number) => offerAt(offers, picked, saved as OfferId | undefined)?.id;
  expect([at('1', 2), at('', 2), at(''), at('7', 2), at('7', 9)]).toEqual([1, 2, 0, 2, 0]);
  expect(offerAt([], '', undefined)).toBeUndefined();
});

test('the offer that was saved is that of its practice, and of no other on this device', () => {
  const practice = 'ab'.repeat(16) as NodeAddress;
  const other = 'cd'.repeat(16) as NodeAddress;
  const note = { practice, id: 1 as OfferId, isNews: true };
  expect(savedIn(note, practice)).toBe(note);
  expect(savedIn(note, other)).toBeUndefined();
  expect(savedIn(undefined, practice)).toBeUndefined();
});
