import { expect, test } from 'vitest';
import { isTimeToInstall } from '#ui/pwa/install-time.ts';

const NEW = { visits: 1, requests: 0, declined: false };

test('installing is offered after the first request or on the third visit, and never again after a no', () => {
  expect(isTimeToInstall(NEW)).toBe(false);
  expect(isTimeToInstall({ ...NEW, visits: 2 })).toBe(false);
  expect(isTimeToInstall({ ...NEW, visits: 3 })).toBe(true);
  expect(isTimeToInstall({ ...NEW, requests: 1 })).toBe(true);
  expect(isTimeToInstall({ visits: 99, requests: 9, declined: true })).toBe(false);
});
