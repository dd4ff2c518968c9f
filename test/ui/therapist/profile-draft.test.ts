import { expect, test } from 'vitest';
import type { NodeAddress } from '#core/brand.ts';
import { ProfileDraft } from '#ui/therapist/profile-draft.ts';
import { EMPTY_PROFILE } from '#ui/therapist/profile-form.ts';

const practice = 'ab'.repeat(16) as NodeAddress;
const other = 'cd'.repeat(16) as NodeAddress;
const fields = { ...EMPTY_PROFILE, name: 'Dr. Miriam Aydın' };

test('what was typed comes back for the practice that it was typed for, and for no other', () => {
  const draft = new ProfileDraft();
  expect(draft.of(practice)).toBeUndefined();
  draft.keep(practice, fields);
  expect(draft.of(practice)).toEqual(fields);
  expect(draft.of(other)).toBeUndefined();
});

test('the newest is what comes back', () => {
  const draft = new ProfileDraft();
  draft.keep(practice, fields);
  draft.keep(practice, { ...fields, city: 'München' });
  expect(draft.of(practice)?.city).toBe('München');
});

test('what was saved or discarded is gone, and so is what was typed when the device is wiped', () => {
  const draft = new ProfileDraft();
  draft.keep(practice, fields);
  draft.keep(practice, undefined);
  expect(draft.of(practice)).toBeUndefined();
  draft.keep(practice, fields);
  draft.forget();
  expect(draft.of(practice)).toBeUndefined();
});
