/** Small things that outlive the page, under names of their own. Storage may be forbidden: then they last as long as it. */
const forPage = new Map<string, string>();

export const readKept = (name: string): string | undefined => {
  try {
    return localStorage.getItem(`terminfunk.${name}`) ?? undefined;
  } catch {
    return forPage.get(name);
  }
};

export const keep = (name: string, value: string): void => {
  try {
    localStorage.setItem(`terminfunk.${name}`, value);
  } catch {
    forPage.set(name, value);
  }
};

export const dropKept = (name: string): void => {
  forPage.delete(name);
  try {
    localStorage.removeItem(`terminfunk.${name}`);
  } catch {
    // Nothing is kept there.
  }
};

/** A whole number that is not negative, or 0. */
export const readKeptNumber = (name: string): number => {
  const value = Number(readKept(name) ?? '0');
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
};

/** Texts, as JSON; undefined where none are kept or something else is. */
export const readKeptList = (name: string): readonly string[] | undefined => {
  try {
    const value: unknown = JSON.parse(readKept(name) ?? 'null');
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
};

export const keepList = (name: string, value: readonly string[]): void => keep(name, JSON.stringify(value));
