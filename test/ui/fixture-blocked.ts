import type { Millis } from '#core/brand.ts';
import { ok } from '#core/result.ts';
import type { NodeClient, NodeTopic } from '#host/rpc/api.ts';

type BlockCalls = Pick<NodeClient, 'blockSender' | 'unblockSender' | 'blockedSenders'>;

/** Blocked people for looking at: whoever is blocked is one more. */
export const blockCalls = (tell: (topic: NodeTopic) => void): BlockCalls => {
  let blocked = [{ sender: '00000000000000f1', name: 'Wanderer', at: (Date.now() - 86_400_000) as Millis }];
  return {
    blockSender: (requestId) => {
      blocked = [...blocked, { sender: requestId, name: requestId, at: Date.now() as Millis }];
      tell('inbox');
      return Promise.resolve(ok(null));
    },
    unblockSender: (sender) => {
      blocked = blocked.filter((one) => one.sender !== sender);
      tell('inbox');
      return Promise.resolve(ok(null));
    },
    blockedSenders: () => Promise.resolve(blocked),
  };
};
