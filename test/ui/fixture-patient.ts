import type { Millis } from '#core/brand.ts';
import { requestDeadline } from '#core/domain/deadline.ts';
import { HOUR, MINUTE } from '#core/domain/limits.ts';
import { ok, refuse } from '#core/result.ts';
import type { NodeClient, NodeTopic, RequestPhase, RequestView, SearchQuery, SlotDetails } from '#host/rpc/api.ts';

const same = (a: SlotDetails['ref'], b: SlotDetails['ref']): boolean =>
  a.practice === b.practice && a.offer === b.offer && a.start === b.start;

const STEPS: readonly [RequestPhase, number][] = [
  ['sent', 700],
  ['custody', 1_500],
  ['delivered', 3_000],
];

const started = (slot: SlotDetails, requestId: string, phase: RequestPhase, now: Millis): RequestView => {
  const road: readonly RequestPhase[] = ['queued', 'sent', 'custody', 'delivered'];
  const passed = road.slice(0, Math.max(1, road.indexOf(phase) + 1 || road.length));
  const times: Partial<Record<RequestPhase, Millis>> = {};
  passed.forEach((one, index) => {
    times[one] = (now - 3 * HOUR + index * 2 * MINUTE) as Millis;
  });
  times[phase] ??= (now - HOUR) as Millis;
  return {
    requestId,
    phase,
    times,
    refusal: phase === 'refused' ? 'slot-gone' : undefined,
    cancelHeldAt: undefined,
    replaces: undefined,
    slot,
    pseudonym: 'Mondlicht',
    text: 'Ich könnte auch per Video kommen.',
    deadline: requestDeadline(now, slot.ref.start),
    note: phase === 'confirmed' ? '2. Stock, mit Aufzug. Klingel „Praxis Aydın“. https://video.example/raum-7' : '',
  };
};

const isNear = (slot: SlotDetails, { around }: SearchQuery): boolean =>
  around === undefined || (slot.distanceKm ?? 0) <= around.radiusKm;

const matches = (slot: SlotDetails, query: SearchQuery): boolean =>
  slot.kostentraeger.includes(query.payer) &&
  (query.practice === undefined || query.practice === slot.ref.practice) &&
  slot.trust.level >= query.minTrust &&
  (query.verfahren.length === 0 || slot.verfahren.some((one) => query.verfahren.includes(one))) &&
  (query.types.length === 0 || query.types.includes(slot.type)) &&
  (query.modalitaeten.length === 0 || slot.modalitaeten.some((one) => query.modalitaeten.includes(one))) &&
  ((query.minutes ?? []).length === 0 || query.minutes?.includes(slot.minutes) === true) &&
  (query.series === undefined || query.series === slot.series) &&
  ((query.languages ?? []).length === 0 || slot.profile.languages.some((one) => query.languages?.includes(one))) &&
  (query.access?.stepFree !== true || slot.profile.stepFree) &&
  (query.access?.lift !== true || slot.profile.lift) &&
  (query.access?.signLanguage !== true || slot.profile.signLanguage) &&
  (query.to === undefined || slot.ref.start <= query.to);

type PatientCalls = Pick<
  NodeClient,
  'search' | 'freeAreas' | 'slot' | 'shareSlot' | 'openShared' | 'reserve' | 'cancel' | 'forgetRequest' | 'requests'
>;

export const patientCalls = (
  slots: SlotDetails[],
  syncedAt: () => Millis | undefined,
  tell: (topic: NodeTopic) => void,
): PatientCalls & { fill(): void; clear(): void } => {
  let requests: RequestView[] = [];
  const put = (view: RequestView): void => {
    requests = [view, ...requests.filter((one) => one.requestId !== view.requestId)];
    tell('requests');
  };
  const step = (requestId: string, phase: RequestPhase): void => {
    const view = requests.find((one) => one.requestId === requestId);
    if (view !== undefined && view.phase !== 'cancelled') {
      put({ ...view, phase, times: { ...view.times, [phase]: Date.now() as Millis } });
    }
  };
  const hold = (requestId: string): void => {
    const view = requests.find((one) => one.requestId === requestId);
    if (view !== undefined) put({ ...view, cancelHeldAt: Date.now() as Millis });
  };
  return {
    fill: () => {
      const now = Date.now() as Millis;
      const phases = ['delivered', 'confirmed', 'rejected', 'expired', 'refused', 'queued', 'custody'] as const;
      const off = slots[phases.length];
      const calledOff = { reason: 'illness', text: 'Bitte rufen Sie kurz an, dann finden wir einen neuen.' } as const;
      requests = phases.flatMap((phase, index) => {
        const slot = slots[index];
        return slot === undefined ? [] : [started(slot, `fixture-${phase}`, phase, now)];
      });
      if (off !== undefined) {
        const was = started(off, 'fixture-called-off', 'confirmed', now);
        requests.push({ ...was, phase: 'cancelled', times: { ...was.times, cancelled: now }, calledOff });
      }
    },
    clear: () => {
      requests = [];
      tell('requests');
    },
    search: (query) => {
      const hits = slots.filter((slot) => matches(slot, query) && isNear(slot, query));
      hits.sort((a, b) =>
        query.sort === 'time' ? a.ref.start - b.ref.start : (a.distanceKm ?? 0) - (b.distanceKm ?? 0),
      );
      const cards = hits
        .slice(query.offset, query.offset + query.limit)
        .map((slot) => (query.around === undefined ? { ...slot, distanceKm: undefined } : slot));
      return Promise.resolve({ total: hits.length, cards, syncedAt: syncedAt() });
    },
    shareSlot: () => Promise.resolve(ok({ full: 'A'.repeat(810), brief: 'A'.repeat(140) })),
    openShared: () => Promise.resolve(refuse('bad-signature')),
    freeAreas: (query) => {
      const byCode = new Map<number, number>();
      for (const slot of slots) {
        if (matches(slot, query)) byCode.set(Number(slot.plz), (byCode.get(Number(slot.plz)) ?? 0) + 1);
      }
      const codes = [...byCode.keys()].sort((a, b) => a - b);
      return Promise.resolve({
        kind: 'codes',
        codes: Uint32Array.from(codes),
        free: Uint32Array.from(codes, (code) => byCode.get(code) ?? 0),
        syncedAt: syncedAt(),
      });
    },
    slot: (ref) => {
      const found = slots.find((slot) => same(slot.ref, ref));
      return Promise.resolve(found && { ...found, distanceKm: undefined });
    },
    reserve: (input) => {
      const known = requests.find((one) => one.requestId === input.requestId);
      if (known !== undefined) return Promise.resolve(ok(known));
      const slot = slots.find((one) => same(one.ref, input.ref));
      if (slot === undefined) return Promise.resolve(refuse('slot-gone'));
      const now = Date.now() as Millis;
      const view: RequestView = {
        requestId: input.requestId,
        phase: 'queued',
        times: { queued: now },
        refusal: undefined,
        cancelHeldAt: undefined,
        replaces: input.replaces,
        slot,
        pseudonym: input.pseudonym,
        text: input.text,
        deadline: requestDeadline(now, slot.ref.start),
        note: '',
      };
      put(view);
      for (const [phase, after] of STEPS) setTimeout(() => step(input.requestId, phase), after);
      return Promise.resolve(ok(view));
    },
    cancel: (requestId) => {
      step(requestId, 'cancelled');
      setTimeout(() => hold(requestId), 2_000);
      const view = requests.find((one) => one.requestId === requestId);
      return Promise.resolve(view === undefined ? refuse('not-found') : ok(view));
    },
    forgetRequest: (requestId) => {
      requests = requests.filter((one) => one.requestId !== requestId);
      tell('requests');
      return Promise.resolve(ok(null));
    },
    requests: () => Promise.resolve(requests),
  };
};
