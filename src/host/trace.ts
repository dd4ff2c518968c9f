import type { Millis, NodeAddress } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import type { Command, Decision } from '#engine/command.ts';
import type { CryptoOp, CryptoOutcome } from '#engine/crypto-op.ts';
import type { Effect } from '#engine/effect.ts';
import type { EngineEvent } from '#engine/event.ts';
import { PRIVATE_TABLES, type StoreOp } from '#ports/store.ts';

/**
 * A developer's recording of what happened to a node (docs/architecture.md, "How an event flows"). What a person wrote,
 * what was opened, who asked whom and from where is replaced by ids; what they stand for is kept apart, so that the trace
 * can be given away and still replays on the device that made it.
 */
export interface Trace {
  /** The driver's `record`. */
  readonly record: (now: Millis, event: EngineEvent, effects: readonly Effect[]) => void;
  readonly steps: readonly TraceStep[];
  /** By id. Stays on the device. */
  readonly contents: TraceContents;
  /** Steps that came when the trace was full. It keeps the beginning: without it nothing replays. */
  readonly missed: () => number;
}

export interface TraceStep {
  readonly now: Millis;
  readonly event: EngineEvent;
  readonly effects: readonly Effect[];
}

export type TraceContents = ReadonlyMap<string, string | Uint8Array>;

/** What becomes of a private text and of private bytes, alike in both directions. */
interface Exchange {
  readonly text: (value: string) => string;
  readonly bytes: (value: Uint8Array) => Uint8Array;
}

export const createTrace = (capacity: number): Trace => {
  const steps: TraceStep[] = [];
  const contents = new Map<string, string | Uint8Array>();
  const ids = new Map<string, string>();
  let missed = 0;
  // Numbered, not hashed: the hash of a short text can be guessed.
  const idOf = (key: string, content: string | Uint8Array): string => {
    const id = ids.get(key) ?? `content:${ids.size}`;
    ids.set(key, id);
    contents.set(id, content);
    return id;
  };
  const hide: Exchange = {
    // That nothing was written is no content.
    text: (value) => (value === '' ? '' : idOf(`text ${value}`, value)),
    bytes: (value) => toAscii(idOf(`bytes ${toHex(value)}`, value)),
  };
  return {
    record: (now, event, effects) => {
      if (steps.length >= capacity) missed++;
      else steps.push(exchangeStep({ now, event, effects }, hide));
    },
    steps,
    contents,
    missed: () => missed,
  };
};

/** A step as it happened, as far as the contents are known. */
export const restoreStep = (step: TraceStep, contents: TraceContents): TraceStep =>
  exchangeStep(step, {
    text: (value) => {
      const content = contents.get(value);
      return typeof content === 'string' ? content : value;
    },
    bytes: (value) => {
      const content = contents.get(String.fromCharCode(...value.subarray(0, MAX_ID_LENGTH)));
      return content instanceof Uint8Array ? content : value;
    },
  });

const MAX_ID_LENGTH = 24;

const toAscii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const exchangeStep = ({ now, event, effects }: TraceStep, exchange: Exchange): TraceStep => ({
  now,
  event: exchangeEvent(event, exchange),
  effects: effects.map((effect) => exchangeEffect(effect, exchange)),
});

const exchangeEvent = (event: EngineEvent, exchange: Exchange): EngineEvent => {
  switch (event.kind) {
    case 'command':
      return { ...event, command: exchangeCommand(event.command, exchange) };
    case 'crypto-done':
      return { ...event, outcome: exchangeOutcome(event.outcome, exchange) };
    case 'link-opened':
      return { ...event, remote: exchange.text(event.remote) };
    default:
      return event;
  }
};

const exchangeCommand = (command: Command, { text, bytes }: Exchange): Command => {
  switch (command.kind) {
    case 'reserve':
      return {
        ...command,
        practice: text(command.practice) as NodeAddress,
        pseudonym: text(command.pseudonym),
        code: text(command.code),
        text: text(command.text),
        display: text(command.display),
      };
    case 'wish':
      return { ...command, practice: text(command.practice) as NodeAddress, display: text(command.display) };
    case 'adopt-request':
      return {
        ...command,
        practice: text(command.practice) as NodeAddress,
        pseudonym: text(command.pseudonym),
        display: text(command.display),
      };
    case 'take-backup':
      return { ...command, content: bytes(command.content) };
    case 'confirm':
      return { ...command, note: text(command.note) };
    case 'call-off':
      return { ...command, text: text(command.text) };
    case 'hold':
      return { ...command, decision: exchangeDecision(command.decision, text) };
    default:
      return command;
  }
};

const exchangeDecision = (decision: Decision, text: Exchange['text']): Decision => {
  if (decision.kind === 'confirm') return { ...decision, note: text(decision.note) };
  return decision.kind === 'call-off' ? { ...decision, text: text(decision.text) } : decision;
};

const exchangeOutcome = (outcome: CryptoOutcome, { bytes }: Exchange): CryptoOutcome => {
  if (outcome.op === 'pseudonym') return { ...outcome, value: bytes(outcome.value) };
  if (outcome.op !== 'open' || !outcome.value.ok) return outcome;
  const opened = outcome.value.value;
  return { ...outcome, value: { ok: true, value: { ...opened, payload: bytes(opened.payload) } } };
};

const exchangeEffect = (effect: Effect, exchange: Exchange): Effect => {
  switch (effect.kind) {
    case 'run-crypto':
      return { ...effect, op: exchangeOp(effect.op, exchange) };
    case 'persist':
      return { ...effect, ops: effect.ops.map((op) => exchangeStoreOp(op, exchange)) };
    default:
      return effect;
  }
};

const exchangeOp = (op: CryptoOp, { text, bytes }: Exchange): CryptoOp => {
  switch (op.op) {
    case 'pseudonym':
      return { ...op, practice: text(op.practice) as NodeAddress };
    case 'sealRequest': {
      const { practice, payload, prekey } = op.input;
      // The prekey says whose practice it is.
      const input = { practice: text(practice) as NodeAddress, payload: bytes(payload), prekey: bytes(prekey) };
      return { ...op, input: { ...op.input, ...input } };
    }
    case 'sealReceipt':
    case 'sealMessage':
      return { ...op, payload: bytes(op.payload) };
    default:
      return op;
  }
};

const exchangeStoreOp = (op: StoreOp, { bytes }: Exchange): StoreOp =>
  op.op === 'put' && PRIVATE_TABLES.has(op.table) ? { ...op, value: bytes(op.value) } : op;
