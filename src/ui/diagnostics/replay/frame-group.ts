/** The groups that kinds of frames are shown in (docs/protocol/README.md): five are told apart at a glance, thirty are not. */
export const FRAME_GROUPS = ['records', 'private', 'routing', 'sync', 'control', 'other'] as const;
export type FrameGroup = (typeof FRAME_GROUPS)[number];

const GROUPS: ReadonlyMap<string, FrameGroup> = new Map<string, FrameGroup>(
  Object.entries({
    records: ['announce', 'withdraw', 'identity', 'credential', 'revocations', 'query', 'response', 'sharedSlot'],
    private: [
      'bundle',
      'removal',
      'reserve',
      'receipt',
      'confirm',
      'reject',
      'cancel',
      'callOff',
      'ticket',
      'handOver',
    ],
    routing: [
      'broadcast',
      'unicast',
      'custody',
      'node',
      'message',
      'delivered',
      'assignment',
      'probe',
      'traced',
      'routed',
      'ack',
    ],
    sync: ['bins', 'ids', 'want', 'estimate', 'symbols', 'more', 'pick'],
    control: ['hello', 'beacon', 'listen', 'ping', 'pong', 'refused', 'summary', 'capabilityQuery', 'capabilityAnswer'],
  } as const satisfies Partial<Record<FrameGroup, readonly string[]>>).flatMap(([group, kinds]) =>
    kinds.map((kind): [string, FrameGroup] => [kind, FRAME_GROUPS.find((one) => one === group) ?? 'other']),
  ),
);

/** A kind that this page does not know yet is `other`. */
export const frameGroup = (kind: string): FrameGroup => GROUPS.get(kind) ?? 'other';
