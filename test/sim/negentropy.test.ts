/** The peer that reconciliation is measured beside finds exactly what differs, and speaks as its specification says. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNegentropy } from '#sim/peers/negentropy.ts';

const idOf = (n: number): string => createHash('sha256').update(`${n}`).digest('hex');
const range = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => idOf(from + n));

const converse = (mine: readonly string[], theirs: readonly string[]) => {
  const [client, server] = [createNegentropy(mine), createNegentropy(theirs)];
  let rounds = 0;
  for (let next: Uint8Array | undefined = client.initiate(); next !== undefined; rounds++)
    next = client.reconcile(server.respond(next));
  return { have: [...client.have].sort(), need: [...client.need].sort(), rounds };
};

test('finds exactly what only one side has', () => {
  const size = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 2_000 }));
  fc.assert(
    fc.property(size, size, size, (mine, shared, theirs) => {
      const common = range(0, shared);
      const [left, right] = [range(10_000, 10_000 + mine), range(20_000, 20_000 + theirs)];
      const { have, need } = converse([...common, ...left], [...common, ...right]);
      expect([have, need]).toEqual([left.sort(), right.sort()]);
    }),
    { numRuns: 60 },
  );
});

test('needs one round for equal sets', () => {
  expect(converse(range(0, 500), range(0, 500))).toEqual({ have: [], need: [], rounds: 1 });
});

test('writes an empty set and a small one as the specification says', () => {
  expect(Buffer.from(createNegentropy([]).initiate()).toString('hex')).toBe('6100000200');
  const [id] = range(0, 1);
  expect(Buffer.from(createNegentropy(range(0, 1)).initiate()).toString('hex')).toBe(`6100000201${id}`);
});

test('writes a fingerprint as the specification says, over ids whose sum overflows', () => {
  const ids = Array.from({ length: 32 }, (_, n) => `${n.toString(16).padStart(2, '0')}${'ff'.repeat(31)}`);
  const message = createNegentropy(ids).initiate();
  // 00ff…ff and 01ff…ff: as little-endian numbers their sum is 01fe ff…ff, and the last carry is lost.
  const sum = Buffer.from(`01fe${'ff'.repeat(30)}`, 'hex');
  const digest = createHash('sha256').update(sum).update(Uint8Array.of(2)).digest('hex').slice(0, 32);
  // Bound 02, the first byte of the third id; mode 1.
  expect(Buffer.from(message.subarray(0, 21)).toString('hex')).toBe(`6101010201${digest}`);
});

test('refuses another version and a message that is cut off', () => {
  const side = createNegentropy(range(0, 3));
  expect(() => side.respond(Uint8Array.of(0x62))).toThrow('another version');
  expect(() => side.respond(Uint8Array.of(0x61, 0, 0, 1, 5))).toThrow('too soon');
});
