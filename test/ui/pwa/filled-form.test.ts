/** What an update asks about before it loads the page anew: what somebody typed and would lose. */
import { describe, expect, test } from 'vitest';
import { hasFilledForm } from '#ui/pwa/filled-form.ts';

interface Typed {
  readonly value: string;
  readonly defaultValue?: string;
  readonly inSearch?: boolean;
}

/** A page with these fields; which of its elements are fields that count is the selector's, and the browser's to judge. */
const pageWith = (...fields: readonly Typed[]): ParentNode => {
  const asked = fields.map(({ value, defaultValue = '', inSearch = false }) => ({
    value,
    defaultValue,
    closest: (selector: string) => (inSearch && selector === 'form#search' ? {} : null),
  }));
  return { querySelectorAll: () => asked } as unknown as ParentNode;
};

describe('a form counts as filled', () => {
  test('when something stands in a field that was not there before', () => {
    expect(hasFilledForm(pageWith({ value: '' }, { value: 'Guten Tag' }))).toBe(true);
    expect(hasFilledForm(pageWith({ value: 'Miriam B', defaultValue: 'Miriam' }))).toBe(true);
  });

  test('not when it is empty, only blanks, or as it was drawn', () => {
    expect(hasFilledForm(pageWith())).toBe(false);
    expect(hasFilledForm(pageWith({ value: ' \n' }, { value: 'Miriam', defaultValue: 'Miriam' }))).toBe(false);
    expect(hasFilledForm(pageWith({ value: '', defaultValue: 'Miriam' }))).toBe(false);
  });

  test('not by the search, which is in the address and comes back with it', () => {
    expect(hasFilledForm(pageWith({ value: '80331', inSearch: true }))).toBe(false);
    expect(hasFilledForm(pageWith({ value: '80331', inSearch: true }, { value: 'Code' }))).toBe(true);
  });
});
