import type { Millis } from '#core/brand.ts';
import type { RequestPhase, RequestView } from '#host/rpc/api.ts';

/**
 * The road of a request as stops. A stop is filled only when it became true; a stop that was passed over (a practice that
 * answered without anybody's custody) is left out rather than drawn as if it had happened.
 */
export type TrackStop =
  | { readonly kind: 'queued' | 'sent' | 'custody' | 'delivered'; readonly state: 'done' | 'now'; readonly at: Millis }
  | { readonly kind: 'sent' | 'delivered'; readonly state: 'todo' }
  | { readonly kind: 'answer'; readonly state: 'todo' }
  | { readonly kind: 'confirmed'; readonly state: 'done'; readonly at: Millis }
  | { readonly kind: 'end'; readonly phase: EndPhase; readonly at: Millis | undefined };

export type EndPhase = Extract<RequestPhase, 'confirmed' | 'rejected' | 'cancelled' | 'expired' | 'refused'>;

const ROAD = ['queued', 'sent', 'custody', 'delivered'] as const;
type RoadPhase = (typeof ROAD)[number];

const isRoad = (phase: RequestPhase): phase is RoadPhase => ROAD.some((stop) => stop === phase);

export const isOpen = (phase: RequestPhase): boolean => isRoad(phase);

export const trackStops = (request: Pick<RequestView, 'phase' | 'times'>): TrackStop[] => {
  const { phase, times } = request;
  const stops: TrackStop[] = [];
  for (const kind of ROAD) {
    const at = times[kind];
    if (at !== undefined) stops.push({ kind, state: kind === phase ? 'now' : 'done', at });
    // Custody is a help on the way, not a promise: it is not announced.
    else if (isRoad(phase) && kind !== 'custody' && kind !== 'queued' && ROAD.indexOf(kind) > ROAD.indexOf(phase)) {
      stops.push({ kind, state: 'todo' });
    }
  }
  if (phase === 'cancelled' && times.confirmed !== undefined) {
    stops.push({ kind: 'confirmed', state: 'done', at: times.confirmed });
  }
  if (isRoad(phase)) stops.push({ kind: 'answer', state: 'todo' });
  else stops.push({ kind: 'end', phase, at: times[phase] });
  return stops;
};

/** The first web link in a note of a practice, if there is one: only https leaves the app. */
export const linkIn = (note: string): string | undefined => {
  const found = /https:\/\/[^\s<>"']+/.exec(note)?.[0]?.replace(/[).,;!?]+$/, '');
  if (found === undefined) return undefined;
  try {
    return new URL(found).href;
  } catch {
    return undefined;
  }
};
