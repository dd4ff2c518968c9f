/** Announcements at their bounds: what the vectors cannot say in one line of bytes. */
import { describe, expect, test } from 'vitest';
import type { Counter, Epoch, NodeAddress, OfferId, WireMinute } from '#core/brand.ts';
import { TTL_HOURS } from '#core/domain/limits.ts';
import { MAX_WIRE_MINUTE, toWireMinute } from '#core/domain/wire-time.ts';
import { type Announce, decodeAnnounce, encodeAnnounce, plzText } from '#core/wire/announce.ts';
import { withSignature } from '#core/wire/signed.ts';

const ISSUED = 468_000;
const announce = (changes: Partial<Announce> = {}): Announce => ({
  kind: 'announce',
  address: '56475aa75463474c0285df5dbf2bcab7' as NodeAddress,
  epoch: 0 as Epoch,
  counter: 1 as Counter,
  issued: ISSUED as WireMinute,
  offer: 0 as OfferId,
  verfahren: 1,
  modalitaet: 1,
  kostentraeger: 1,
  slotType: 0,
  minutes: 50,
  plz: 80_799,
  ttlClass: 7,
  ageGroup: 0,
  series: false,
  codeRequired: false,
  starts: starts(ISSUED + 60),
  ...changes,
});
const starts = (...minutes: number[]): WireMinute[] => minutes.map((minute) => minute as WireMinute);
const at = (iso: string): WireMinute => toWireMinute(Date.parse(iso) as Parameters<typeof toWireMinute>[0]);

/** What comes out after the wire, and how long it was. */
const across = (sent: Announce) => {
  const unsigned = encodeAnnounce(sent);
  if (!unsigned.ok) return unsigned;
  const bytes = withSignature(unsigned.value, new Uint8Array(64));
  const decoded = decodeAnnounce(bytes);
  return decoded.ok ? { ok: true, message: decoded.value.message, length: bytes.length } : decoded;
};
const MALFORMED = { ok: false, code: 'malformed' };

describe('starts', () => {
  const every = (count: number, step = 60) => Array.from({ length: count }, (_, index) => ISSUED + 60 + index * step);

  test('31 are taken, 32 and none are refused', () => {
    expect(across(announce({ starts: starts(...every(31)) }))).toMatchObject({ ok: true });
    expect(across(announce({ starts: starts(...every(32)) }))).toEqual(MALFORMED);
    expect(across(announce({ starts: [] }))).toEqual(MALFORMED);
  });

  test.each([
    ['off the grid of five minutes', [ISSUED + 61]],
    ['half a minute', [ISSUED + 60.5]],
    ['at the issue', [ISSUED]],
    ['before the issue', [ISSUED - 5]],
    ['the same twice', [ISSUED + 60, ISSUED + 60]],
    ['not ascending', [ISSUED + 120, ISSUED + 60]],
    ['not a number', [Number.NaN]],
    ['beyond 24 bits', [MAX_WIRE_MINUTE + 5]],
    ['further than a Rice code reaches', [ISSUED + 5 * (64 * 2 ** 15)]],
  ])('%s: refused', (_, minutes) => {
    expect(across(announce({ starts: starts(...minutes) }))).toEqual(MALFORMED);
  });

  test('the issue need not lie on the grid, and the first start may follow it at once', () => {
    for (const issued of [ISSUED, ISSUED + 1, ISSUED + 4]) {
      const sent = announce({ issued: issued as WireMinute, starts: starts(ISSUED + 5, ISSUED + 10) });
      expect(across(sent)).toMatchObject({ ok: true, message: sent });
    }
  });

  test('the last minute that the wire can say', () => {
    const sent = announce({ issued: (MAX_WIRE_MINUTE - 1) as WireMinute, starts: starts(MAX_WIRE_MINUTE) });
    expect(across(sent)).toMatchObject({ ok: true, message: sent });
  });
});

describe('when clocks change', () => {
  test('in March nothing is lost: 01:55 and 03:00 in Berlin are five minutes apart', () => {
    const sent = announce({
      starts: [at('2026-03-29T00:55Z'), at('2026-03-29T01:00Z')],
      issued: at('2026-03-28T12:00Z'),
    });
    expect(across(sent)).toMatchObject({ ok: true, message: sent });
  });

  test('in October nothing is confused: 02:30 in Berlin comes twice, an hour apart', () => {
    const sent = announce({
      starts: [at('2026-10-25T00:30Z'), at('2026-10-25T01:30Z')],
      issued: at('2026-10-24T12:00Z'),
    });
    const { starts: arrived } = announce(sent);
    expect(across(sent)).toMatchObject({ ok: true, message: sent });
    expect((arrived[1] ?? 0) - (arrived[0] ?? 0)).toBe(60);
  });
});

describe('fields', () => {
  test('every TTL class comes back; there are eight', () => {
    for (const ttlClass of TTL_HOURS.keys()) {
      expect(across(announce({ ttlClass }))).toMatchObject({ ok: true, message: { ttlClass } });
    }
    expect(TTL_HOURS).toHaveLength(8);
    expect(across(announce({ ttlClass: 8 }))).toEqual(MALFORMED);
  });

  test.each([0, 3, 7, 51, 245, 320, -5, Number.NaN])('%d minutes are refused', (minutes) => {
    expect(across(announce({ minutes }))).toEqual(MALFORMED);
  });
  test.each([5, 25, 50, 100, 240])('%d minutes are taken', (minutes) => {
    expect(across(announce({ minutes }))).toMatchObject({ ok: true, message: { minutes } });
  });

  test.each<Partial<Announce>>([
    { verfahren: 16 },
    { modalitaet: 0 },
    { modalitaet: 8 },
    { kostentraeger: 0 },
    { kostentraeger: 64 },
    { slotType: 7 },
    { plz: 100_000 },
    { plz: -1 },
    { ageGroup: 3 },
    { epoch: 256 as Epoch },
    { counter: 65_536 as Counter },
    { counter: 1.5 as Counter },
    { offer: 16 as OfferId },
    { issued: -1 as WireMinute },
    { address: '56475AA75463474C0285DF5DBF2BCAB7' as NodeAddress },
    { address: '56475aa7' as NodeAddress },
  ])('%j: refused', (changes) => {
    expect(across(announce(changes))).toEqual(MALFORMED);
  });

  test('a Methode without a Richtlinienverfahren is an empty mask', () => {
    expect(across(announce({ verfahren: 0 }))).toMatchObject({ ok: true, message: { verfahren: 0 } });
  });

  test('postal codes keep their zeros', () => {
    expect([0, 1_067, 80_799].map(plzText)).toEqual(['00000', '01067', '80799']);
  });
});

describe('size, with the signature', () => {
  const DAYS = 1_440;

  test('one slot up to ninety days ahead: 98 bytes at most', () => {
    for (let minute = 5; minute <= 90 * DAYS; minute += 35) {
      const sent = across(announce({ starts: starts(ISSUED + minute) }));
      expect('length' in sent && sent.length).toBeLessThanOrEqual(98);
    }
  });

  test('ten slots anywhere in four weeks: 114 bytes at most', () => {
    for (const step of [1, 2, 12, 288, 800]) {
      for (const first of [1, 100, 28 * 288 - 9 * step - 1]) {
        const minutes = Array.from({ length: 10 }, (_, index) => ISSUED + 5 * (first + index * step));
        const sent = across(announce({ starts: starts(...minutes) }));
        expect('length' in sent && sent.length).toBeLessThanOrEqual(114);
      }
    }
  });
});
