import type { RelayStatus } from '#host/rpc/api.ts';
import { relayOrigin } from '#ui/diagnostics/relay-origin.ts';

/**
 * A device's relays as a link: `#/verbinden?r=ORIGIN&r=ORIGIN`, shown as a QR code and opened by another device's camera. Only
 * origins of relays; nothing of the person or the device. What stands in it is untrusted and asked about before it is used.
 * docs/protocol/discovery.md
 */
export const MAX_PAIRED = 4;
const MAX_ORIGIN = 120;
const MAX_QUERY = 1_000;

export type Pairing =
  | { readonly kind: 'relays'; readonly origins: readonly string[] }
  /** Nothing is named; more than may be; something that is no relay's address, or not in its one form. */
  | { readonly kind: 'empty' | 'too-many' | 'foreign' };

const isLocal = (origin: string): boolean => origin.startsWith('http://');

/** `local`: the app itself runs on this very machine, where relays without encryption may be named. */
const toPaired = (text: string, local: boolean): string | undefined => {
  const origin = text.length <= MAX_ORIGIN ? relayOrigin(text) : undefined;
  return origin === text && (local || !isLocal(origin)) ? origin : undefined;
};

/** Reads what follows `#/verbinden?`. All or nothing: who smuggles one thing in is not believed the others. */
export const readPairing = (query: string, local: boolean): Pairing => {
  if (query.length > MAX_QUERY) return { kind: 'too-many' };
  const entries = [...new URLSearchParams(query)];
  if (entries.length === 0) return { kind: 'empty' };
  if (entries.length > MAX_PAIRED) return { kind: 'too-many' };
  const origins = entries.map(([name, value]) => (name === 'r' ? toPaired(value, local) : undefined));
  const known = origins.flatMap((origin) => origin ?? []);
  return known.length < origins.length ? { kind: 'foreign' } : { kind: 'relays', origins: [...new Set(known)] };
};

/** The query that names these relays. */
export const pairingQuery = (origins: readonly string[]): string =>
  new URLSearchParams(origins.map((origin) => ['r', origin])).toString();

/** Which of a device's relays are worth handing on: those that are linked now first; none that only this machine reaches, or that nobody does. */
export const toShare = (relays: readonly RelayStatus[], local: boolean): string[] =>
  relays
    .filter(({ state }) => state !== 'unreachable')
    .sort((a, b) => Number(b.state === 'connected') - Number(a.state === 'connected'))
    .flatMap(({ origin }) => toPaired(origin, local) ?? [])
    .slice(0, MAX_PAIRED);
