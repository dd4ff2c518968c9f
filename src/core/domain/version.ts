import * as v from 'valibot';

/** Where a relay says which app it serves: `{"app": "64 hex digits"}`, or null without one (docs/reproducible-build.md). */
export const VERSION_PATH = '/version';

const schema = v.object({ app: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) });

/** The hash of the app, or undefined for anything else. */
export const parseVersion = (answer: unknown): string | undefined => {
  const parsed = v.safeParse(schema, answer);
  return parsed.success ? parsed.output.app : undefined;
};
