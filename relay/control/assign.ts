/** The one command that a relay takes from its operator while it runs: to assign a node to a relay (docs/operators.md). */
import * as v from 'valibot';
import type { Millis, NodeAddress } from '#core/brand.ts';
import type { RefusalCode } from '#core/refusal.ts';
import type { AssignmentOrder } from '#engine/command.ts';
import type { DeliveryPhase } from '#engine/mesh/deliveries.ts';
import type { Views } from '#engine/views.ts';
import type { Driver } from '#host/driver.ts';
import { whenSettled } from '#host/node/practice-views.ts';
import type { Clock } from '#ports/clock.ts';
import type { Answer } from '#relay/control/control-socket.ts';

/** How far it came when the answer left; `delivered`: the node has it and will obey it. */
type AssignReply =
  | { readonly ok: true; readonly phase: DeliveryPhase }
  | { readonly ok: false; readonly code: RefusalCode | 'unknown-command' };

const RECEIPT_MS = 5_000;

const address = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{32}$/),
  v.transform((text) => text as NodeAddress),
);
const REQUEST = v.strictObject({
  command: v.literal('assign'),
  node: address,
  relay: address,
  origin: v.string(),
  expires: v.pipe(
    v.number(),
    v.integer(),
    v.transform((at) => at as Millis),
  ),
});

export const toAssignRequest = (order: AssignmentOrder): v.InferInput<typeof REQUEST> => ({
  command: 'assign',
  ...order,
});

interface AssignParts {
  readonly driver: Driver;
  readonly views: Pick<Views, 'mesh'>;
  readonly clock: Clock;
  /** How long the answer waits for the node's receipt, in milliseconds; RECEIPT_MS unless given. */
  readonly patience?: number;
}

const REPLY = v.variant('ok', [
  v.object({ ok: v.literal(true), phase: v.picklist(['queued', 'custody', 'delivered', 'expired']) }),
  v.object({ ok: v.literal(false), code: v.string() }),
]);

/** Undefined where what answered is no relay of this version. */
export const parseAssignReply = (json: unknown): v.InferOutput<typeof REPLY> | undefined => {
  const parsed = v.safeParse(REPLY, json);
  return parsed.success ? parsed.output : undefined;
};

export const createAssignAnswer = (parts: AssignParts): Answer => {
  const { driver, views, clock, patience = RECEIPT_MS } = parts;
  const phaseOf = (id: string): DeliveryPhase =>
    views.mesh().deliveries.find((delivery) => delivery.id === id)?.phase ?? 'queued';
  /** Resolves when the node's receipt came, or when nobody waits for it any longer. */
  const received = (id: string): Promise<void> =>
    new Promise((done) => {
      if (phaseOf(id) === 'delivered') return done();
      const finish = (): void => {
        cancel();
        unsubscribe();
        done();
      };
      const cancel = clock.wakeAt((clock.now() + patience) as Millis, finish);
      const unsubscribe = driver.subscribe((topic) => {
        if (topic === 'mesh' && phaseOf(id) === 'delivered') finish();
      });
    });
  return async (request): Promise<AssignReply> => {
    const parsed = v.safeParse(REQUEST, request);
    if (!parsed.success) return { ok: false, code: 'unknown-command' };
    const { command, ...order } = parsed.output;
    const issued = await driver.command({ kind: command, ...order });
    if (!issued.ok) return issued;
    await received(issued.value);
    return { ok: true, phase: await whenSettled(driver, () => phaseOf(issued.value)) };
  };
};
