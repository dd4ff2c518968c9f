/** What the values of a configuration are made of; each says what must stand there, for the operator who wrote something else. */
import * as v from 'valibot';

export const integer = (from: number, to: number) => {
  const must = `must be a whole number from ${from} to ${to}`;
  return v.pipe(v.number(must), v.integer(must), v.minValue(from, must), v.maxValue(to, must));
};
export const text = (must: string) => v.pipe(v.string(must), v.minLength(1, must));
export const flag = v.boolean('must be true or false');
export const section = <T extends v.ObjectEntries>(entries: T) =>
  v.strictObject(entries, (issue) => missingKey(issue, entries) ?? unknownKey(issue, Object.keys(entries)));

/** What must stand under a key that is not there. */
const missingKey = (issue: v.BaseIssue<unknown>, entries: v.ObjectEntries): string | undefined => {
  const key = issue.path?.at(-1)?.key;
  const entry = typeof key === 'string' && issue.expected !== 'never' ? entries[key] : undefined;
  return entry !== undefined && 'message' in entry && typeof entry.message === 'string' ? entry.message : undefined;
};

export const unknownKey = (issue: v.BaseIssue<unknown>, known: readonly string[]): string =>
  issue.expected === 'never' ? `is not a key here; there are ${known.join(', ')}` : 'must be an object in { }';
