/**
 * The built app, read into memory once when the relay starts: a request is looked up by its whole path, so that no path
 * leads out of the folder, and serving touches no disk.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export interface AppFile {
  readonly type: string;
  readonly body: Buffer;
  /** The same, compressed with Brotli, where the build laid it beside. */
  readonly brotli: Buffer | undefined;
  readonly etag: string;
  readonly cacheControl: string;
}

/** By path as it stands in a URL: `/index.html` is under `/`. */
export type AppFiles = ReadonlyMap<string, AppFile>;

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['.svg', 'image/svg+xml; charset=utf-8'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.wasm', 'application/wasm'],
  ['.bin', 'application/octet-stream'],
  ['.gz', 'application/gzip'],
  ['.txt', 'text/plain; charset=utf-8'],
]);
const COMPRESSED = '.br';
const INDEX = '/index.html';
/** The build gives these names with the hash of their content in them. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Kept, and asked about each time: a new version of the app is seen at once. */
const ASK_FIRST = 'no-cache';

const MAX_FILES = 2_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** The built app as it is served, and what everybody can compare it by. */
export interface ServedApp {
  readonly files: AppFiles;
  /** SHA-256 over the list of all files with theirs (docs/reproducible-build.md); hex. Undefined without an app. */
  readonly hash: string | undefined;
}

/** Reads the folder; no files when there is none. Rejects when it holds more than an app could. */
export const readApp = async (folder: string): Promise<ServedApp> => {
  const paths = await listFiles(folder);
  if (paths.length > MAX_FILES) throw new Error(`${folder} holds more than ${MAX_FILES} files: is it the built app?`);
  const contents = new Map<string, Buffer>();
  let bytes = 0;
  for (const path of paths) {
    const content = await readFile(path);
    bytes += content.length;
    if (bytes > MAX_BYTES) throw new Error(`${folder} holds more than ${MAX_BYTES} bytes: is it the built app?`);
    contents.set(`/${relative(folder, path).split(sep).join('/')}`, content);
  }
  return { files: toAppFiles(contents), hash: contents.size === 0 ? undefined : hashOf(contents) };
};

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** As `sha256sum` writes the list (scripts/app-hash.mjs does the same): what is compressed from others is left out. */
const hashOf = (contents: ReadonlyMap<string, Buffer>): string =>
  sha256(
    [...contents]
      .filter(([path]) => !path.endsWith(COMPRESSED))
      .map(([path, content]) => ({ name: `.${path}`, sum: sha256(content) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, sum }) => `${sum}  ${name}\n`)
      .join(''),
  );

const listFiles = async (folder: string): Promise<string[]> => {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

const toAppFiles = (contents: ReadonlyMap<string, Buffer>): AppFiles => {
  const files = new Map<string, AppFile>();
  for (const [path, body] of contents) {
    const type = TYPES.get(extname(path));
    // What the app does not consist of (source maps, compressed twins) has no address of its own.
    if (type === undefined) continue;
    files.set(path === INDEX ? '/' : path, {
      type,
      body,
      brotli: contents.get(path + COMPRESSED),
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      cacheControl: HASHED.test(path) ? FOR_EVER : ASK_FIRST,
    });
  }
  return files;
};
