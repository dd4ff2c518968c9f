import type { RequestView } from '#host/rpc/api.ts';
import { m } from '#ui/paraglide/messages.js';
import type { TrackStop } from '#ui/patient/delivery-track.ts';
import type { RequestState } from '#ui/patient/request-state.ts';

/** What a request's state is called: in lists and on its road, and as the heading of its page. */
type Words = Readonly<Record<RequestState, () => string>>;

export const stateLabel: Words = {
  queued: m.phase_queued,
  sent: m.phase_sent,
  custody: m.phase_custody,
  delivered: m.phase_delivered,
  confirmed: m.phase_confirmed,
  declined: m.phase_declined,
  taken: m.phase_taken,
  gone: m.phase_gone,
  'called-off': m.phase_cancelled_mine,
  'practice-off': m.phase_practice_off,
  'taken-back': m.phase_cancelled,
  expired: m.phase_expired,
  refused: m.phase_refused,
};

export const stateTitle: Words = {
  queued: m.request_title_queued,
  sent: m.request_title_sent,
  custody: m.request_title_custody,
  delivered: m.request_title_delivered,
  confirmed: m.request_title_confirmed,
  declined: m.request_title_declined,
  taken: m.request_title_taken,
  gone: m.request_title_gone,
  'called-off': m.request_title_cancelled_mine,
  'practice-off': m.request_title_practice_off,
  'taken-back': m.request_title_cancelled,
  expired: m.request_title_expired,
  refused: m.request_title_refused,
};

/** Before a confirmed appointment is cancelled: what that does, and where it may not arrive. */
export const cancelText = ({ practiceMoved, slot }: Pick<RequestView, 'practiceMoved' | 'slot'>): string => {
  if (practiceMoved) return m.request_cancel_moved();
  return slot.series ? m.request_cancel_weekly() : m.request_cancel_text();
};

/** Where the road goes on: what ends it has words of its own. */
type RoadStop = Extract<TrackStop, { readonly kind: 'queued' | 'sent' | 'custody' | 'delivered' }>;

const NOW = {
  queued: m.phase_queued_text,
  sent: m.phase_sent_text,
  custody: m.phase_custody_text,
  delivered: m.phase_delivered_text,
} as const;

/** A stop of the road as it is or was: what was stored at a kiosk was not stored here. */
export const stopLabel = ({ kind, state }: RoadStop, { pickedUp }: Pick<RequestView, 'pickedUp'>): string =>
  kind === 'queued' && state === 'done' && pickedUp === true ? m.phase_queued_kiosk() : stateLabel[kind]();

/** What is said below it: while it lasts, what happens; of custody also afterwards, as what was. */
export const stopText = ({ kind, state }: RoadStop): string | undefined => {
  if (state === 'now') return NOW[kind]();
  return kind === 'custody' && state === 'done' ? m.phase_custody_done() : undefined;
};
