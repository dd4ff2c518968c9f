import { expect, test } from 'vitest';
import { relayOrigin } from '#ui/diagnostics/relay-origin.ts';

test.each([
  ['https://relay.example.org', 'https://relay.example.org'],
  ['relay.example.org', 'https://relay.example.org'],
  [' https://relay.example.org:8443/ ', 'https://relay.example.org:8443'],
  ['https://127.0.0.1:4433', 'https://127.0.0.1:4433'],
  ['http://localhost:8080', 'http://localhost:8080'],
])('%s is a relay', (typed, origin) => {
  expect(relayOrigin(typed)).toBe(origin);
});

test.each([
  '',
  'http://relay.example.org',
  'http://localhost.example.org',
  'https://relay.example.org/pfad',
  'https://relay.example.org/?a=1',
  'https://name:wort@relay.example.org',
  'ftp://relay.example.org',
  'https://',
  `https://${'a'.repeat(200)}.org`,
])('%s is none', (typed) => {
  expect(relayOrigin(typed)).toBeUndefined();
});
