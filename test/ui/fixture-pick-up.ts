import type { Millis } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { requestDeadline } from '#core/domain/deadline.ts';
import { ok, refuse } from '#core/result.ts';
import type { NodeClient, NodeTopic, RequestPhase, RequestView, SlotDetails } from '#host/rpc/api.ts';

const STEPS: readonly [RequestPhase, number][] = [
  ['sent', 1_000],
  ['custody', 2_000],
  ['delivered', 4_000],
  ['confirmed', 20_000],
];

/** Requests under a pick-up code, answered by nobody but the clock. */
export const pickUpCalls = (
  slots: readonly SlotDetails[],
  tell: (topic: NodeTopic) => void,
): Pick<NodeClient, 'reserveWithCode' | 'pickUp' | 'forgetGuests'> => {
  const requests = new Map<string, RequestView>();
  const step = (root: string, phase: RequestPhase): void => {
    const view = requests.get(root);
    if (view === undefined) return;
    const note = phase === 'confirmed' ? '2. Stock. Klingel „Praxis Aydın“. https://video.example/raum-7' : '';
    requests.set(root, { ...view, phase, note, times: { ...view.times, [phase]: Date.now() as Millis } });
    tell('requests');
  };
  return {
    reserveWithCode: ({ root, ref, pseudonym }) => {
      const slot = slots.find((one) => one.ref.practice === ref.practice && one.ref.start === ref.start);
      if (slot === undefined) return Promise.resolve(refuse('slot-gone'));
      const now = Date.now() as Millis;
      const requestId = toHex(root.slice(0, 8));
      const own = { requestId, slot, pseudonym, text: '', note: '', deadline: requestDeadline(now, slot.ref.start) };
      const fresh = {
        phase: 'queued',
        times: { queued: now },
        refusal: undefined,
        replaces: undefined,
        pickedUp: true,
        cancelHeldAt: undefined,
      } as const;
      requests.set(toHex(root), { ...own, ...fresh });
      for (const [phase, after] of STEPS) setTimeout(() => step(toHex(root), phase), after);
      return Promise.resolve(ok({ requestId }));
    },
    pickUp: ({ root }) => {
      const view = requests.get(toHex(root));
      return Promise.resolve(view === undefined ? refuse('not-found') : ok(view));
    },
    forgetGuests: () => Promise.resolve(ok(null)),
  };
};
