/**
 * What the workers of one browser say to each other on the channel. All of them are this app, but perhaps of another
 * build: what does not parse is ignored.
 */
import type { NodeTopic } from '#host/rpc/api.ts';
import { isId, isTopic, type Outcome, parseOutcome } from '#host/rpc/envelope.ts';
import { isMethod, isRecord, type Method } from '#host/rpc/methods.ts';

/** Raised when a message changes its meaning; other versions do not hear each other. */
const VERSION = 1;

export type PeerMessage =
  /** The leader lives. `ready`: its node answers calls. */
  | { readonly kind: 'beat'; readonly term: number; readonly ready: boolean }
  /** A tab is here and wants a node: a leader beats at once, a service worker that drains lets go. */
  | { readonly kind: 'hello' }
  | {
      readonly kind: 'call';
      readonly term: number;
      readonly from: string;
      readonly id: number;
      readonly method: Method;
      readonly args: readonly unknown[];
    }
  | ({ readonly kind: 'answer'; readonly term: number; readonly to: string; readonly id: number } & Outcome)
  | { readonly kind: 'topic'; readonly term: number; readonly topic: NodeTopic };

export const encodePeerMessage = (message: PeerMessage): unknown => ({ version: VERSION, ...message });

export const decodePeerMessage = (data: unknown): PeerMessage | undefined => {
  if (!isRecord(data) || data.version !== VERSION) return undefined;
  if (data.kind === 'hello') return { kind: 'hello' };
  const { kind, term, ready, topic } = data;
  if (!isId(term)) return undefined;
  if (kind === 'beat' && typeof ready === 'boolean') return { kind, term, ready };
  if (kind === 'topic' && isTopic(topic)) return { kind, term, topic };
  return decodeCall(data, term) ?? decodeAnswer(data, term);
};

const decodeCall = (data: Readonly<Record<string, unknown>>, term: number): PeerMessage | undefined => {
  const { kind, from, id, method, args } = data;
  if (kind !== 'call' || typeof from !== 'string' || !isId(id) || !isMethod(method)) return undefined;
  return Array.isArray(args) ? { kind, term, from, id, method, args } : undefined;
};

const decodeAnswer = (data: Readonly<Record<string, unknown>>, term: number): PeerMessage | undefined => {
  const { kind, to, id } = data;
  const outcome = parseOutcome(data);
  if (kind !== 'answer' || typeof to !== 'string' || !isId(id) || outcome === undefined) return undefined;
  return { kind, term, to, id, ...outcome };
};
