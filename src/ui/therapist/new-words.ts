/**
 * The words of a practice that is not created yet. They are kept by the page alone, never stored; what is stored is only
 * that some were shown, because a note of those is worth nothing once the page is gone.
 */
export interface NewWords {
  /** The same words however often the screen is opened, until they are used. */
  words(make: () => Promise<string>): Promise<string>;
  /** True when others were shown before, by a page that is gone. */
  readonly replaced: boolean;
  /** The practice has them now. */
  used(): void;
}

const KEY = 'terminfunk.words-shown';

/** `storage` may throw: then nobody knows of an earlier visit. */
export const createNewWords = (storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): NewWords => {
  let kept: Promise<string> | undefined;
  let replaced = false;
  const tried = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch {
      return undefined;
    }
  };
  return {
    words: (make) => {
      if (kept !== undefined) return kept;
      const made = make();
      kept = made;
      made.then(
        () => {
          replaced = (tried(() => storage().getItem(KEY)) ?? null) !== null;
          tried(() => storage().setItem(KEY, '1'));
        },
        () => {
          // Asked again, the node may have an answer.
          if (kept === made) kept = undefined;
        },
      );
      return made;
    },
    get replaced() {
      return replaced;
    },
    used: () => {
      kept = undefined;
      replaced = false;
      tried(() => storage().removeItem(KEY));
    },
  };
};

/** This page's. */
export const newWords = createNewWords(() => localStorage);
