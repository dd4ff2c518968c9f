import fc from 'fast-check';
import { hex, kind, minute, number, orNothing } from '#test/fuzz/arbitraries.ts';

/** Messages by which nodes find each other. */
export const assignment = fc.record({
  kind: kind('assignment'),
  id: hex(8),
  relay: hex(16),
  expires: minute,
  origin: fc.constantFrom(
    'https://a',
    'https://relay.example.org:65535',
    'http://localhost',
    `https://${'x'.repeat(112)}`,
  ),
});

export const capabilityQuery = fc.record({
  kind: kind('capabilityQuery'),
  id: number(0xffffffff),
  required: fc.constantFrom(0x0001, 0x0203, 0x0100),
  optional: fc.constantFrom(0, 0x0004, 0x000c),
  region: orNothing(number(99)),
  count: number(16, 1),
});

const node = fc.record({ address: hex(16), confidence: number(255) });
export const capabilityAnswer = fc.record({
  kind: kind('capabilityAnswer'),
  id: number(0xffffffff),
  nodes: fc
    .uniqueArray(node, { maxLength: 16, selector: ({ address }) => address })
    .map((nodes) =>
      nodes.sort((a, b) => b.confidence - a.confidence || (a.address < b.address ? -1 : Number(a.address > b.address))),
    ),
});
