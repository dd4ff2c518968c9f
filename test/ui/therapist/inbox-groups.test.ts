import { expect, test } from 'vitest';
import type { Millis, NodeAddress, OfferId, Plz } from '#core/brand.ts';
import type { InboxEntry, OfferView, OwnSlot } from '#host/rpc/api.ts';
import {
  alsoAsked,
  answered,
  inboxCount,
  isFreeAgain,
  mayOfferAgain,
  news,
  openGroups,
} from '#ui/therapist/inbox-groups.ts';

const entry = (
  requestId: string,
  start: number,
  receivedAt: number,
  phase: InboxEntry['phase'] = 'open',
): InboxEntry => ({
  requestId,
  ref: { practice: 'ab'.repeat(16) as NodeAddress, offer: 0 as OfferId, start: start as Millis },
  minutes: 50,
  type: 'SPRECHSTUNDE',
  modalitaeten: ['VOR_ORT'],
  receivedAt: receivedAt as Millis,
  deadline: 0 as Millis,
  phase,
  answer: undefined,
  sender: requestId,
  pseudonym: requestId,
  text: '',
  code: '',
  note: '',
  unseen: false,
  held: undefined,
});

const entries = [
  entry('late', 200, 5),
  entry('b', 100, 9),
  entry('a', 100, 3),
  entry('done', 100, 1, 'rejected'),
  entry('gone', 50, 2, 'cancelled'),
];

test('open requests stand by slot, the soonest slot and the earliest request first', () => {
  const groups = openGroups(entries);
  expect(groups.map((group) => group.entries.map((one) => one.requestId))).toEqual([['a', 'b'], ['late']]);
});

test('two offers at one time are two groups', () => {
  const other = { ...entry('x', 100, 1), ref: { ...entry('x', 100, 1).ref, offer: 1 as OfferId } };
  expect(openGroups([entry('a', 100, 3), other])).toHaveLength(2);
});

test('what was answered stands apart, the newest first', () => {
  expect(answered(entries).map((one) => one.requestId)).toEqual(['gone', 'done']);
});

test('an appointment that was cancelled counts until it was seen, and only then is one of the answered', () => {
  const cancelled = { ...entry('told', 300, 4, 'cancelled'), unseen: true };
  const sooner = { ...entry('sooner', 80, 1, 'cancelled'), unseen: true };
  const all = [...entries, cancelled, sooner];
  expect(news(all).map((one) => one.requestId)).toEqual(['sooner', 'told']);
  expect(inboxCount(all)).toBe(5);
  expect(answered(all)).not.toContain(cancelled);
  const seen = { ...cancelled, unseen: false };
  expect(news([seen])).toEqual([]);
  expect(inboxCount([seen])).toBe(0);
  expect(answered([seen])).toEqual([seen]);
});

test('its slot is said to be free again only when it is', () => {
  const now = 100 as Millis;
  const offer = (state: OwnSlot['state']): OfferView => ({
    id: 0 as OfferId,
    type: 'SPRECHSTUNDE',
    verfahren: ['VT'],
    modalitaeten: ['VIDEO'],
    kostentraeger: ['GKV'],
    minutes: 50,
    plz: '80799' as Plz,
    ageGroup: 'ADULTS',
    series: false,
    codeRequired: false,
    slots: [{ start: 300 as Millis, state, requests: 0, confirmedFor: undefined, held: undefined }],
    announcedAt: undefined,
    spread: 'queued',
  });
  const cancelled = entry('told', 300, 4, 'cancelled');
  expect(isFreeAgain(cancelled, [offer('free')], now)).toBe(true);
  expect(isFreeAgain(cancelled, [offer('requested')], now)).toBe(true);
  expect(isFreeAgain(cancelled, [offer('confirmed')], now)).toBe(false);
  expect(isFreeAgain(cancelled, [offer('withdrawn')], now)).toBe(false);
  expect(isFreeAgain(cancelled, [], now)).toBe(false);
  expect(isFreeAgain(cancelled, [offer('free')], 300 as Millis)).toBe(false);
  const called = entry('called', 300, 4, 'called-off');
  expect(mayOfferAgain(called, [offer('withdrawn')], now)).toBe(true);
  expect(mayOfferAgain(called, [offer('free')], now)).toBe(false);
  expect(mayOfferAgain(called, [], now)).toBe(false);
  expect(mayOfferAgain(called, [offer('withdrawn')], 300 as Millis)).toBe(false);
});

test('what one device asked for besides is named, the soonest first, as long as it has it', () => {
  const now = 150 as Millis;
  const from = (sender: string, ...rest: Parameters<typeof entry>): InboxEntry => ({ ...entry(...rest), sender });
  const all = [
    from('x', 'first', 200, 1),
    from('x', 'later', 400, 2),
    from('x', 'mine', 300, 3, 'confirmed'),
    from('x', 'over', 100, 4, 'confirmed'),
    from('x', 'no', 250, 5, 'rejected'),
    from('y', 'stranger', 200, 6),
  ];
  const names = (requestId: string) =>
    all
      .filter((one) => one.requestId === requestId)
      .flatMap((one) => alsoAsked(one, all, now))
      .map((one) => one.requestId);
  expect(names('first')).toEqual(['mine', 'later']);
  expect(names('stranger')).toEqual([]);
});
