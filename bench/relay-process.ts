/** The built relay as a process of its own, on a free port and an empty data folder. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { freePort } from '../scripts/free-port.mjs';

interface BenchRelay {
  readonly origin: string;
  stop(): Promise<void>;
}

export const startRelayProcess = async (options: readonly string[] = []): Promise<BenchRelay> => {
  const data = mkdtempSync(join(tmpdir(), 'terminfunk-bench-'));
  const port = await freePort();
  const child = spawn(process.execPath, ['dist/relay/main.mjs', '--port', `${port}`, '--data', data, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    let printed = '';
    child.once('exit', (code) => reject(new Error(`The relay ended with ${code}.`)));
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('\nOpen http')) resolve();
    });
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      child.once('exit', () => {
        rmSync(data, { recursive: true, force: true });
        resolve();
      });
      child.kill('SIGTERM');
    });
  return { origin: `http://127.0.0.1:${port}`, stop };
};
