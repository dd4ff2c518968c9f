import { m } from '#ui/paraglide/messages.js';
import { errorText } from '#ui/text/error-text.ts';
import type { FieldError } from '#ui/text/field-error.ts';

/** What is wrong with a field of a practice: the patient's errors, and those that only a practice can make. */
export type PracticeError =
  | FieldError
  | { readonly key: keyof typeof PLAIN }
  | { readonly key: 'bytes-over'; readonly over: number }
  | { readonly key: 'words-count'; readonly count: number }
  | { readonly key: 'word-unknown'; readonly position: number };

const PLAIN = {
  email: m.error_email,
  phone: m.error_phone,
  website: m.error_website,
  'place-missing': m.error_place_missing,
  'choose-one': m.error_choose_one,
  'word-wrong': m.error_word_wrong,
  'words-checksum': m.error_words_checksum,
  'heilpraktiker-gkv': m.error_heilpraktiker_gkv,
  'heilpraktiker-13-3': m.error_heilpraktiker_13_3,
  'no-kv': m.error_no_kv,
  'private-type-gkv': m.error_private_type_gkv,
  'group-minutes': m.error_group_minutes,
  'minutes-range': m.error_minutes_range,
  'minutes-step': m.error_minutes_step,
  'kjp-age': m.error_kjp_age,
  'date-empty': m.error_date_empty,
  'time-empty': m.error_time_empty,
  'slot-past': m.error_slot_past,
  'slot-far': m.error_slot_far,
  'slot-grid': m.error_slot_grid,
  'slot-twice': m.error_slot_twice,
  'slot-overlap': m.error_slot_overlap,
  'slot-no-such-time': m.error_slot_no_such_time,
  'pattern-reversed': m.error_pattern_reversed,
  'pattern-short': m.error_pattern_short,
  'pattern-buffer': m.error_pattern_buffer,
  'pattern-days': m.error_pattern_days,
  'pattern-past': m.error_pattern_past,
  'pattern-never': m.error_pattern_never,
  'pattern-overlap': m.error_pattern_overlap,
  'credential-empty': m.error_credential_empty,
} as const;

type PlainError = Extract<PracticeError, { readonly key: keyof typeof PLAIN }>;
const isPlain = (error: PracticeError): error is PlainError => Object.hasOwn(PLAIN, error.key);

export const practiceErrorText = (error: PracticeError | undefined): string | undefined => {
  if (error === undefined) return undefined;
  if (isPlain(error)) return PLAIN[error.key]();
  switch (error.key) {
    case 'bytes-over':
      return m.error_bytes_over({ over: error.over });
    case 'words-count':
      return m.error_words_count({ count: error.count });
    case 'word-unknown':
      return m.error_word_unknown({ position: error.position });
    default:
      return errorText(error);
  }
};
