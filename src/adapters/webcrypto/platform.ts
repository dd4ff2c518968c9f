/** What this platform's SubtleCrypto can do, found out once, and the encodings that it wants. */

export interface Platform {
  readonly subtle: SubtleCrypto;
  readonly ed25519: boolean;
  readonly x25519: boolean;
}

export type Algorithm = 'Ed25519' | 'X25519';

const hex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** RFC 8410: PKCS #8 of a 32-byte private key is these sixteen bytes and the key. */
const PKCS8 = {
  Ed25519: hex('302e020100300506032b657004220420'),
  X25519: hex('302e020100300506032b656e04220420'),
} as const;

/** RFC 8032, 7.1, test 1: a signature of the empty message. */
const PROBE_KEY = hex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
const PROBE_SIGNATURE = hex(
  'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
);

/** SubtleCrypto takes no view of shared memory: such bytes are copied, all others pass. */
export const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const isPlain = (view: Uint8Array): view is Uint8Array<ArrayBuffer> => view.buffer instanceof ArrayBuffer;
  return isPlain(bytes) ? bytes : new Uint8Array(bytes);
};

export const importPrivate = (
  subtle: SubtleCrypto,
  algorithm: Algorithm,
  secret: Uint8Array,
  usage: KeyUsage,
): Promise<CryptoKey> => {
  const pkcs8 = new Uint8Array(48);
  pkcs8.set(PKCS8[algorithm]);
  pkcs8.set(secret, 16);
  return subtle.importKey('pkcs8', pkcs8, algorithm, false, [usage]);
};

const verifiesEd25519 = async (subtle: SubtleCrypto): Promise<boolean> => {
  const key = await subtle.importKey('raw', PROBE_KEY, 'Ed25519', false, ['verify']);
  return subtle.verify('Ed25519', key, PROBE_SIGNATURE, new Uint8Array(0));
};

const derivesX25519 = async (subtle: SubtleCrypto): Promise<boolean> => {
  const basePoint = new Uint8Array(32);
  basePoint[0] = 9;
  const secret = await importPrivate(subtle, 'X25519', new Uint8Array(32).fill(1), 'deriveBits');
  const peer = await subtle.importKey('raw', basePoint, 'X25519', false, []);
  return (await subtle.deriveBits({ name: 'X25519', public: peer }, secret, 256)).byteLength === 32;
};

/** Never rejects: what fails is not there. */
export const detectPlatform = async (subtle: SubtleCrypto): Promise<Platform> => {
  const [ed25519, x25519] = await Promise.all([
    verifiesEd25519(subtle).catch(() => false),
    derivesX25519(subtle).catch(() => false),
  ]);
  return { subtle, ed25519, x25519 };
};
