import { expect, test } from 'vitest';
import type { Millis } from '#core/brand.ts';
import { ageText, dateText, momentText } from '#ui/text/moment-text.ts';

const utc = (text: string): Millis => Date.parse(text) as Millis;
const NOW = utc('2026-11-21T09:42:00Z');

test('on the screen a moment is said by its day; on paper, which is read another day, by its date', () => {
  const tomorrow = utc('2026-11-22T08:00:00Z');
  const tuesday = utc('2026-11-24T08:00:00Z');
  expect(momentText(tomorrow, NOW, 'de')).toBe('morgen, 09:00\u00a0Uhr');
  expect(momentText(tuesday, NOW, 'de')).toBe('Dienstag, 09:00\u00a0Uhr');
  expect(dateText(tomorrow, NOW, 'de')).toBe('Sonntag, 22. November, 09:00\u00a0Uhr');
  expect(dateText(tuesday, NOW, 'de')).toBe('Dienstag, 24. November, 09:00\u00a0Uhr');
  expect(dateText(utc('2027-01-02T08:00:00Z'), NOW, 'de')).toBe('Samstag, 2. Januar 2027, 09:00\u00a0Uhr');
});

test('where nobody can tell how old something is, its date is said, and it does not pass for fresh', () => {
  const fresh = utc('2026-11-21T09:41:30Z');
  const shown = (isDated: boolean) => ageText(fresh, { now: NOW, isDated }, 'de');
  expect(shown(true)).toEqual({ text: 'gerade eben', old: false });
  expect(shown(false)).toEqual({ text: 'seit Sa., 21. Nov., 10:41', old: true });
});
