import { expect, test } from 'vitest';
import type { Epoch, Millis, NodeAddress, OfferId } from '#core/brand.ts';
import type { InboxEntry, PracticeView } from '#host/rpc/api.ts';
import { broughtBack, countPractice, countsText, NOTHING, parseCounts } from '#ui/therapist/brought-back.ts';

const practice: PracticeView = {
  address: 'ab'.repeat(16) as NodeAddress,
  publicKey: new Uint8Array(32),
  epoch: 0 as Epoch,
  profile: undefined,
  trust: { level: 0, reason: undefined, registrar: undefined, validUntil: undefined, revocationListFrom: undefined },
  offers: [],
  calendar: { land: undefined, patterns: [], busy: [{ from: 1 as Millis, to: 2 as Millis }] },
  restoring: false,
  retired: false,
};
const entry = (start: number, phase: InboxEntry['phase'], restored?: true): InboxEntry => ({
  requestId: `${start}${phase}`,
  ref: { practice: practice.address, offer: 0 as OfferId, start: start as Millis },
  minutes: 50,
  type: 'SPRECHSTUNDE',
  modalitaeten: ['VOR_ORT'],
  receivedAt: 0 as Millis,
  deadline: 0 as Millis,
  phase,
  answer: undefined,
  unseen: false,
  sender: '00',
  pseudonym: 'Linde',
  text: '',
  code: '',
  note: '',
  restored,
  held: undefined,
});

test('restored appointments count while they are to come, and open requests as lapsed', () => {
  const inbox = [
    entry(200, 'confirmed', true),
    entry(50, 'confirmed', true),
    entry(300, 'expired', true),
    entry(200, 'confirmed'),
    entry(300, 'expired'),
  ];
  expect(countPractice(practice, inbox, 2, 100 as Millis)).toEqual({
    ...NOTHING,
    busy: 1,
    appointments: 1,
    lapsed: 1,
    blocked: 2,
  });
});

test('what came back is what is more than before, and never less than nothing', () => {
  const before = { ...NOTHING, offers: 1, blocked: 3 };
  expect(broughtBack(before, { ...NOTHING, offers: 4, patterns: 2, blocked: 2 })).toEqual({
    ...NOTHING,
    offers: 3,
    patterns: 2,
  });
});

test('counts come back from text as they went, and nothing comes from another text', () => {
  const counts = { offers: 1, patterns: 2, busy: 3, appointments: 4, lapsed: 5, blocked: 6 };
  expect(parseCounts(countsText(counts))).toEqual(counts);
  for (const text of [null, '', '1 2 3', '1 2 3 4 5 -6', '1 2 3 4 5 6 7', 'a b c d e f', '1 2 3 4 5 9999999'])
    expect(parseCounts(text)).toBeUndefined();
});
