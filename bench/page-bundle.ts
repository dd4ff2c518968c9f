/** A module of the benchmarks as one classic script for a page, minified as the app is. */
import process from 'node:process';
import { build } from 'vite';

export const bundleForPage = async (file: string): Promise<string> => {
  const built = await build({
    // run.mjs works from the root of the repository.
    root: process.cwd(),
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: `bench/${file}`, formats: ['iife'], name: 'bench', fileName: 'page' },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  for (const output of outputs) {
    if (!('output' in output)) continue;
    const [chunk] = output.output;
    return chunk.code;
  }
  throw new Error(`${file} was not built`);
};
