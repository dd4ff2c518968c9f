import { ok, refuse } from '#core/result.ts';
import type { NodeClient, NodeTopic, SlotDetails, WishesView, WishView } from '#host/rpc/api.ts';
import { sameRef } from '#ui/route.ts';

type WishCalls = Pick<NodeClient, 'wishes' | 'addWish' | 'reorderWishes' | 'dropWish'>;

const NONE: WishesView = { current: undefined, waiting: [], passed: [] };

/** Wishes for looking at: nothing is ever asked for. */
export const wishCalls = (
  slots: readonly SlotDetails[],
  tell: (topic: NodeTopic) => void,
): WishCalls & { fill(): void; clear(): void } => {
  let list = NONE;
  const change = (next: WishesView): void => {
    list = next;
    tell('requests');
  };
  const toWish = (index: number, refusal?: WishView['refusal']): WishView[] => {
    const slot = slots[index];
    return slot === undefined ? [] : [{ wishId: `fixture-wish-${index}`, slot, refusal }];
  };
  return {
    fill: () => {
      const waiting = [...toWish(11), ...toWish(14, 'slot-gone')];
      list = { current: 'fixture-delivered', waiting, passed: toWish(17, 'slot-too-soon') };
    },
    clear: () => change(NONE),
    wishes: () => Promise.resolve(list),
    addWish: ({ wishId, after, ref }) => {
      const slot = slots.find((one) => sameRef(one.ref, ref));
      if (slot === undefined) return Promise.resolve(refuse('slot-gone'));
      if (list.waiting.length >= 2) return Promise.resolve(refuse('over-capacity'));
      change({ ...list, current: after, waiting: [...list.waiting, { wishId, slot, refusal: undefined }] });
      return Promise.resolve(ok(null));
    },
    reorderWishes: (order) => {
      change({ ...list, waiting: order.flatMap((id) => list.waiting.find(({ wishId }) => wishId === id) ?? []) });
      return Promise.resolve(ok(null));
    },
    dropWish: (id) => {
      const stays = ({ wishId }: WishView): boolean => wishId !== id;
      change({ ...list, waiting: list.waiting.filter(stays), passed: list.passed.filter(stays) });
      return Promise.resolve(ok(null));
    },
  };
};
