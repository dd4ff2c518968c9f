import { expect, test } from 'vitest';
import { typedAddress } from '#ui/app-base.ts';

test('an address to type keeps only what a browser would not add itself', () => {
  expect(typedAddress('https://relay.example/')).toBe('relay.example');
  expect(typedAddress('https://example.org/termine/')).toBe('example.org/termine');
  expect(typedAddress('http://127.0.0.1:8080/')).toBe('http://127.0.0.1:8080');
});
