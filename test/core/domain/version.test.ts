import { expect, test } from 'vitest';
import { parseVersion } from '#core/domain/version.ts';

test('a relay names its app by 64 hex digits; anything else names none', () => {
  const app = '0a'.repeat(32);
  expect(parseVersion({ app })).toBe(app);
  for (const wrong of [undefined, null, 7, 'x', {}, { app: null }, { app: 'A'.repeat(64) }, { app: '0'.repeat(63) }]) {
    expect(parseVersion(wrong)).toBeUndefined();
  }
});
