/** The decoder of discovery documents against any JSON (docs/protocol/discovery.md). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDiscovery } from '#adapters/dialing/discovery.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const HASH = Buffer.alloc(32, 7).toString('base64');
const GOOD = {
  version: 1,
  address: '00112233445566778899aabbccddeeff',
  webtransport: { url: 'https://relay.example:4433/link', certificateHashes: [HASH] },
  websocket: 'wss://relay.example/link',
  registrars: [{ publicKey: HASH, name: 'Kammer', demo: false }],
  relays: ['https://other.example'],
};

test('is refused without an exception, whatever it is', () => {
  const changed = fc.record(
    {
      version: fc.constantFrom(1, 2, '1'),
      address: fc.oneof(fc.string(), fc.constant(GOOD.address)),
      webtransport: fc.oneof(fc.jsonValue(), fc.constant(GOOD.webtransport)),
      websocket: fc.oneof(fc.webUrl(), fc.jsonValue()),
      registrars: fc.oneof(fc.jsonValue(), fc.constant(GOOD.registrars)),
      relays: fc.oneof(fc.jsonValue(), fc.array(fc.webUrl()), fc.constant(GOOD.relays)),
    },
    { requiredKeys: [] },
  );
  const property = fc.property(fc.oneof(fc.jsonValue(), changed), (json) => {
    const decoded = decodeDiscovery(json);
    if (!decoded.ok) return;
    expect(decoded.value.address).toBe(GOOD.address);
    expect(decoded.value.relays.length).toBeLessThanOrEqual(8);
    for (const origin of decoded.value.relays) expect(new URL(origin).origin).toBe(origin);
  });
  fc.assert(property, { numRuns: RUNS });
});
