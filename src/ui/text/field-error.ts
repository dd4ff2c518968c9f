/**
 * What is wrong with a field: a key that the screen turns into words, so that checks stay pure and testable. Errors that
 * only a practice can make are in therapist/practice-error.ts, so that a patient's phone does not load their words.
 */
export type FieldError =
  | {
      readonly key:
        | 'required'
        | 'name-empty'
        | 'code-missing'
        | 'code-signs'
        | 'place-digits'
        | 'place-short'
        | 'place-name'
        | 'place-part'
        | 'place-choose'
        | 'place-near';
    }
  /** A postcode, and a town beside it that is not the one we know it by. */
  | { readonly key: 'place-other'; readonly plz: string; readonly place: string }
  | { readonly key: 'code-short' | 'code-long'; readonly count: number }
  | { readonly key: 'name-long' | 'text-long'; readonly over: number };

/** Errors by field; a field that is right is absent. */
export type FieldErrors<Field extends string, E = FieldError> = { readonly [F in Field]?: E };

export const errorCount = (errors: Readonly<Record<string, unknown>>): number =>
  Object.values(errors).filter((error) => error !== undefined).length;
