/** What a relay says of its operator is untrusted: what does not fit is left out, and never more than fits a page. */
import { expect, test } from 'vitest';
import { MAX_IMPRINT_LINE, MAX_IMPRINT_LINES, parseImprint } from '#core/domain/imprint.ts';

const GOOD = { name: 'Verein', address: ['Weg 1', '80331 München'], email: 'post@example.org' };

test('is taken as it is, and nothing else of what came', () => {
  expect(parseImprint({ ...GOOD, phone: '089 1', more: ['VR 1'], script: 'x' })).toEqual({
    ...GOOD,
    phone: '089 1',
    more: ['VR 1'],
  });
  expect(parseImprint(GOOD)).toEqual({ ...GOOD, phone: undefined, more: [] });
});

test.each([
  ['nothing', undefined],
  ['an empty object: the operator says nothing', {}],
  ['a list', [GOOD]],
  ['a text', 'Verein'],
  ['no name', { ...GOOD, name: '' }],
  ['no way to reach anybody', { ...GOOD, email: undefined }],
  ['a name of another type', { ...GOOD, name: { toString: 'x' } }],
])('is nothing when it is %s', (_what, value) => {
  expect(parseImprint(value)).toBeUndefined();
});

test('has no more lines, and no longer ones, than a page has room for', () => {
  const long = 'x'.repeat(MAX_IMPRINT_LINE + 1);
  const many = Array.from({ length: 50 }, (_, line) => `${line}`);
  const parsed = parseImprint({ ...GOOD, address: [long, 'Weg 1', 7], more: many, phone: long });
  expect(parsed).toMatchObject({ address: ['Weg 1'], phone: undefined });
  expect(parsed?.more).toHaveLength(MAX_IMPRINT_LINES);
});
