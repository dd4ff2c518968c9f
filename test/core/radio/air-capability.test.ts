/** The class of links over the air, by how the radio modulates. */
import { expect, test } from 'vitest';
import { TRAITS } from '#core/domain/link-capability.ts';
import { MAX_AIR_MESSAGE } from '#core/radio/air/limits.ts';
import { airCapability, bitRate } from '#core/radio/air-capability.ts';

test.each([
  [7, 125_000, 5, 5_469, 'constrained'],
  [8, 125_000, 5, 3_125, 'constrained'],
  [8, 125_000, 8, 1_953, 'constrained'],
  [9, 125_000, 5, 1_758, 'constrained'],
  [9, 125_000, 8, 1_099, 'constrained'],
  [10, 125_000, 5, 977, 'severe'],
  [10, 250_000, 5, 1_953, 'constrained'],
  [11, 250_000, 5, 1_074, 'constrained'],
  [12, 125_000, 5, 293, 'severe'],
  // As fast as a slow telephone line, and yet of all who listen.
  [7, 250_000, 5, 10_938, 'constrained'],
])('SF%d, %d Hz, 4/%d: %d bit/s, %s', (sf, bandwidthHz, cr, rate, capability) => {
  expect(Math.round(bitRate({ sf, bandwidthHz, cr }))).toBe(rate);
  expect(airCapability({ sf, bandwidthHz, cr })).toBe(capability);
});

test('what a link over the air is said to take it takes: seventeen frames at best, two where it is slowest', () => {
  expect(TRAITS.constrained.largest).toBe(MAX_AIR_MESSAGE);
  // Each piece has 244 bytes, and four are the check.
  expect(TRAITS.severe.largest).toBe(2 * 244 - 4);
});
