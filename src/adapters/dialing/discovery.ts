/**
 * What a relay says about itself at `/.well-known/terminfunk.json`, and the token that opens a link to it.
 * docs/protocol/discovery.md
 */
import * as v from 'valibot';
import type { NodeAddress } from '#core/brand.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { DialFailure } from '#ports/transport.ts';

export const DISCOVERY_PATH = '/.well-known/terminfunk.json';
export const CONNECT_PATH = '/connect';
export const DISCOVERY_VERSION = 1;
/** No answer of a relay about itself is larger; what is, is not read. */
export const MAX_DISCOVERY_BYTES = 16_384;

const MAX_HASHES = 4;
const MAX_URL = 300;
const MAX_REGISTRARS = 33;
/** Other relays that one relay names, and how long an origin may be. */
export const MAX_LINKED_RELAYS = 8;
export const MAX_LINKED_ORIGIN = 120;

export interface WebTransportEndpoint {
  /** `https://host:port/link`; a token is appended as one more path segment. */
  readonly url: string;
  /** SHA-256 of the certificates that may answer, DER. Empty when a public authority vouches for the certificate. */
  readonly certificateHashes: readonly Uint8Array[];
}

export interface Discovery {
  /** The relay's node address; the link proves it, this only says whom to expect. */
  readonly address: NodeAddress;
  readonly webtransport: WebTransportEndpoint | null;
  /** `ws:` or `wss:`, with the path; a token is appended as one more path segment. */
  readonly websocket: string | null;
  /** Whom the relay's operator trusts to issue credentials. An app may follow the relay that served it, and no other. */
  readonly registrars: readonly DiscoveredRegistrar[];
  /** Origins of relays that it is linked to now; empty when it names none. Only its word. */
  readonly relays: readonly string[];
}

export interface DiscoveredRegistrar {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly name: string;
  /** Issues to invented practices, and is shown as that. */
  readonly demo: boolean;
}

const isUrlWith =
  (...protocols: string[]) =>
  (text: string) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol);

/** 32 bytes in 44 characters of base64. */
const BASE64_32 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{43}=$/));

const isOrigin = (text: string): boolean => isUrlWith('https:', 'http:')(text) && new URL(text).origin === text;

/** Other keys are allowed: a newer relay may say more. Another version means that none of this may be relied on. */
const DISCOVERY = v.object({
  version: v.literal(DISCOVERY_VERSION),
  address: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  webtransport: v.nullable(
    v.object({
      url: v.pipe(v.string(), v.maxLength(MAX_URL), v.check(isUrlWith('https:'))),
      certificateHashes: v.pipe(v.array(BASE64_32), v.maxLength(MAX_HASHES)),
    }),
  ),
  websocket: v.nullable(v.pipe(v.string(), v.maxLength(MAX_URL), v.check(isUrlWith('ws:', 'wss:')))),
  registrars: v.pipe(
    v.array(
      v.object({
        publicKey: BASE64_32,
        name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
        demo: v.boolean(),
      }),
    ),
    v.maxLength(MAX_REGISTRARS),
  ),
  relays: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(MAX_LINKED_ORIGIN), v.check(isOrigin))),
      v.maxLength(MAX_LINKED_RELAYS),
    ),
    [],
  ),
});

const TOKEN = v.object({ token: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,64}$/)) });

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** The document's meaning, or `malformed`. Takes what JSON.parse returned. */
export const decodeDiscovery = (json: unknown): Result<Discovery, 'malformed'> => {
  const parsed = v.safeParse(DISCOVERY, json);
  if (!parsed.success) return refuse('malformed');
  const { address, webtransport, websocket, registrars, relays } = parsed.output;
  return ok({
    address: address as NodeAddress,
    webtransport: webtransport && {
      url: webtransport.url,
      certificateHashes: webtransport.certificateHashes.map(fromBase64),
    },
    websocket,
    registrars: registrars.map(({ publicKey, name, demo }) => ({ publicKey: fromBase64(publicKey), name, demo })),
    relays,
  });
};

/** The part of fetch that is needed; Node, workers and tests all have one. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;
interface FetchInit {
  readonly method: string;
  readonly cache: 'no-store';
  readonly credentials: 'omit';
  readonly redirect: 'error';
  readonly signal: AbortSignal;
}
interface FetchAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: () => Promise<string>;
}

/** Asks a relay where its links are. `unsupported` when it answers with something else than a discovery document. */
export const fetchDiscovery = async (
  origin: string,
  ask: Fetch,
  signal: AbortSignal,
): Promise<Result<Discovery, DialFailure>> => {
  const answer = await askJson(`${origin}${DISCOVERY_PATH}`, 'GET', ask, signal);
  if (!answer.ok) return answer;
  const discovery = decodeDiscovery(answer.value);
  return discovery.ok ? discovery : refuse('unsupported');
};

/** Fetches a token that opens one link within half a minute. `refused` when the relay does not want this client now. */
export const fetchToken = async (
  origin: string,
  ask: Fetch,
  signal: AbortSignal,
): Promise<Result<string, DialFailure>> => {
  const answer = await askJson(`${origin}${CONNECT_PATH}`, 'POST', ask, signal);
  if (!answer.ok) return answer;
  const parsed = v.safeParse(TOKEN, answer.value);
  return parsed.success ? ok(parsed.output.token) : refuse('unsupported');
};

const askJson = async (
  url: string,
  method: string,
  ask: Fetch,
  signal: AbortSignal,
): Promise<Result<unknown, DialFailure>> => {
  try {
    const init = { method, cache: 'no-store', credentials: 'omit', redirect: 'error', signal } as const;
    const answer = await ask(url, init);
    if (!answer.ok) return refuse(answer.status === 404 ? 'unsupported' : 'refused');
    const text = await answer.text();
    return text.length > MAX_DISCOVERY_BYTES ? refuse('unsupported') : ok(parseJson(text));
  } catch {
    return refuse(signal.aborted ? 'aborted' : 'unreachable');
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
