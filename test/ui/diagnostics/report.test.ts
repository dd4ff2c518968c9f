import { expect, test } from 'vitest';
import type { MessageId, Millis } from '#core/brand.ts';
import { browserFamily, createReport, type ReportParts } from '#ui/diagnostics/report.ts';

const at = (minutes: number): Millis => (1_795_000_000_000 + minutes * 60_000) as Millis;
/** Everything that a person could be known by, wherever it could stand. */
const PERSONAL = [
  'relay.praxis-mond.example',
  '192.168.17.23',
  '2001:db8::17',
  'a1b2c3d4e5f60718293a4b5c6d7e8f90',
  'ffeeddccbbaa99887766554433221100',
  'Mondlicht',
  '80331',
  'Pixel 9 Pro',
  '1795',
];

const parts: ReportParts = {
  status: {
    role: 'leading',
    relays: [
      { origin: 'https://relay.praxis-mond.example', state: 'connected', transport: 'webtransport', since: at(0) },
      { origin: 'http://192.168.17.23:8080', state: 'connected', transport: 'webtransport', since: at(1) },
      { origin: 'http://[2001:db8::17]', state: 'unreachable', transport: undefined, since: at(2) },
    ],
    isIsland: false,
    slots: 1_204,
    queued: 1,
    clockSkew: 1_795 as Millis,
    storage: 'ok',
    demo: false,
  },
  diagnostics: {
    build: '0123456789abcdef',
    counters: {
      'refused bad-signature': 3,
      'refused ffeeddccbbaa99887766554433221100': 1,
      'frames announce': 20,
      'from 192.168.17.23': 2,
      'plz 80331': 5,
      'never counted': 0,
    },
    outbox: [
      { id: 'ffeeddccbbaa99887766554433221100' as MessageId, kind: 'request', phase: 'sent', bytes: 352 },
      { id: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' as MessageId, kind: 'to 80331', phase: 'sent', bytes: 352 },
    ],
  },
  requests: [
    {
      phase: 'confirmed',
      times: { queued: at(0), sent: at(1), delivered: at(7), confirmed: at(123) },
      pseudonym: 'Mondlicht',
      requestId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
    } as ReportParts['requests'][number],
  ],
  inboxSize: 2,
  appHash: undefined,
  userAgent: 'Mozilla/5.0 (Linux; Android 16; Pixel 9 Pro) AppleWebKit/537.36 Chrome/156.0.17.95 Mobile Safari/537.36',
  installed: true,
  persisted: true,
};

test('says how the app is', () => {
  const report = createReport(parts);
  for (const line of [
    'build: 0123456789abcdef',
    'browser: Chrome 156 (Android)',
    'webtransport connected: 2',
    '- unreachable: 1',
    'announcements: 1204',
    'request sent: 1',
    'queued > sent +0 min > delivered +5 min > confirmed +125 min',
    'refused bad-signature: 3',
    'frames announce: 20',
  ]) {
    expect(report.split('\n')).toContain(line);
  }
});

test('holds nothing that a person could be known by', () => {
  const report = createReport(parts);
  for (const personal of PERSONAL) expect(report).not.toContain(personal);
  expect(report).not.toMatch(/https?:|\d+\.\d+\.\d+\.\d+|[0-9a-f]{32}|never counted/);
});

test('is bounded, whatever was counted', () => {
  const letters = 'abcdefghij';
  const name = (index: number): string => [...String(index)].map((digit) => letters[Number(digit)]).join('');
  const counters = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`frames ${name(index)}`, 1]));
  const report = createReport({ ...parts, diagnostics: { ...parts.diagnostics, counters } });
  expect(report.split('\n').length).toBeLessThan(150);
});

test('a browser is named by family and version, whatever else it says', () => {
  const families = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox 153'],
    ['Mozilla/5.0 AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36 Edg/156.0.1.1', 'Edge 156'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 26_0) Version/26.0 Mobile/15E148 Safari/604.1', 'Safari 26 (iOS)'],
    ['curl', '?'],
  ] as const;
  for (const [userAgent, family] of families) expect(browserFamily(userAgent)).toBe(family);
});
