import { build } from 'vite';

/** serial-in-page.ts as one script without imports, to be put before anything. Built from the repository's root. */
export const buildPageScript = async (): Promise<string> => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: 'test/emulator/serial-in-page.ts', formats: ['iife'], name: 'emulatedSerial' },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((one) => ('output' in one ? one.output : [])).filter((one) => one.type === 'chunk');
  const [script] = chunks;
  if (script === undefined) throw new Error('nothing was built');
  return script.code;
};

/** With the boards' addresses in front. */
export const addressedScript = (script: string, addresses: readonly string[]): string =>
  `globalThis.emulatedBoards = ${JSON.stringify(addresses)};\n${script}\n`;
