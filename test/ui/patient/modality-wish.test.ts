import { expect, test } from 'vitest';
import { withWish } from '#ui/patient/modality-wish.ts';

test('a wish is the first line of the text; without words it is all of it', () => {
  expect(withWish(' Guten Tag\n', 'VIDEO', ['VOR_ORT', 'VIDEO'])).toBe('Am liebsten: Video.\nGuten Tag');
  expect(withWish(' ', 'VOR_ORT', ['VOR_ORT', 'VIDEO'])).toBe('Am liebsten: Vor Ort.');
});

test('no wish, nothing to choose or a modality that is not offered any more: only what the person wrote', () => {
  expect(withWish(' Guten Tag ', undefined, ['VOR_ORT', 'VIDEO'])).toBe('Guten Tag');
  expect(withWish('Guten Tag', 'VIDEO', ['VIDEO'])).toBe('Guten Tag');
  expect(withWish('Guten Tag', 'TELEFON', ['VOR_ORT', 'VIDEO'])).toBe('Guten Tag');
});
