import { describe, expect, test } from 'vitest';
import {
  decodeDiscovery,
  type Fetch,
  fetchDiscovery,
  fetchToken,
  MAX_DISCOVERY_BYTES,
} from '#adapters/dialing/discovery.ts';

const HASH = Buffer.alloc(32, 7).toString('base64');
const GOOD = {
  version: 1,
  address: '00112233445566778899aabbccddeeff',
  webtransport: { url: 'https://relay.example:4433/link', certificateHashes: [HASH] },
  websocket: 'wss://relay.example/link',
  registrars: [{ publicKey: HASH, name: 'Kammer', demo: false }],
  relays: ['https://other.example:8443'],
};

describe('the document', () => {
  test('is read', () => {
    expect(decodeDiscovery(GOOD)).toEqual({
      ok: true,
      value: {
        address: GOOD.address,
        webtransport: { url: GOOD.webtransport.url, certificateHashes: [new Uint8Array(32).fill(7)] },
        websocket: GOOD.websocket,
        registrars: [{ publicKey: new Uint8Array(32).fill(7), name: 'Kammer', demo: false }],
        relays: GOOD.relays,
      },
    });
  });

  test('of a relay that names no others', () => {
    const { relays: _, ...silent } = GOOD;
    expect(decodeDiscovery(silent)).toMatchObject({ ok: true, value: { relays: [] } });
  });

  test('may lack a transport, and may say more than we know', () => {
    expect(decodeDiscovery({ ...GOOD, webtransport: null, websocket: null, later: [1] }).ok).toBe(true);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['a newer version', { ...GOOD, version: 2 }],
    ['an address in capitals', { ...GOOD, address: GOOD.address.toUpperCase() }],
    ['a short address', { ...GOOD, address: '00' }],
    ['no word about WebTransport', { ...GOOD, webtransport: undefined }],
    ['WebTransport without TLS', { ...GOOD, webtransport: { ...GOOD.webtransport, url: 'http://relay.example/link' } }],
    ['a script', { ...GOOD, websocket: 'javascript:alert(1)' }],
    ['a relative address', { ...GOOD, websocket: '/link' }],
    ['a long address', { ...GOOD, websocket: `wss://relay.example/${'x'.repeat(300)}` }],
    ['a short hash', { ...GOOD, webtransport: { ...GOOD.webtransport, certificateHashes: ['AAAA'] } }],
    [
      'many hashes',
      { ...GOOD, webtransport: { ...GOOD.webtransport, certificateHashes: [HASH, HASH, HASH, HASH, HASH] } },
    ],
    ['relays that are no list', { ...GOOD, relays: 'https://other.example' }],
    ['a relay with a path', { ...GOOD, relays: ['https://other.example/'] }],
    ['a relay that is no origin', { ...GOOD, relays: ['other.example'] }],
    ['a relay of another scheme', { ...GOOD, relays: ['wss://other.example'] }],
    ['a relay with a long name', { ...GOOD, relays: [`https://${'x'.repeat(105)}.example`] }],
    ['many relays', { ...GOOD, relays: Array.from({ length: 9 }, (_, index) => `https://r${index}.example`) }],
    ['a registrar without a name', { ...GOOD, registrars: [{ publicKey: HASH, name: '', demo: true }] }],
  ])('is refused with %s', (_what, json) => {
    expect(decodeDiscovery(json)).toEqual({ ok: false, code: 'malformed' });
  });
});

describe('asking', () => {
  const never = new AbortController().signal;
  const answering =
    (status: number, text: string): Fetch =>
    async () => ({ ok: status === 200, status, text: async () => text });

  test.each([
    [404, '', 'unsupported'],
    [403, '', 'refused'],
    [429, '', 'refused'],
    [503, '', 'refused'],
    [200, 'not json', 'unsupported'],
    [200, '<html>', 'unsupported'],
    [200, '{}', 'unsupported'],
    [200, `"${'x'.repeat(MAX_DISCOVERY_BYTES)}"`, 'unsupported'],
  ])('an answer of %i %j is %s', async (status, text, code) => {
    expect(await fetchDiscovery('https://relay.example', answering(status, text), never)).toEqual({ ok: false, code });
    expect(await fetchToken('https://relay.example', answering(status, text), never)).toEqual({ ok: false, code });
  });

  test('asks without cookies, without a cache and without following anywhere', async () => {
    const asked: unknown[] = [];
    const ask: Fetch = async (url, { method, cache, credentials, redirect }) => {
      asked.push([url, method, cache, credentials, redirect]);
      return { ok: true, status: 200, text: async () => '{"token":"abcdefghijklmnopqrstuv"}' };
    };
    expect(await fetchToken('https://relay.example', ask, never)).toEqual({
      ok: true,
      value: 'abcdefghijklmnopqrstuv',
    });
    await fetchDiscovery('https://relay.example', ask, never);
    expect(asked).toEqual([
      ['https://relay.example/connect', 'POST', 'no-store', 'omit', 'error'],
      ['https://relay.example/.well-known/terminfunk.json', 'GET', 'no-store', 'omit', 'error'],
    ]);
  });

  test.each(['../x', 'a/b', '', 'x'.repeat(65), 'sp ace sp ace sp ace'])(
    'a token like %j is refused',
    async (token) => {
      const answer = await fetchToken('https://relay.example', answering(200, JSON.stringify({ token })), never);
      expect(answer).toEqual({ ok: false, code: 'unsupported' });
    },
  );

  test('a network that fails is unreachable, unless we gave up', async () => {
    const failing: Fetch = async () => {
      throw new TypeError('failed');
    };
    expect(await fetchToken('https://relay.example', failing, never)).toEqual({ ok: false, code: 'unreachable' });
    const stopped = AbortSignal.abort();
    expect(await fetchToken('https://relay.example', failing, stopped)).toEqual({ ok: false, code: 'aborted' });
  });
});
