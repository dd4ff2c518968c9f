/** The bundles that a node keeps for others: bounded, 48 hours, never pushed out, and gone for good once removed. */
import { describe, expect, test } from 'vitest';
import type { Bucket, MessageId, Millis } from '#core/brand.ts';
import { messageIdOf } from '#core/crypto/address.ts';
import { BUNDLE_TTL, HOUR, MINUTE } from '#core/domain/limits.ts';
import { toWireMinute } from '#core/domain/wire-time.ts';
import {
  BUNDLE_CLASSES,
  BUNDLE_HEADER_BYTES,
  type Bundle,
  encodeBundle,
  removalCommitment,
} from '#core/wire/bundle.ts';
import { createBundleShelf, type ShelfLimits } from '#engine/bundles/bundle-shelf.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 0) as Millis;
const LIMITS: ShelfLimits = { bundles: 10, bundleBytes: 3_000, removedBundles: 4 };
const SECRET = new Uint8Array(8).fill(3);
const later = (millis: number): Millis => (NOW + millis) as Millis;

const make = (fill: number, size: number = BUNDLE_CLASSES[0], created = NOW, bucket = 7) => {
  const body = new Uint8Array(size - BUNDLE_HEADER_BYTES).fill(fill);
  const head = { bucket: bucket as Bucket, created: toWireMinute(created), body };
  const bundle: Bundle = { kind: 'bundle', ...head, commitment: removalCommitment(head, SECRET) };
  const raw = encodeBundle(bundle);
  return { bundle, raw, id: messageIdOf(raw) };
};
type Made = ReturnType<typeof make>;

const createScene = (limits: Partial<ShelfLimits> = {}) => {
  const shelf = createBundleShelf({ ...LIMITS, ...limits });
  const put = ({ id, bundle, raw }: Made, now = NOW) => shelf.put(id, bundle, raw, now);
  return { shelf, put };
};

describe('a bundle', () => {
  test('is kept until 48 hours after it was made, found by id, by short id and by bucket', () => {
    const { shelf, put } = createScene();
    const [one, other] = [make(1), make(2, 130, NOW, 9)];
    expect(put(one)).toEqual({ ok: true, value: 'new' });
    expect(put(one)).toEqual({ ok: true, value: 'known' });
    expect(put(other)).toEqual({ ok: true, value: 'new' });
    expect([shelf.size, shelf.bytes]).toEqual([2, 170]);
    expect(shelf.byShortId(one.id.slice(0, 16))?.raw).toBe(one.raw);
    expect([...shelf.inBuckets((bucket) => bucket === 9)].map(({ id }) => id)).toEqual([other.id]);
    expect([one, other].every(({ id }) => shelf.index.has(id.slice(0, 16)))).toBe(true);
    expect(shelf.nextExpiry()).toBe(later(BUNDLE_TTL));
    expect(shelf.expire(later(BUNDLE_TTL - 1)).bundles).toEqual([]);
    expect(shelf.expire(later(BUNDLE_TTL)).bundles.map(({ id }) => id)).toEqual([one.id, other.id]);
    expect([shelf.size, shelf.bytes, shelf.index.size, shelf.nextExpiry()]).toEqual([0, 0, 0, undefined]);
  });

  test.each([
    ['from the future', make(1, 40, later(6 * MINUTE)), 'from-the-future'],
    ['expired', make(1, 40, later(-BUNDLE_TTL)), 'expired'],
  ] as const)('%s is refused', (_, bundle, code) => {
    const { shelf, put } = createScene();
    expect(put(bundle)).toEqual({ ok: false, code });
    expect(shelf.size).toBe(0);
  });

  test('is removed by the secret that was inside and by no other, and does not come back', () => {
    const { shelf, put } = createScene();
    const bundle = make(1);
    put(bundle);
    expect(shelf.remove(bundle.id, new Uint8Array(8), NOW)).toEqual({ ok: false, code: 'bad-signature' });
    expect(shelf.remove('0'.repeat(32) as MessageId, SECRET, NOW)).toEqual({ ok: false, code: 'not-found' });
    expect(shelf.size).toBe(1);
    expect(shelf.remove(bundle.id, SECRET, NOW).ok).toBe(true);
    expect([shelf.size, shelf.bytes]).toEqual([0, 0]);
    expect(put(bundle, later(HOUR))).toEqual({ ok: false, code: 'replayed' });
    expect(shelf.removed(bundle.id)?.secret).toBe(SECRET);
    // When it would have expired it is too old to come back, and need not be remembered.
    expect(shelf.expire(later(BUNDLE_TTL)).removals).toEqual([bundle.id]);
    expect(put(bundle, later(BUNDLE_TTL))).toEqual({ ok: false, code: 'expired' });
  });
});

describe('a shelf that is full', () => {
  test('of bundles refuses, and pushes nothing out', () => {
    const { shelf, put } = createScene();
    const kept = Array.from({ length: 10 }, (_, fill) => make(fill));
    for (const bundle of kept) expect(put(bundle).ok).toBe(true);
    expect(put(make(100))).toEqual({ ok: false, code: 'over-capacity' });
    expect(put(make(0))).toEqual({ ok: true, value: 'known' });
    expect(kept.every(({ id }) => shelf.get(id) !== undefined)).toBe(true);
    shelf.remove(make(0).id, SECRET, NOW);
    expect(put(make(100)).ok).toBe(true);
  });

  test('of bytes refuses what is too large and takes what still fits', () => {
    const { shelf, put } = createScene({ bundleBytes: 400 });
    expect(put(make(1, 352)).ok).toBe(true);
    expect(put(make(2, 66))).toEqual({ ok: false, code: 'over-capacity' });
    expect(put(make(3, 40)).ok).toBe(true);
    expect(shelf.bytes).toBe(392);
  });

  test('of what was removed forgets the oldest', () => {
    const { shelf, put } = createScene();
    for (let fill = 0; fill < 8; fill++) {
      put(make(fill));
      shelf.remove(make(fill).id, SECRET, NOW);
    }
    const known = Array.from({ length: 8 }, (_, fill) => shelf.removed(make(fill).id) !== undefined);
    expect(known).toEqual([false, false, false, false, true, true, true, true]);
  });
});

test('a shelf that is put together again from disk refuses what the old one refused', () => {
  const { shelf, put } = createScene();
  const [kept, removed] = [make(1), make(2)];
  const expires = later(BUNDLE_TTL);
  shelf.load({ id: kept.id, bucket: kept.bundle.bucket, raw: kept.raw, expires });
  shelf.loadRemoved(removed.id, { secret: SECRET, expires });
  expect(put(kept)).toEqual({ ok: true, value: 'known' });
  expect(put(removed)).toEqual({ ok: false, code: 'replayed' });
  expect([shelf.size, shelf.bytes]).toEqual([1, 40]);
});
