import type { RefusalCode } from '#core/refusal.ts';
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

/** In short: what can be done about it is said where somebody meets it (text/refusal.ts). */
const REFUSED: Record<RefusalCode, () => string> = {
  malformed: m.counter_refused_malformed,
  'too-large': m.counter_refused_too_large,
  'unknown-kind': m.counter_refused_unknown_kind,
  'not-canonical': m.counter_refused_not_canonical,
  'bad-signature': m.counter_refused_bad_signature,
  'bad-key': m.counter_refused_bad_key,
  'unknown-key': m.counter_refused_unknown_key,
  expired: m.counter_refused_expired,
  'from-the-future': m.counter_refused_from_the_future,
  replayed: m.counter_refused_replayed,
  superseded: m.counter_refused_superseded,
  'stale-epoch': m.counter_refused_stale_epoch,
  'over-capacity': m.counter_refused_over_capacity,
  'rate-limited': m.counter_refused_rate_limited,
  'missing-capability': m.counter_refused_missing_capability,
  'slot-gone': m.counter_refused_slot_gone,
  'slot-too-soon': m.counter_refused_slot_too_soon,
  'slot-taken': m.counter_refused_slot_taken,
  'too-many-requests': m.counter_refused_too_many_requests,
  'code-required': m.counter_refused_code_required,
  'bad-code': m.counter_refused_bad_code,
  'payer-not-allowed': m.counter_refused_payer_not_allowed,
  'credential-other-key': m.counter_refused_credential_other_key,
  'credential-unknown-registrar': m.counter_refused_credential_unknown_registrar,
  'credential-expired': m.counter_refused_credential_expired,
  'credential-revoked': m.counter_refused_credential_revoked,
  'cannot-open': m.counter_refused_cannot_open,
  blocked: m.counter_refused_blocked,
  'clock-skew': m.counter_refused_clock_skew,
  'wrong-state': m.counter_refused_wrong_state,
  'no-identity': m.counter_refused_no_identity,
  'not-found': m.counter_refused_not_found,
  'storage-full': m.counter_refused_storage_full,
  'too-many-hops': m.counter_refused_too_many_hops,
  looping: m.counter_refused_looping,
  'no-path': m.counter_refused_no_path,
};

export const counterWords = (name: string): CounterWords => {
  const counter = readCounter(name);
  switch (counter.kind) {
    case 'plain':
      return { words: PLAIN[counter.name](), raw: undefined };
    case 'refused':
      return { words: m.counter_refused({ why: REFUSED[counter.code]() }), raw: undefined };
    case 'refused-by-peer':
      return { words: m.counter_refused_by_peer({ why: REFUSED[counter.code]() }), raw: undefined };
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
