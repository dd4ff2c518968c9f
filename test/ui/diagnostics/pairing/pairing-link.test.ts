/** Relays as a link and back; what somebody else wrote into such a link is refused as a whole. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RelayStatus } from '#host/rpc/api.ts';
import { MAX_PAIRED, pairingQuery, readPairing, toShare } from '#ui/diagnostics/pairing/pairing-link.ts';
import { href, parseRoute } from '#ui/route.ts';

const A = 'https://relay.example.org';
const B = 'https://zwei.example:8443';

const relay = (origin: string, state: RelayStatus['state'] = 'connected'): RelayStatus => ({
  origin,
  state,
  transport: undefined,
  since: undefined,
});

test('what is shared is what is asked about, through the link', () => {
  const route = parseRoute(href.pair(pairingQuery([A, B])));
  expect(route.name === 'pair' && readPairing(route.query, false)).toEqual({ kind: 'relays', origins: [A, B] });
});

describe('a link of somebody else', () => {
  test.each([
    ['', 'empty'],
    [pairingQuery([A, B, A, B, A]), 'too-many'],
    [`r=${'x'.repeat(1_000)}`, 'too-many'],
    [pairingQuery([A, 'javascript:alert(1)']), 'foreign'],
    [pairingQuery(['http://relay.example.org']), 'foreign'],
    [pairingQuery(['https://relay.example.org/pfad']), 'foreign'],
    [pairingQuery(['https://relay.example.org@evil.example']), 'foreign'],
    [pairingQuery(['https://RELAY.example.org']), 'foreign'],
    [pairingQuery([' https://relay.example.org']), 'foreign'],
    [pairingQuery(['relay.example.org']), 'foreign'],
    [pairingQuery(['https://rеlay.example.org']), 'foreign'],
    [pairingQuery([`https://${'a'.repeat(63)}.${'b'.repeat(63)}.org`]), 'foreign'],
    [`${pairingQuery([A])}&words=abandon`, 'foreign'],
    ['r', 'foreign'],
  ])('%s is refused', (query, kind) => {
    expect(readPairing(query, true)).toEqual({ kind });
  });

  test('names relays of this very machine only where the app runs on it', () => {
    const query = pairingQuery(['http://127.0.0.1:8080']);
    expect(readPairing(query, false)).toEqual({ kind: 'foreign' });
    expect(readPairing(query, true)).toEqual({ kind: 'relays', origins: ['http://127.0.0.1:8080'] });
  });

  test('names each relay once', () => {
    expect(readPairing(pairingQuery([A, A]), false)).toEqual({ kind: 'relays', origins: [A] });
  });

  test('whatever it holds: only origins, at most four, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(fc.webUrl()).map(pairingQuery)), (query) => {
        const pairing = readPairing(query, false);
        if (pairing.kind !== 'relays') return;
        expect(pairing.origins.length).toBeLessThanOrEqual(MAX_PAIRED);
        for (const origin of pairing.origins) {
          expect(new URL(origin).origin).toBe(origin);
          expect(origin.startsWith('https://')).toBe(true);
        }
      }),
    );
  });
});

describe('what is shared', () => {
  test('four relays at most, the linked ones first', () => {
    const many = Array.from({ length: 6 }, (_, index) =>
      relay(`https://r${index}.example`, index < 3 ? 'waiting' : 'connected'),
    );
    expect(toShare(many, false)).toEqual([3, 4, 5, 0].map((index) => `https://r${index}.example`));
  });

  test('none that is not to be reached', () => {
    expect(toShare([relay(A, 'unreachable'), relay(B, 'waiting')], false)).toEqual([B]);
  });

  test('nothing that only this machine reaches, unless the app is there too', () => {
    const relays = [relay('http://localhost:8080'), relay(A)];
    expect(toShare(relays, false)).toEqual([A]);
    expect(toShare(relays, true)).toEqual(['http://localhost:8080', A]);
  });
});
