import type { KeyName, LinkId, Millis, SessionName } from '#core/brand.ts';
import { equalBytes } from '#core/bytes/compare.ts';
import { toHex } from '#core/bytes/hex.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Result } from '#core/result.ts';
import type { CryptoOp, CryptoOutcome } from '#engine/crypto-op.ts';
import type { Drbg } from '#engine/drbg.ts';
import type { Effect, Topic } from '#engine/effect.ts';
import type { JobId } from '#engine/event.ts';
import { createTables, type Tables } from '#engine/tables.ts';
import { createTimers, type Timers } from '#engine/timers.ts';
import type { OpenBundle, Opened, SealRequest } from '#ports/crypto.ts';
import type { StoreOp } from '#ports/store.ts';
import type { Lane } from '#ports/transport.ts';

/**
 * What every part of the engine works with during a step: the time of the step, seeded randomness, timers, and a place to
 * put effects. There is one per engine; `begin` and `end` frame a step.
 */
export interface Context {
  now(): Millis;
  readonly random: Drbg;
  readonly timers: Timers;
  /** Every table that grows with what is received is named here. */
  readonly tables: Tables;
  /** `transit`: mere forwarding, which waits for no disk. `lane`: prompt unless it may wait for everything else. */
  send(link: LinkId, frame: Uint8Array, transit?: boolean, lane?: Lane): void;
  emit(effect: Effect): void;
  persist(...ops: StoreOp[]): void;
  notify(topic: Topic): void;
  count(name: string, label?: string, by?: number): void;
  refused(code: RefusalCode): void;
  readonly crypto: CryptoJobs;
  begin(now: Millis): void;
  /** The effects of the step, in order. */
  end(): Effect[];
  cryptoDone(job: JobId, outcome: CryptoOutcome): void;
  /** Hears of every frame that is sent. */
  onSend: (link: LinkId) => void;
}

/** Crypto effects with their continuations. A continuation is not called when the port failed; `otherwise` is. */
export interface CryptoJobs {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array, then: (holds: boolean) => void): void;
  sign(key: KeyName, message: Uint8Array, then: (signature: Uint8Array) => void, otherwise?: () => void): void;
  createPrekey(key: KeyName, then: (publicKey: Uint8Array) => void): void;
  pseudonym(practice: SealRequest['practice'], then: (id: Uint8Array) => void, otherwise: () => void): void;
  forget(names: readonly (KeyName | SessionName)[]): void;
  sealRequest(input: SealRequest, then: (sealed: Result<Uint8Array>) => void, otherwise: () => void): void;
  sealReceipt(session: SessionName, payload: Uint8Array, then: (body: Uint8Array) => void): void;
  sealMessage(session: SessionName, number: number, payload: Uint8Array, then: (body: Uint8Array) => void): void;
  open(input: OpenBundle, then: (opened: Result<Opened>) => void): void;
  /** How many are under way: what intake looks at before it takes more. */
  pending(): number;
}

const nothing = (): void => {};

/** Calls the continuation; true, as the answer fitted. */
const pass = <T>(then: (value: T) => void, value: T): true => {
  then(value);
  return true;
};

interface Checking {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly waiting: ((holds: boolean) => void)[];
}
/** Who waits for one check; whoever comes later has a check of its own. */
const MAX_SHARED = 64;

const createCryptoJobs = (emit: (effect: Effect) => void) => {
  const waiting = new Map<JobId, (outcome: CryptoOutcome) => void>();
  let last = 0;
  const run = (op: CryptoOp, done: (outcome: CryptoOutcome) => boolean, otherwise: () => void): void => {
    const job = ++last as JobId;
    waiting.set(job, (outcome) => {
      if (outcome.op === 'failed') otherwise();
      else if (!done(outcome)) throw new Error(`crypto answered ${outcome.op} to ${op.op}`);
    });
    emit({ kind: 'run-crypto', job, op });
  };
  /** Checks under way, by signature: the same bytes come from several neighbours at once, and one verdict does for all. */
  const checking = new Map<string, Checking>();
  const verify: CryptoJobs['verify'] = (publicKey, message, signature, then) => {
    const name = toHex(signature);
    const running = checking.get(name);
    if (running !== undefined) {
      const isSame = equalBytes(running.publicKey, publicKey) && equalBytes(running.message, message);
      if (isSame && running.waiting.length < MAX_SHARED) return void running.waiting.push(then);
    }
    const mine: Checking = { publicKey, message, waiting: [then] };
    if (running === undefined) checking.set(name, mine);
    const settle = (holds: boolean): void => {
      if (checking.get(name) === mine) checking.delete(name);
      for (const one of mine.waiting) one(holds);
    };
    run(
      { op: 'verify', publicKey, message, signature },
      (o) => o.op === 'verify' && pass(settle, o.value),
      () => settle(false),
    );
  };
  const jobs: CryptoJobs = {
    verify,
    sign: (key, message, then, otherwise = nothing) =>
      run({ op: 'sign', key, message }, (o) => o.op === 'sign' && pass(then, o.value), otherwise),
    createPrekey: (key, then) =>
      run({ op: 'createPrekey', key }, (o) => o.op === 'createPrekey' && pass(then, o.value), nothing),
    pseudonym: (practice, then, otherwise) =>
      run({ op: 'pseudonym', practice }, (o) => o.op === 'pseudonym' && pass(then, o.value), otherwise),
    forget: (names) => {
      if (names.length > 0) run({ op: 'forget', names }, (o) => o.op === 'forget', nothing);
    },
    sealRequest: (input, then, otherwise) =>
      run({ op: 'sealRequest', input }, (o) => o.op === 'sealRequest' && pass(then, o.value), otherwise),
    sealReceipt: (session, payload, then) =>
      run({ op: 'sealReceipt', session, payload }, (o) => o.op === 'sealReceipt' && pass(then, o.value), nothing),
    sealMessage: (session, number, payload, then) =>
      run(
        { op: 'sealMessage', session, number, payload },
        (o) => o.op === 'sealMessage' && pass(then, o.value),
        nothing,
      ),
    open: (input, then) =>
      run(
        { op: 'open', input },
        (o) => o.op === 'open' && pass(then, o.value),
        () => then({ ok: false, code: 'cannot-open' }),
      ),
    pending: () => waiting.size,
  };
  const done = (job: JobId, outcome: CryptoOutcome): void => {
    const continuation = waiting.get(job);
    waiting.delete(job);
    continuation?.(outcome);
  };
  return { jobs, done };
};

export const createContext = (random: Drbg): Context => {
  let now = 0 as Millis;
  let effects: Effect[] = [];
  const topics = new Set<Topic>();
  const emit = (effect: Effect): void => {
    effects.push(effect);
  };
  const { jobs, done } = createCryptoJobs(emit);
  const count = (name: string, label = '', by = 1): void => emit({ kind: 'count', name, label, by });
  const context: Context = {
    now: () => now,
    random,
    timers: createTimers(),
    tables: createTables(),
    send: (link, frame, transit = false, lane = 'prompt') => {
      context.onSend(link);
      emit({ kind: 'send', link, frame, transit, lane });
    },
    onSend: () => undefined,
    emit,
    persist: (...ops) => {
      if (ops.length > 0) emit({ kind: 'persist', ops });
    },
    notify: (topic) => {
      topics.add(topic);
    },
    count,
    refused: (code) => count('refused', code),
    crypto: jobs,
    begin: (at) => {
      now = at;
      effects = [];
    },
    end: () => {
      for (const topic of topics) emit({ kind: 'notify', topic });
      topics.clear();
      return effects;
    },
    cryptoDone: done,
  };
  return context;
};
