import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Sides of a box that do not turn with the direction of the text. */
const PHYSICAL =
  /(?:^|[\s;{])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*|left|right|border-(?:top|bottom)-(?:left|right)-radius)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b/;

/** The style sheets of the interface: whole files, and what stands between the style tags of a component. */
const styles = readdirSync('src/ui', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.css') || path.endsWith('.svelte'))
  .map((path) => {
    const text = readFileSync(`src/ui/${path}`, 'utf8');
    return { path, css: path.endsWith('.css') ? text : (/<style[^>]*>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '') };
  });

test('every style turns with the direction of the text', () => {
  expect(styles.length).toBeGreaterThan(50);
  const found = styles.flatMap(({ path, css }) =>
    css
      .split('\n')
      .filter((line) => PHYSICAL.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
