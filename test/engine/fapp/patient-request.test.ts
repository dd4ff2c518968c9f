/** The phases of a patient's request: they only go on, each has its time, and a late confirmation is none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bucket, Counter, Epoch, Millis, NodeAddress, OfferId, SessionName } from '#core/brand.ts';
import {
  advance,
  decodePatientRequest,
  encodePatientRequest,
  isOpenPhase,
  PATIENT_PHASES,
  type PatientRequest,
} from '#engine/fapp/patient-request.ts';
import { takeAnswer } from '#engine/fapp/take-answer.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 0) as Millis;
const later = (millis: number): Millis => (NOW + millis) as Millis;

const REQUEST: PatientRequest = {
  requestId: '00000000000000a1',
  practice: 'ab'.repeat(16) as NodeAddress,
  offer: 3 as OfferId,
  start: later(30 * 3_600_000),
  epoch: 1 as Epoch,
  counter: 7 as Counter,
  pseudonym: 'Mondlicht',
  code: '',
  text: 'Grüße',
  deadline: later(3_600_000),
  session: 'request:00000000000000a1' as SessionName,
  bucket: 9 as Bucket,
  removalSeed: new Uint8Array(8).fill(5),
  phase: 'queued',
  times: { queued: NOW },
  refusal: undefined,
  note: '',
  owesCancel: false,
  cancelHeldAt: undefined,
  practiceMoved: false,
  answered: [],
  bundleId: undefined,
  replaces: undefined,
  pickUp: undefined,
  display: '',
};
const confirm = { kind: 'confirm', note: 'Hinterhaus', how: 0 } as const;
const reject = { kind: 'reject', reason: 18 } as const;
const phase = fc.constantFrom(...PATIENT_PHASES);

describe('a request', () => {
  test('never goes back, whatever it hears, and ends once', () => {
    const property = fc.property(fc.array(phase, { maxLength: 12 }), (heard) => {
      let request = REQUEST;
      for (const [index, next] of heard.entries()) {
        const before = request;
        request = advance(request, next, later(index + 1));
        if (request === before) continue;
        expect(PATIENT_PHASES.indexOf(request.phase)).toBeGreaterThan(PATIENT_PHASES.indexOf(before.phase));
        expect(request.times[request.phase]).toBe(later(index + 1));
        // What was true before is not rewritten.
        expect(request.times).toMatchObject(before.times);
        // Of the answers there is one; after it only the end of the whole can come.
        if (!isOpenPhase(before.phase)) expect(['cancelled', 'expired', 'refused']).toContain(request.phase);
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  test('may skip what it did not hear of', () => {
    expect(advance(REQUEST, 'delivered', later(5))).toMatchObject({
      phase: 'delivered',
      times: { queued: NOW, delivered: later(5) },
    });
  });

  test('is kept as it is', () => {
    const property = fc.property(phase, fc.string({ maxLength: 40 }), fc.boolean(), (at, text, owesCancel) => {
      const cancelHeldAt = owesCancel ? undefined : later(7);
      const practiceMoved = owesCancel;
      const request = { ...REQUEST, phase: at, text, owesCancel, cancelHeldAt, practiceMoved, answered: [1, 2] };
      expect(decodePatientRequest(encodePatientRequest(request))).toEqual({ ok: true, value: request });
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('of before cancellations were followed is read as one that nobody holds', () => {
    const now = new TextDecoder().decode(encodePatientRequest(REQUEST));
    const before = now.replace('"cancelHeldAt":null,', '').replace('"practiceMoved":false,', '');
    expect(before).not.toBe(now);
    expect(decodePatientRequest(new TextEncoder().encode(before))).toEqual({ ok: true, value: REQUEST });
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['no record', new TextEncoder().encode('{}')],
    [
      'another phase',
      new TextEncoder().encode(new TextDecoder().decode(encodePatientRequest(REQUEST)).replace('queued', 'booked')),
    ],
  ])('is not guessed from %s', (_, bytes) => {
    expect(decodePatientRequest(bytes).ok).toBe(false);
  });
});

describe('an answer', () => {
  test.each(['queued', 'sent', 'custody', 'delivered'] as const)('is taken by one that is %s', (open) => {
    expect(takeAnswer({ ...REQUEST, phase: open }, confirm, NOW)).toMatchObject({
      phase: 'confirmed',
      note: 'Hinterhaus',
      owesCancel: false,
    });
    expect(takeAnswer({ ...REQUEST, phase: open }, reject, NOW)).toMatchObject({ phase: 'rejected', note: '' });
  });

  test.each([
    [18, 'slot-taken'],
    [16, 'slot-gone'],
    [0, undefined],
    [255, undefined],
  ])('that rejects keeps the reason %i', (reason, refusal) => {
    expect(takeAnswer(REQUEST, { kind: 'reject', reason }, NOW)).toMatchObject({ phase: 'rejected', refusal });
    expect(takeAnswer({ ...REQUEST, phase: 'expired' }, { kind: 'reject', reason }, NOW).refusal).toBeUndefined();
  });

  test('that confirms at the deadline or later is no confirmation: the slot is given back', () => {
    expect(takeAnswer(REQUEST, confirm, later(3_599_999)).phase).toBe('confirmed');
    for (const now of [later(3_600_000), later(9_000_000)]) {
      expect(takeAnswer(REQUEST, confirm, now)).toMatchObject({ phase: 'queued', note: '', owesCancel: true });
    }
  });

  test.each(['rejected', 'cancelled', 'expired', 'refused'] as const)(
    'that confirms what is %s gives it back',
    (ended) => {
      expect(takeAnswer({ ...REQUEST, phase: ended }, confirm, NOW)).toMatchObject({ phase: ended, owesCancel: true });
    },
  );

  test.each([
    [0, 'other'],
    [1, 'illness'],
    [200, 'other'],
  ] as const)('that calls off ends what is open or confirmed, for reason %i', (reason, words) => {
    const callOff = { kind: 'call-off', reason, text: 'Bitte rufen Sie an.' } as const;
    const calledOff = { reason: words, text: 'Bitte rufen Sie an.' };
    for (const phase of ['delivered', 'confirmed'] as const) {
      const ended = takeAnswer({ ...REQUEST, phase }, callOff, later(5));
      expect(ended).toMatchObject({ phase: 'cancelled', calledOff, times: { cancelled: later(5) }, owesCancel: false });
      expect(decodePatientRequest(encodePatientRequest(ended))).toEqual({ ok: true, value: ended });
      // The confirmation that it takes back may come after it.
      expect(takeAnswer(ended, confirm, later(6))).toBe(ended);
    }
    for (const phase of ['rejected', 'cancelled', 'expired', 'refused'] as const) {
      const ended = { ...REQUEST, phase };
      expect(takeAnswer(ended, callOff, NOW)).toBe(ended);
    }
  });

  test('that comes again, or rejects what is confirmed, changes nothing', () => {
    const confirmed = { ...REQUEST, phase: 'confirmed', note: 'Hinterhaus' } as const;
    expect(takeAnswer(confirmed, { ...confirm, note: 'anderswo' }, NOW)).toBe(confirmed);
    expect(takeAnswer(confirmed, reject, NOW)).toBe(confirmed);
    expect(takeAnswer(REQUEST, { kind: 'cancel' }, NOW)).toBe(REQUEST);
  });
});
