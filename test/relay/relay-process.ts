/** The relay as its operator runs it: bundled, and started as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'vite';

export interface RelayProcess {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly address: string;
}

/** Bundles the relay inside the repository, so that it finds its packages; returns the file and its folder. */
export const buildRelay = async (name: string): Promise<{ readonly file: string; readonly folder: string }> => {
  const folder = resolve('.cache', name);
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { __BUILD__: JSON.stringify('test') },
    build: {
      ssr: 'relay/main.ts',
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'relay.mjs' } },
    },
  });
  return { file: join(folder, 'relay.mjs'), folder };
};

/** Resolves once it says where it can be opened; rejects with what it said when it ends before. */
export const startRelayProcess = (file: string, options: readonly string[]): Promise<RelayProcess> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [file, ...options], { stdio: 'pipe' });
    let printed = '';
    const hear = (chunk: Buffer): void => {
      printed += chunk.toString();
      const address = /Terminfunk relay ([0-9a-f]{32})\n/.exec(printed)?.[1];
      const origin = /\nOpen (http:\/\/\S+)/.exec(`\n${printed}`)?.[1];
      if (address !== undefined && origin !== undefined) done({ child, origin, address });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => fail(new Error(`the relay ended with ${code}:\n${printed}`)));
  });
