import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress } from '#core/brand.ts';
import type { Kostentraeger } from '#core/domain/values.ts';
import type { SlotDetails } from '#host/rpc/api.ts';
import { makeSlots } from '#test/ui/fixture-slots.ts';
import { alternativesQuery, OFFERED, pickAlternatives } from '#ui/patient/alternatives.ts';

const [base] = makeSlots(Date.UTC(2026, 10, 21) as Millis, 1);
const slot = (practice: string, payers: readonly Kostentraeger[], start: number): SlotDetails => ({
  ...base!,
  ref: { ...base!.ref, practice: practice.repeat(32) as NodeAddress, start: start as Millis },
  kostentraeger: payers,
});
const lost = slot('a', ['GKV', 'PKV'], 1);
const withVt = (card: SlotDetails): SlotDetails =>
  card.verfahren.includes('AP') ? card : { ...card, verfahren: ['VT'] };

describe('after a rejection', () => {
  test('only slots count that every payer of the lost one covers', () => {
    const cards = [slot('b', ['GKV'], 2), slot('c', ['PKV', 'GKV'], 3), slot('d', ['SELBSTZAHLER'], 4)];
    expect(pickAlternatives(lost, cards)).toEqual([cards[1]]);
  });

  test('the lost slot is not offered again', () => {
    expect(pickAlternatives(lost, [lost])).toEqual([]);
  });

  test('nor is one that was asked for before, whatever came of it', () => {
    const cards = [slot('b', ['GKV', 'PKV'], 2), slot('b', ['GKV', 'PKV'], 3)];
    expect(pickAlternatives(lost, cards, [{ ref: cards[0]!.ref, refusal: 'rejected' as never }])).toEqual([cards[1]]);
  });

  test('three at most, one for each practice first', () => {
    const cards = [
      slot('b', ['GKV', 'PKV'], 2),
      slot('b', ['GKV', 'PKV'], 3),
      slot('b', ['GKV', 'PKV'], 4),
      slot('c', ['GKV', 'PKV'], 5),
    ];
    const picked = pickAlternatives(lost, cards);
    expect(picked).toHaveLength(OFFERED);
    expect(picked[1]).toBe(cards[3]);
  });

  test('a second practice comes before a second hour, even with another method', () => {
    const other: SlotDetails = { ...slot('c', ['GKV', 'PKV'], 5), verfahren: ['AP'] };
    const cards = [slot('b', ['GKV', 'PKV'], 2), slot('b', ['GKV', 'PKV'], 3), other];
    expect(
      pickAlternatives({ ...lost, verfahren: ['VT'] }, cards.map(withVt)).map(({ ref }) => ref.practice[0]),
    ).toEqual(['b', 'c', 'b']);
  });

  test('another practice before the one that was lost, and a checked one before others', () => {
    const level = (card: SlotDetails, trust: 0 | 2): SlotDetails => ({
      ...card,
      trust: { ...card.trust, level: trust },
    });
    const own = level(slot('a', ['GKV', 'PKV'], 2), 2);
    const [unchecked, checked] = [level(slot('b', ['GKV', 'PKV'], 3), 0), level(slot('c', ['GKV', 'PKV'], 4), 2)];
    expect(pickAlternatives(lost, [own, unchecked, checked])).toEqual([checked, unchecked, own]);
  });

  test('nothing of a practice that takes no requests from this device', () => {
    const cards = [slot('b', ['GKV', 'PKV'], 2), slot('c', ['GKV', 'PKV'], 5)];
    const asked = [{ ref: slot('b', ['GKV', 'PKV'], 1).ref, refusal: 'blocked' as const }];
    expect(pickAlternatives(lost, cards, asked)).toEqual([cards[1]]);
  });

  test('asks near the lost slot for the same kind, and shows unchecked practices only to who asked one', () => {
    expect(alternativesQuery(lost)).toMatchObject({ payer: 'GKV', types: [lost.type], minTrust: 1 });
    const open = { ...lost, trust: { ...lost.trust, level: 0 as const } };
    expect(alternativesQuery(open)?.minTrust).toBe(0);
    expect(alternativesQuery({ ...lost, kostentraeger: [] })).toBeUndefined();
  });
});
