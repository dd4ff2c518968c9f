import { m } from '#ui/paraglide/messages.js';
import type { FieldError } from '#ui/text/field-error.ts';

/** The words for what is wrong with a field. */
export const errorText = (error: FieldError | undefined): string | undefined => {
  if (error === undefined) return undefined;
  switch (error.key) {
    case 'name-empty':
      return m.error_name_empty();
    case 'name-long':
      return m.error_name_long({ over: error.over });
    case 'code-missing':
      return m.error_code_missing();
    case 'code-signs':
      return m.error_code_signs();
    case 'code-short':
      return m.error_code_short({ count: error.count });
    case 'code-long':
      return m.error_code_long({ count: error.count });
    case 'text-long':
      return m.error_text_long({ over: error.over });
    case 'place-digits':
      return m.error_place_digits();
    case 'place-short':
      return m.error_place_short();
    case 'place-name':
      return m.error_place_name();
    case 'place-part':
      return m.error_place_part();
    case 'place-other':
      return m.error_place_other({ plz: error.plz, place: error.place });
    case 'place-choose':
      return m.error_place_choose();
    case 'place-near':
      return m.error_place_near();
    case 'required':
      return m.error_required();
  }
};
