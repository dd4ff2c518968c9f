import type { MessageId, Millis, NodeAddress } from '#core/brand.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { Context } from '#engine/context.ts';

/** How far our own messages came, for whoever looks: the newest few hundred. */
export interface Deliveries {
  mark(id: MessageId, phase: DeliveryPhase, destination?: NodeAddress, code?: RefusalCode): void;
  all(): readonly Delivery[];
}

/**
 * `queued`: committed here. `custody`: a relay committed it and signed so. `delivered`: its destination signed a receipt. `refused`: no
 * way that there is now takes it; it is tried again until it has expired.
 */
export type DeliveryPhase = 'queued' | 'refused' | 'custody' | 'delivered' | 'expired';

export interface Delivery {
  readonly id: MessageId;
  readonly destination: NodeAddress | undefined;
  readonly phase: DeliveryPhase;
  /** Why it was refused last. */
  readonly code: RefusalCode | undefined;
  readonly times: Readonly<Partial<Record<DeliveryPhase, Millis>>>;
}

const MAX_DELIVERIES = 512;

export const createDeliveries = (context: Context): Deliveries => {
  const deliveries = new Map<MessageId, Delivery>();
  return {
    mark: (id, phase, destination, code) => {
      const known = deliveries.get(id);
      // The same message handed over once more goes no step back.
      if (known?.phase === 'delivered' || (known?.phase === 'custody' && phase === 'queued')) return;
      const times = { ...known?.times, [phase]: context.now() };
      deliveries.set(id, { id, destination: destination ?? known?.destination, phase, code, times });
      context.notify('mesh');
      if (deliveries.size <= MAX_DELIVERIES) return;
      const oldest = deliveries.keys().next();
      if (!oldest.done) deliveries.delete(oldest.value);
    },
    all: () => [...deliveries.values()],
  };
};
