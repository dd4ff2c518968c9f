/** What goes between the window and its worker. Anything else on the port is ignored. */
import type { NodeTopic } from '#host/rpc/api.ts';
import { type CallErrorNote, isCallFailure } from '#host/rpc/call-error.ts';
import { isMethod, isRecord, type Method } from '#host/rpc/methods.ts';

/** From window to worker. */
export type Question =
  | { readonly kind: 'call'; readonly id: number; readonly method: Method; readonly args: readonly unknown[] }
  | { readonly kind: 'visible'; readonly visible: boolean };

/** From worker to window. */
export type Reply = ({ readonly kind: 'answer'; readonly id: number } & Outcome) | TopicNote;
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: CallErrorNote };
export interface TopicNote {
  readonly kind: 'topic';
  readonly topic: NodeTopic;
}

const TOPIC_NAMES = {
  slots: true,
  requests: true,
  practice: true,
  inbox: true,
  status: true,
  mesh: true,
  alerts: true,
  board: true,
} as const satisfies Record<NodeTopic, true>;
export const isTopic = (value: unknown): value is NodeTopic =>
  typeof value === 'string' && Object.hasOwn(TOPIC_NAMES, value);
export const TOPICS: readonly NodeTopic[] = Object.keys(TOPIC_NAMES).filter(isTopic);

export const parseQuestion = (data: unknown): Question | undefined => {
  if (!isRecord(data)) return undefined;
  const { kind, id, method, args, visible } = data;
  if (kind === 'visible' && typeof visible === 'boolean') return { kind, visible };
  if (kind !== 'call' || !isId(id) || !isMethod(method) || !Array.isArray(args)) return undefined;
  return { kind, id, method, args };
};

export const parseReply = (data: unknown): Reply | undefined => {
  if (!isRecord(data)) return undefined;
  const { kind, id, topic } = data;
  if (kind === 'topic' && isTopic(topic)) return { kind, topic };
  const outcome = parseOutcome(data);
  return kind === 'answer' && isId(id) && outcome !== undefined ? { kind, id, ...outcome } : undefined;
};

export const parseOutcome = (data: Readonly<Record<string, unknown>>): Outcome | undefined => {
  if (data.ok === true) return { ok: true, value: data.value };
  const { error } = data;
  if (data.ok !== false || !isRecord(error)) return undefined;
  const { failure, detail } = error;
  return isCallFailure(failure) && typeof detail === 'string' ? { ok: false, error: { failure, detail } } : undefined;
};

export const isId = (value: unknown): value is number => Number.isSafeInteger(value);
