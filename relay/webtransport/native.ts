/**
 * Loads the native QUIC stack of `@moq/web-transport` and describes what we use of it. The package's own entry is raw
 * TypeScript that Node does not import, so its platform binary is loaded directly.
 * docs/decisions/0005-webtransport-on-node.md
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { compareVersions, withoutGlibc238 } from '#relay/webtransport/glibc-patch.ts';

export interface NativeReceiveStream {
  /** At most `max` bytes; null after the peer's FIN. Rejects when the stream or the session broke. */
  read(max: number): Promise<Uint8Array | null>;
  stop(code: number): Promise<void>;
}

export interface NativeSendStream {
  /** Resolves when flow control took all of it. Reads the bytes after the call returned: do not change them. */
  write(data: Buffer): Promise<void>;
  finish(): Promise<void>;
  reset(code: number): Promise<void>;
}

export interface NativeBiStream {
  takeSend(): NativeSendStream;
  takeRecv(): NativeReceiveStream;
}

export interface NativeSession {
  acceptBi(): Promise<NativeBiStream>;
  openBi(): Promise<NativeBiStream>;
  acceptUni(): Promise<unknown>;
  recvDatagram(): Promise<unknown>;
  close(code: number, reason: string): void;
  closed(): Promise<{ readonly closeCode: number; readonly reason: string }>;
}

export interface NativeRequest {
  readonly url: Promise<string>;
  ok(): Promise<NativeSession>;
  reject(status: number): Promise<void>;
}

export interface NativeServer {
  accept(): Promise<NativeRequest | null>;
  /** Ends every session. Freezes the process while an `accept()` is pending. */
  close(): void;
}

export interface NativeClient {
  connect(url: string): Promise<NativeSession>;
}

export interface NativeWebTransport {
  readonly NapiServer: { bind(address: string, certificatePem: Buffer, keyPem: Buffer): NativeServer };
  readonly NapiClient: { withCertificateHashes(hashes: Buffer[]): NativeClient };
}

export type NativeLoad =
  | { readonly ok: true; readonly native: NativeWebTransport }
  | { readonly ok: false; readonly reason: string };

/** SHA-256 of the binaries of version 0.1.4 that ask for glibc 2.38, and of what they become without. */
const PATCHED = new Map([
  [
    '6953b1d57f2887cd74885cb3c2d13c314899baaa0513b6069c65c4b3b3b5bcf4', // linux-x64-gnu
    'ae907e2041517b2bd483f19cdbad0280df6b30f0c236ac5c63d48be4baca4a1e',
  ],
  [
    'a1a729b47ad69006803e28388a69948b2188bb346599b972ecb1bcc59a7f8efc', // linux-arm64-gnu
    'e429be24aa3363975b8c10704e6f358c679eb0490b339cc8246235a84b25b8fe',
  ],
]);
const NEEDED_GLIBC = '2.38';

const PACKAGES = new Map([
  ['linux-x64', '@moq/web-transport-linux-x64-gnu'],
  ['linux-arm64', '@moq/web-transport-linux-arm64-gnu'],
  ['darwin-x64', '@moq/web-transport-darwin-x64'],
  ['darwin-arm64', '@moq/web-transport-darwin-arm64'],
  ['win32-x64', '@moq/web-transport-win32-x64-msvc'],
]);

const require = createRequire(import.meta.url);
let loaded: NativeLoad | undefined;

/** Loads the binary once per process; says why in words an operator understands when it cannot. */
export const loadNative = (): NativeLoad => {
  loaded ??= load();
  return loaded;
};

const load = (): NativeLoad => {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES.get(platform);
  if (name === undefined) return { ok: false, reason: `there is no WebTransport library for ${platform}` };
  try {
    // Resolved from where the package itself lies: the binary is its dependency, not ours.
    const path = createRequire(require.resolve('@moq/web-transport')).resolve(name);
    const native: unknown = require(suitedToGlibc(path));
    if (isNative(native)) return { ok: true, native };
    return { ok: false, reason: `${name} is not the version that this relay was made for` };
  } catch (error) {
    return { ok: false, reason: `${name} cannot be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
};

/** The path itself where glibc is new enough or the file is another; else that of a patched copy in the cache folder. */
const suitedToGlibc = (path: string): string => {
  const running = runningGlibc();
  if (running === undefined || compareVersions(running, NEEDED_GLIBC) >= 0) return path;
  const original = readFileSync(path);
  const expected = PATCHED.get(sha256(original));
  if (expected === undefined) return path;
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'terminfunk');
  const copy = join(folder, `web-transport-${expected.slice(0, 16)}.node`);
  if (holds(copy, expected)) return copy;
  const patched = withoutGlibc238(original);
  if (patched === undefined || sha256(patched) !== expected) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Written beside and renamed, so that a relay that starts at the same time never loads half a file.
  const beside = `${copy}.${randomUUID()}`;
  writeFileSync(beside, patched, { mode: 0o500 });
  renameSync(beside, copy);
  return copy;
};

const holds = (path: string, hash: string): boolean => {
  try {
    return sha256(readFileSync(path)) === hash;
  } catch {
    return false;
  }
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The C library's version, or undefined where it is not glibc. */
const runningGlibc = (): string | undefined => {
  const report: unknown = process.report.getReport();
  if (!isRecord(report) || !isRecord(report.header)) return undefined;
  const version = report.header.glibcVersionRuntime;
  return typeof version === 'string' ? version : undefined;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const hasStatic = (owner: unknown, method: string): boolean =>
  typeof owner === 'function' && typeof Reflect.get(owner, method) === 'function';

const isNative = (value: unknown): value is NativeWebTransport =>
  isRecord(value) && hasStatic(value.NapiServer, 'bind') && hasStatic(value.NapiClient, 'withCertificateHashes');
