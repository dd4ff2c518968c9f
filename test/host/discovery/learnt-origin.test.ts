/** What a stranger may make this device ask: relays at public names, over TLS, and nothing else. */
import { describe, expect, test } from 'vitest';
import { toLearntOrigin } from '#host/discovery/learnt-origin.ts';

describe('an origin that somebody else names', () => {
  test.each([
    ['https://relay.example.org', 'https://relay.example.org'],
    ['https://Relay.Example.org:8443/', 'https://relay.example.org:8443'],
    ['https://relay.example.org:443', 'https://relay.example.org'],
    ['relay.example.org', 'https://relay.example.org'],
  ])('%s is dialled', (text, origin) => {
    expect(toLearntOrigin(text, false)).toBe(origin);
    expect(toLearntOrigin(text, true)).toBe(origin);
  });

  test.each([
    '',
    'http://relay.example.org',
    'https://192.168.1.1',
    'https://10.0.0.1:8443',
    'https://8.8.8.8',
    'https://[fe80::1]',
    'https://router',
    'https://printer.local',
    'https://nas.lan',
    'https://db.internal',
    'https://a..b',
    'https://user@relay.example.org',
    'https://relay.example.org/path',
    'javascript:alert(1)',
    'ws://relay.example.org',
  ])('%s is not', (text) => {
    expect(toLearntOrigin(text, true)).toBeUndefined();
  });

  test('on this machine only when whoever names it is there too', () => {
    for (const origin of ['http://localhost:8080', 'http://127.0.0.1:8080', 'https://[::1]:8443']) {
      expect(toLearntOrigin(origin, false)).toBeUndefined();
      expect(toLearntOrigin(origin, true)).toBe(origin);
    }
  });
});
