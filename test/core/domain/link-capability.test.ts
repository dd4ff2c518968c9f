/** Classes of links: where each begins, and what none of them lets through. */
import { expect, test } from 'vitest';
import { capabilityOf, streamCapability, TRAITS } from '#core/domain/link-capability.ts';
import { BUNDLE_CLASSES } from '#core/wire/bundle.ts';

test.each([
  [1_000_000, 'unconstrained'],
  [999_999, 'medium'],
  [10_000, 'medium'],
  [9_999, 'constrained'],
  [1_000, 'constrained'],
  [999, 'severe'],
  [0, 'severe'],
])('%d bit/s are %s', (rate, capability) => {
  expect(capabilityOf(rate)).toBe(capability);
});

test.each([
  [undefined, 'unconstrained'],
  // A browser that is offline, or that does not say.
  [0, 'unconstrained'],
  [10, 'unconstrained'],
  [1, 'unconstrained'],
  [0.975, 'medium'],
  // slow-2g
  [0.05, 'medium'],
  [0.001, 'medium'],
])('a stream in a network of %s Mbit/s is %s', (megabits, capability) => {
  expect(streamCapability(megabits)).toBe(capability);
});

test('every class carries every bundle, and a wider one never less than a narrower', () => {
  const { unconstrained, medium, constrained, severe } = TRAITS;
  const sizes = [severe, constrained, medium, unconstrained].map(({ largest }) => largest);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  expect(severe.largest).toBeGreaterThanOrEqual(Math.max(...BUNDLE_CLASSES));
});
