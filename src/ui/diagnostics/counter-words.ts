import { type CountedKind, type PlainCounter, readCounter } from '#ui/diagnostics/counter-name.ts';
import { m } from '#ui/paraglide/messages.js';

/** What was counted, in words, with what the program itself calls it where that says more. */
export interface CounterWords {
  readonly words: string | undefined;
  readonly raw: string | undefined;
}

const KINDS: Record<CountedKind, () => string> = {
  announce: m.kind_announce,
  withdraw: m.kind_withdraw,
  identity: m.kind_identity,
  revocations: m.kind_revocations,
  bundle: m.kind_bundle,
  removal: m.kind_removal,
  custody: m.kind_custody,
  hello: m.kind_hello,
  beacon: m.kind_beacon,
  bins: m.kind_bins,
  ids: m.kind_ids,
  want: m.kind_want,
  refused: m.kind_refused,
  node: m.kind_node,
  summary: m.kind_summary,
  listen: m.kind_listen,
  ping: m.kind_ping,
  pong: m.kind_pong,
  estimate: m.kind_estimate,
  symbols: m.kind_symbols,
  more: m.kind_more,
  pick: m.kind_pick,
  broadcast: m.kind_broadcast,
  unicast: m.kind_unicast,
  capabilityQuery: m.kind_capability_query,
  capabilityAnswer: m.kind_capability_answer,
};

const PLAIN: Record<PlainCounter, () => string> = {
  'bytes received': m.counter_bytes_received,
  'bytes sent': m.counter_bytes_sent,
  'frames dropped backpressure': m.counter_dropped,
  unreadable: m.counter_unreadable,
  'unreadable snapshot': m.counter_unreadable_snapshot,
  'clock jumped': m.counter_clock_jumped,
  retired: m.counter_retired,
  'parent first': m.counter_parent_first,
  'parent better': m.counter_parent_better,
  'parent lost': m.counter_parent_lost,
  'links silent': m.counter_links_silent,
  'bridging yes': m.counter_bridging_yes,
  'bridging no': m.counter_bridging_no,
};

export const counterWords = (name: string): CounterWords => {
  const counter = readCounter(name);
  switch (counter.kind) {
    case 'plain':
      return { words: PLAIN[counter.name](), raw: undefined };
    case 'refused':
      return { words: m.counter_refused(), raw: counter.code };
    case 'frames':
    case 'duplicate': {
      const what = KINDS[counter.of]();
      return { words: counter.kind === 'frames' ? what : m.counter_duplicate({ what }), raw: undefined };
    }
    case 'other':
      return { words: undefined, raw: name };
  }
};

/** What waits in the queue, by whose it is; unknown ones as they are. */
const QUEUED: ReadonlyMap<string, () => string> = new Map([
  ['request', m.queued_request],
  ['cancel', m.queued_cancel],
  ['receipt', m.queued_receipt],
  ['answer', m.queued_answer],
  ['offer', m.queued_offer],
  ['identity', m.queued_identity],
]);
export const queuedWords = (kind: string): string => QUEUED.get(kind)?.() ?? kind;

export const queuePhaseWords = (phase: string): string =>
  phase === 'sent' ? m.phase_sent() : phase === 'queued' ? m.queue_phase_queued() : phase;
