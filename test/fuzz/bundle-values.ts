import fc from 'fast-check';
import { BUNDLE_CLASSES, BUNDLE_HEADER_BYTES, type Bundle, encodeBundle } from '#core/wire/bundle.ts';
import { bytes, kind, minute, number } from '#test/fuzz/arbitraries.ts';

/** Sealed bundles, and how one is shown to a camera. */
export const bundle = fc.constantFrom(...BUNDLE_CLASSES).chain((size) =>
  fc.record({
    kind: kind('bundle'),
    bucket: number(255),
    created: minute,
    commitment: bytes(8),
    body: bytes(size - BUNDLE_HEADER_BYTES),
  }),
);

export const handOver = bundle.map((one) => ({ kind: 'handOver', bundle: encodeBundle(one as Bundle) }));
