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

/** A whole number that is not negative, or 0. */
export const readKeptNumber = (name: string): number => {
  const value = Number(readKept(name) ?? '0');
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
};
