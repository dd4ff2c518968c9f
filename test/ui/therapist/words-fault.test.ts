import { expect, test } from 'vitest';
import { encodeWords, MAX_WORDS_TEXT } from '#core/crypto/words.ts';
import { wordsFault } from '#ui/therapist/words-fault.ts';

const words = encodeWords(new Uint8Array(32).fill(7));

test('right words have no fault, however they are spaced', async () => {
  expect(await wordsFault(words)).toBeUndefined();
  expect(await wordsFault(`  ${words.replaceAll(' ', '\n ')} `)).toBeUndefined();
});

test('what is wrong is named: nothing, a number, a word, an order', async () => {
  const list = words.split(' ');
  expect(await wordsFault('  ')).toEqual({ key: 'required' });
  expect(await wordsFault(list.slice(1).join(' '))).toEqual({ key: 'words-count', count: 23 });
  expect(await wordsFault(['terminfunk', ...list.slice(1)].join(' '))).toEqual({ key: 'word-unknown', position: 1 });
  expect(await wordsFault([...list.slice(0, 23), list[0] === 'abandon' ? 'zoo' : 'abandon'].join(' '))).toMatchObject({
    key: 'words-checksum',
  });
});

test('a text that is far too long is counted, not cut', async () => {
  const long = `${words} `.repeat(400);
  expect(await wordsFault(long)).toEqual({ key: 'bytes-over', over: long.length - MAX_WORDS_TEXT });
});
