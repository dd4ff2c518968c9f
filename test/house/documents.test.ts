/** What comments and documents point to exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDERS = ['bench', 'docs', 'e2e', 'relay', 'scripts', 'sim', 'src', 'test', 'workers'];

const filesOf = (endings: readonly string[]): string[] => {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  return [...readdirSync('.'), ...inFolders].filter((file) => endings.some((ending) => file.endsWith(ending)));
};

test('every document that the code names exists', () => {
  const missing = filesOf(['.ts', '.mjs', '.svelte', '.md']).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bdocs\/[a-z0-9/-]+\.md/g)]
      .map(([path]) => path)
      .filter((path) => !existsSync(path))
      .map((path) => `${file} names ${path}`),
  );
  expect(missing).toEqual([]);
});

test('every link from one document to another leads somewhere', () => {
  const broken = filesOf(['.md']).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(dirname(file), path)))
      .map((path) => `${file} links to ${path}`),
  );
  expect(broken).toEqual([]);
});
