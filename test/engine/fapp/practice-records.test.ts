/** What a practice's device kept, read back: also by a newer version, and never guessed. */
import { expect, test } from 'vitest';
import type { Bucket, Millis, OfferId, SessionName } from '#core/brand.ts';
import { toUtf8 } from '#core/bytes/utf8.ts';
import type { Decision } from '#engine/command.ts';
import { decodeHeldDecision, encodeHeldDecision } from '#engine/fapp/held-decision.ts';
import { decodeInboxRecord, encodeInboxRecord, type InboxRecord } from '#engine/fapp/inbox-entry.ts';

const ENTRY: InboxRecord = {
  requestId: '00000000000000a1',
  sender: '00000000000000b2',
  pseudonym: 'Mondlicht',
  code: '',
  text: '',
  offer: 0 as OfferId,
  start: 300_000 as Millis,
  receivedAt: 1 as Millis,
  deadline: 2 as Millis,
  phase: 'cancelled',
  refusal: undefined,
  owesReceipt: false,
  answer: 'custody',
  answerNotBefore: 0 as Millis,
  note: '',
  unseen: true,
  session: 'session' as SessionName,
  bucket: 7 as Bucket,
  removalSeed: new Uint8Array(16).fill(3),
};

test('a request is read back as it was kept; one that is older than its news is seen', () => {
  expect(decodeInboxRecord(encodeInboxRecord(ENTRY))).toEqual({ ok: true, value: ENTRY });
  const older = new TextDecoder().decode(encodeInboxRecord(ENTRY)).replace('"unseen":true,', '');
  expect(decodeInboxRecord(toUtf8(older))).toEqual({ ok: true, value: { ...ENTRY, unseen: false } });
});

test('what was said when calling off is kept with the request', () => {
  const entry: InboxRecord = { ...ENTRY, phase: 'called-off', callOff: { reason: 'illness', text: 'Grüße' } };
  expect(decodeInboxRecord(encodeInboxRecord(entry))).toEqual({ ok: true, value: entry });
});

test.each<Decision>([
  { kind: 'confirm', requestId: 'a1', note: 'Hinterhaus' },
  { kind: 'reject', requestId: 'a1' },
  { kind: 'call-off', requestId: 'a1', reason: 'illness', text: 'Bitte rufen Sie an.' },
  { kind: 'withdraw-slot', offer: 3 as OfferId, start: 300_000 as Millis },
])('a held decision is read back as it was kept: $kind', (decision) => {
  const held = { decision, at: 42 as Millis };
  expect(decodeHeldDecision(encodeHeldDecision(held))).toEqual({ ok: true, value: held });
});

test.each([
  '{}',
  '{"at":1}',
  '{"at":"1","decision":{"kind":"reject","requestId":"a1"}}',
  '{"at":1,"decision":{"kind":"confirm","requestId":"a1"}}',
  '{"at":1,"decision":{"kind":"delete-everything"}}',
  '{"at":1,"decision":{"kind":"call-off","requestId":"a1","reason":"holiday","text":""}}',
])('what is no decision is none: %s', (text) => {
  expect(decodeHeldDecision(toUtf8(text))).toEqual({ ok: false, code: 'malformed' });
});
