import * as v from 'valibot';
import type { Millis, NodeAddress, WireMinute } from '#core/brand.ts';
import { toHex } from '#core/bytes/hex.ts';
import { DAY } from '#core/domain/limits.ts';
import { fromWireMinute, MAX_WIRE_MINUTE, toWireMinute } from '#core/domain/wire-time.ts';
import { decodeLocal, encodeLocal } from '#core/local-record.ts';
import type { RefusalCode } from '#core/refusal.ts';
import { refuse } from '#core/result.ts';
import {
  ASSIGNMENT_ID_BYTES,
  type Assignment,
  decodeAssignment,
  encodeAssignment,
  isAssignable,
} from '#core/wire/assignment.ts';
import type { Envelope } from '#core/wire/envelope.ts';
import type { AssignmentOrder, CommandReply } from '#engine/command.ts';
import type { EngineConfig } from '#engine/config.ts';
import type { Context } from '#engine/context.ts';
import type { Peer, PeerTable } from '#engine/links/peer.ts';
import type { Messages } from '#engine/mesh/messages.ts';
import type { Station } from '#engine/mesh/station.ts';

/**
 * Directed discovery: an operator's relay tells a node to which relay it should link itself, and until when
 * (docs/protocol/assignment.md). A node obeys only relays that it chose, and the operators that its configuration names; a
 * patient's device has no address, so nobody can tell it anything.
 */
export interface Assignments {
  /** Issues one to another node; the reply names the message that carries it. Relays only. */
  issue(order: AssignmentOrder, reply: (reply: CommandReply) => void): void;
  /** One that is for us, and that its source signed. */
  accept(envelope: Envelope): RefusalCode | undefined;
  /** A link that we dialled is open, and then greeted: at an assigned origin it decides. */
  opened(peer: Peer): void;
  met(peer: Peer): void;
  /** The relay at this origin does not answer. */
  failed(origin: string): void;
  load(record: Uint8Array | undefined): void;
  all(): readonly HeldAssignment[];
}

/** `active`: a link to it is being made. `completed`: the assigned relay answered. `failed`: nobody did, or somebody else. */
export type AssignmentState = 'pending' | 'active' | 'completed' | 'failed';

export interface HeldAssignment extends Omit<Assignment, 'kind'> {
  readonly from: NodeAddress;
  readonly state: AssignmentState;
}

export interface AssignmentsRules {
  readonly config: Pick<EngineConfig, 'role' | 'operators'>;
  readonly peers: PeerTable;
  readonly station: () => Station | undefined;
  readonly messages: () => Pick<Messages, 'deliver'>;
}

const MAX_HELD = 8;
/** An operator who wants more than this says it again. */
export const MAX_ASSIGNED_FOR = (7 * DAY) as Millis;
const KEY = 'assignments';
const TIMER = 'assignments';

const hex = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`)));
const schema = v.pipe(
  v.array(
    v.object({
      id: hex(ASSIGNMENT_ID_BYTES),
      relay: hex(16),
      from: hex(16),
      expires: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_WIRE_MINUTE)),
      origin: v.pipe(v.string(), v.check(isAssignable)),
      state: v.picklist(['pending', 'active', 'completed', 'failed']),
    }),
  ),
  v.maxLength(MAX_HELD),
  v.transform((records) =>
    records.map(
      (record): HeldAssignment => ({
        ...record,
        relay: record.relay as NodeAddress,
        from: record.from as NodeAddress,
        expires: record.expires as WireMinute,
      }),
    ),
  ),
);

const isOpen = ({ state }: HeldAssignment): boolean => state === 'pending' || state === 'active';

export const createAssignments = (context: Context, rules: AssignmentsRules): Assignments => {
  const { config, peers, station } = rules;
  const held = new Map<string, HeldAssignment>();

  const isOver = ({ expires }: Pick<Assignment, 'expires'>): boolean => fromWireMinute(expires) <= context.now();
  const save = (): void => {
    context.persist({ op: 'put', table: 'meta', key: KEY, value: encodeLocal([...held.values()]) });
    context.notify('mesh');
  };
  const expire = (): void => {
    const before = held.size;
    for (const [id, one] of held) if (isOver(one)) held.delete(id);
    if (held.size < before) save();
    schedule();
  };
  const schedule = (): void => {
    if (held.size === 0) return context.timers.cancel(TIMER);
    const first = Math.min(...[...held.values()].map(({ expires }) => fromWireMinute(expires)));
    context.timers.set(TIMER, first as Millis, expire);
  };
  const enter = (one: HeldAssignment, state: AssignmentState): void => {
    held.set(one.id, { ...one, state });
    context.count('assignments', state);
    save();
  };
  const at = (origin: string): HeldAssignment[] =>
    [...held.values()].filter((one) => one.origin === origin && isOpen(one) && !isOver(one));

  /** Relays that this node dialled by its own choice, and those that its configuration names. */
  const isOperator = (source: NodeAddress): boolean => config.operators?.includes(source) === true;
  const mayAssign = (source: NodeAddress): boolean =>
    isOperator(source) ||
    peers.ready().some(({ dialled, hello }) => dialled && hello?.relay === true && hello.address === source);

  /** Where all places are taken, what a chosen relay said makes room for what an operator says whom the configuration names. */
  const displacedBy = (source: NodeAddress): HeldAssignment | undefined =>
    held.size < MAX_HELD || !isOperator(source) ? undefined : [...held.values()].find(({ from }) => !isOperator(from));

  const judge = (source: NodeAddress, { id, relay, expires }: Assignment): RefusalCode | undefined => {
    if (!mayAssign(source)) return 'blocked';
    if (isOver({ expires })) return 'expired';
    if (fromWireMinute(expires) > context.now() + MAX_ASSIGNED_FOR) return 'from-the-future';
    if (relay === station()?.address) return 'wrong-state';
    if (held.has(id)) return 'replayed';
    return held.size >= MAX_HELD && displacedBy(source) === undefined ? 'over-capacity' : undefined;
  };

  return {
    issue: ({ node, relay, origin, expires }, reply) => {
      if (config.role !== 'relay') return reply(refuse('wrong-state'));
      if (!isAssignable(origin) || node === relay) return reply(refuse('malformed'));
      if (expires <= context.now()) return reply(refuse('expired'));
      if (expires > context.now() + MAX_ASSIGNED_FOR) return reply(refuse('from-the-future'));
      const id = toHex(context.random.bytes(ASSIGNMENT_ID_BYTES));
      const payload = encodeAssignment({ kind: 'assignment', id, relay, origin, expires: toWireMinute(expires) });
      rules.messages().deliver(node, payload, reply);
    },
    accept: (envelope) => {
      const assignment = decodeAssignment(envelope.payload);
      if (!assignment.ok) return assignment.code;
      expire();
      const wrong = judge(envelope.source, assignment.value);
      if (wrong !== undefined) return wrong;
      const displaced = displacedBy(envelope.source);
      if (displaced !== undefined) held.delete(displaced.id);
      const { kind: _, ...rest } = assignment.value;
      enter({ ...rest, from: envelope.source, state: 'pending' }, 'pending');
      schedule();
      const linked = peers.ready().find(({ dialled, remote }) => dialled && remote === rest.origin);
      if (linked !== undefined) settle(linked);
      return undefined;
    },
    opened: (peer) => {
      if (!peer.dialled) return;
      for (const one of at(peer.remote)) if (one.state === 'pending') enter(one, 'active');
    },
    met: (peer) => {
      if (peer.dialled) settle(peer);
    },
    failed: (origin) => {
      for (const one of at(origin)) enter(one, 'failed');
    },
    load: (record) => {
      if (record === undefined) return;
      const decoded = decodeLocal(schema, record);
      if (!decoded.ok) return context.count('unreadable');
      for (const one of decoded.value) {
        // What was under way when the node stopped begins anew.
        held.set(one.id, one.state === 'active' ? { ...one, state: 'pending' } : one);
      }
      expire();
    },
    all: () => [...held.values()].filter((one) => !isOver(one)),
  };

  /** Who answers at an assigned origin is the assigned relay, or the assignment is wrong. */
  function settle(peer: Peer): void {
    for (const one of at(peer.remote)) enter(one, peer.hello?.address === one.relay ? 'completed' : 'failed');
  }
};
