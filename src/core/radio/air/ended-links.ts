/**
 * Links that ended a while ago. What is still on its way for one of them, or comes again because an acknowledgement was lost,
 * must not make a link anew; and whoever does not know yet that it ended is told why.
 */
import type { LinkTag, Millis, StationId } from '#core/brand.ts';
import type { AirEnd } from '#core/radio/air/end.ts';
import type { Fragment } from '#core/radio/air/fragment.ts';

export interface EndedLink {
  readonly peer: StationId;
  readonly ours: LinkTag;
  readonly theirs: LinkTag | 0;
  readonly reason: AirEnd;
}

export interface EndedLinks {
  add(link: EndedLink, now: Millis): void;
  find(from: StationId, fragment: Fragment, now: Millis): EndedLink | undefined;
}

const MAX_ENDED = 64;
/** Longer than anything waits in a queue. */
const ENDED_LIFE = 1_800_000;

export const createEndedLinks = (): EndedLinks => {
  let ended: readonly (EndedLink & { readonly until: number })[] = [];
  return {
    add: ({ peer, ours, theirs, reason }, now) => {
      ended = [...ended, { peer, ours, theirs, reason, until: now + ENDED_LIFE }].slice(-MAX_ENDED);
    },
    find: (from, { sender, receiver }, now) => {
      ended = ended.filter(({ until }) => until > now);
      return ended.find(
        ({ peer, ours, theirs }) => peer === from && theirs === sender && (receiver === 0 || receiver === ours),
      );
    },
  };
};
