import { describe, expect, test } from 'vitest';
import type { Millis, NodeAddress, OfferId } from '#core/brand.ts';
import { href, parseRoute, sameRef } from '#ui/route.ts';

const ref = { practice: 'ab'.repeat(16) as NodeAddress, offer: 3 as OfferId, start: 1_795_526_400_000 as Millis };

describe('the fragment names the screen', () => {
  test.each([
    ['', { name: 'search', query: '' }],
    ['#/', { name: 'search', query: '' }],
    ['#/?wer=GKV', { name: 'search', query: 'wer=GKV' }],
    ['#/termine?wer=GKV&plz=80331', { name: 'results', query: 'wer=GKV&plz=80331' }],
    ['#/anfragen', { name: 'requests' }],
    ['#/gemerkt', { name: 'alerts' }],
    ['#/kostenerstattung', { name: 'reimbursement' }],
    ['#/kiosk', { name: 'kiosk' }],
    ['#/kiosk/einrichten', { name: 'kiosk-setup' }],
    ['#/abholen', { name: 'collect', code: '' }],
    ['#/abholen/0123-4567-89AB-CDE4', { name: 'collect', code: '0123-4567-89AB-CDE4' }],
    ['#/geteilt/OA_-9', { name: 'shared', text: 'OA_-9' }],
    ['#/geteilt/', { name: 'shared', text: '' }],
    ['#/geteilt/%20/x', { name: 'shared', text: '%20/x' }],
    ['#/verbindungen/aufzeichnung', { name: 'replay' }],
    ['#/verbinden?r=https%3A%2F%2Fa.example', { name: 'pair', query: 'r=https%3A%2F%2Fa.example' }],
    ['#/verbinden', { name: 'pair', query: '' }],
    ['#/praxis', { name: 'practice', page: 'inbox' }],
    ['#/praxis/termine', { name: 'practice', page: 'slots' }],
    ['#/praxis/statistik', { name: 'practice', page: 'statistics' }],
    ['#/praxis/angebote/neu', { name: 'offer', id: undefined }],
    ['#/praxis/angebote/15', { name: 'offer', id: 15 }],
  ])('%s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  test('every link leads back to what it was made from', () => {
    expect(parseRoute(href.slot(ref))).toEqual({ name: 'slot', ref });
    expect(parseRoute(href.reserve(ref))).toEqual({ name: 'reserve', ref });
    expect(parseRoute(href.request('3f1c2a44-0000-4000-8000-000000000000'))).toEqual({
      name: 'request',
      id: '3f1c2a44-0000-4000-8000-000000000000',
    });
    for (const page of [
      'inbox',
      'slots',
      'offers',
      'profile',
      'credential',
      'statistics',
      'create',
      'create-check',
      'restore',
    ] as const) {
      expect(parseRoute(href.practice(page))).toEqual({ name: 'practice', page });
    }
  });
});

describe('what does not parse leads nowhere', () => {
  test.each([
    '#/nirgends',
    '#/termin',
    `#/termin/${'ab'.repeat(15)}/3/1795526400000`,
    `#/termin/${'AB'.repeat(16)}/3/1795526400000`,
    `#/termin/${'ab'.repeat(16)}/16/1795526400000`,
    `#/termin/${'ab'.repeat(16)}/3/-5`,
    `#/termin/${'ab'.repeat(16)}/3/1e12`,
    `#/termin/${'ab'.repeat(16)}/3/1795526400000/kaufen`,
    `#/termin/${'ab'.repeat(16)}/3/1795526400000/anfragen/mehr`,
    '#/anfrage/<script>',
    '#/anfrage/kurz',
    '#/praxis/angebote/16',
    '#/praxis/constructor',
    '#/praxis/toString',
  ])('%s', (hash) => {
    expect(parseRoute(hash)).toEqual({ name: 'unknown' });
  });
});

test('two references are the same slot when practice, offer and start agree', () => {
  expect(sameRef(ref, { ...ref })).toBe(true);
  expect(sameRef(ref, { ...ref, offer: 4 as OfferId })).toBe(false);
  expect(sameRef(ref, { ...ref, start: (ref.start + 1) as Millis })).toBe(false);
});
