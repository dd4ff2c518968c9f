import type { LinkId } from '#core/brand.ts';
import type { CommandReply } from '#engine/command.ts';
import type { Engine } from '#engine/engine.ts';
import type { CallId } from '#engine/event.ts';
import type { StoreOp } from '#ports/store.ts';
import type { Link } from '#ports/transport.ts';

/** What belongs to one life of a simulated node, from its start to its crash. */
export interface Life {
  readonly engine: Engine;
  readonly links: Map<LinkId, Pick<Link, 'send' | 'close'>>;
  readonly calls: Map<CallId, (reply: CommandReply) => void>;
  pending: StoreOp[];
  /** Batches added and durable, by number. */
  added: number;
  durable: number;
  committing: boolean;
  readonly waiting: { readonly barrier: number; readonly action: () => void }[];
  wakesAt: number;
  ended: boolean;
  /** Its next commit is its last: for so many milliseconds. */
  doomed: number | undefined;
}

export const createLife = (engine: Engine): Life => ({
  engine,
  links: new Map(),
  calls: new Map(),
  pending: [],
  added: 0,
  durable: 0,
  committing: false,
  waiting: [],
  wakesAt: Number.POSITIVE_INFINITY,
  ended: false,
  doomed: undefined,
});
