/**
 * Tries a sealed body against everything that it could be for (docs/protocol/crypto.md, "Opening"). Runs for every bundle
 * of a bucket and nearly always finds nothing: cheap things first, nothing read from a disk, all multiplications at once.
 */
import { equalBytes } from '#core/bytes/compare.ts';
import { fromHex } from '#core/bytes/hex.ts';
import {
  ephemeralOf,
  noisePrologue,
  openTransport,
  readMessage1,
  readMessage2,
  startHandshake,
  TRANSPORT_OVERHEAD,
} from '#core/crypto/noise-nk.ts';
import { ok, type Result, refuse } from '#core/result.ts';
import type { OpenBundle, Opened } from '#ports/crypto.ts';
import type { NamedKeys } from './named-keys.ts';
import type { Finished, Session, Waiting } from './session-record.ts';
import type { Sessions } from './sessions.ts';
import type { X25519 } from './x25519.ts';

export interface OpeningParts {
  readonly x25519: X25519;
  readonly named: NamedKeys;
  readonly sessions: Sessions;
}

/** What is still to be done with message 2: the session waits, or it finished and the caller may not have kept that. */
const waitingPart = (session: Session | undefined): Waiting | undefined => {
  if (session?.kind === 'waiting') return session;
  return session?.kind === 'finished' && session.retained?.kind === 'waiting' ? session.retained : undefined;
};

const openMessage = async ({ sessions }: OpeningParts, input: OpenBundle): Promise<Opened | undefined> => {
  const number = input.body[0] ?? 0;
  if (number === 0 || input.body.length < TRANSPORT_OVERHEAD) return undefined;
  const sealed = input.body.subarray(1);
  const candidates = await sessions.read(input.finished);
  for (const [index, session] of input.finished.entries()) {
    const candidate = candidates[index];
    if (candidate?.kind !== 'finished') continue;
    const payload = openTransport(candidate.receiving, number, sealed);
    if (payload === undefined) continue;
    // The caller counts this session as finished, so it has kept what the last step gave: that need not be repeatable.
    await sessions.change(session, async (current) => ({
      next: current?.kind === 'finished' && current.retained ? { ...current, retained: undefined } : current,
      result: undefined,
    }));
    return { kind: 'message', session, number, payload };
  }
  return undefined;
};

const finishInitiator = (waiting: Waiting, message: Uint8Array, ee: Uint8Array) => {
  const read = readMessage2(waiting.handshake, message, ee);
  if (!read.ok) return undefined;
  const { payload, keys } = read.value;
  const next: Finished = {
    kind: 'finished',
    sending: keys.fromInitiator,
    receiving: keys.fromResponder,
    request: waiting.handshake.hash,
    retained: waiting,
    sealed: [],
  };
  return { payload, next };
};

type Peer = CryptoKey | Uint8Array;

const openReceipt = async (
  { x25519, sessions }: OpeningParts,
  { body, waiting }: OpenBundle,
  peer: Peer,
): Promise<Opened | undefined> => {
  const candidates = await sessions.read(waiting);
  const tries = waiting.map(async (session, index) => {
    const part = waitingPart(candidates[index]);
    const ee = part && (await x25519.agree(await x25519.prepare(part.ephemeral), peer));
    const read = part && ee && finishInitiator(part, body, ee);
    return read && { session, ...read };
  });
  const found = (await Promise.all(tries)).find((read) => read !== undefined);
  if (!found) return undefined;
  const { session, payload, next } = found;
  const kept = await sessions.change(session, async (current) => ({
    next: current?.kind === 'waiting' ? next : current,
    result: current !== undefined, // false when it was forgotten meanwhile
  }));
  return kept ? { kind: 'receipt', session, payload } : undefined;
};

const tryPrekey = async (
  { named, x25519 }: OpeningParts,
  { key, practice }: OpenBundle['prekeys'][number],
  body: Uint8Array,
  peer: Peer,
) => {
  const prekey = await named.prekey(key);
  const address = fromHex(practice);
  const es = prekey && address && (await x25519.agree(prekey.own, peer));
  if (!es) return undefined;
  const read = readMessage1(startHandshake(noisePrologue(address, prekey.publicKey), prekey.publicKey), body, es);
  return read.ok ? { key, ...read.value } : undefined;
};

/** The session that this very request opened before, whatever became of it, stays as it is. */
const isOf = (session: Session | undefined, request: Uint8Array): boolean =>
  session !== undefined && equalBytes(session.kind === 'finished' ? session.request : session.handshake.hash, request);

const openRequest = async (
  parts: OpeningParts,
  { body, prekeys, newSession }: OpenBundle,
  ephemeral: Uint8Array,
  peer: Peer,
): Promise<Opened | undefined> => {
  const tries = await Promise.all(prekeys.map((prekey) => tryPrekey(parts, prekey, body, peer)));
  const found = tries.find((read) => read !== undefined);
  if (!found) return undefined;
  const { key, payload, handshake } = found;
  await parts.sessions.change(newSession, async (current) => ({
    next: isOf(current, handshake.hash) ? current : { kind: 'answering', handshake, peer: ephemeral },
    result: undefined,
  }));
  return { kind: 'request', session: newSession, prekey: key, payload };
};

export const openBundle = async (parts: OpeningParts, input: OpenBundle): Promise<Result<Opened>> => {
  const message = await openMessage(parts, input);
  if (message) return ok(message);
  const ephemeral = ephemeralOf(input.body);
  if (!ephemeral || input.waiting.length + input.prekeys.length === 0) return refuse('cannot-open');
  const peer = await parts.x25519.peer(ephemeral);
  if (!peer) return refuse('cannot-open');
  const opened = (await openReceipt(parts, input, peer)) ?? (await openRequest(parts, input, ephemeral, peer));
  return opened ? ok(opened) : refuse('cannot-open');
};
