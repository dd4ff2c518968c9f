/**
 * The open links of one listener: gives each its handlers, gives its place back when it is over, and ends all of them.
 */
import type { BytePipe } from '#adapters/framing/byte-pipe.ts';
import { createFramedLink, type FramedLink } from '#adapters/framing/framed-link.ts';
import { type LinkClock, settleWithin, systemLinkClock } from '#adapters/framing/link-clock.ts';
import type { Link, LinkEnd, LinkHandlers, TransportKind } from '#ports/transport.ts';
import type { Ticket } from '#relay/limits/admission.ts';

export type Accept = (link: Link) => LinkHandlers;

export interface LinkSet {
  /** Opens a link over the pipe; whose ticket it is pays for it until it is over. */
  open(pipe: BytePipe, ticket: Ticket, accept: Accept): FramedLink;
  /** Ends every link and waits until what was handed over has left, but not for ever. */
  closeAll(reason: LinkEnd): Promise<void>;
  readonly size: number;
}

/** A little more than one link takes for its farewell. */
const CLOSE_ALL_MS = 6_000;

export const createLinkSet = (transport: TransportKind, clock: LinkClock = systemLinkClock): LinkSet => {
  const open = new Set<FramedLink>();
  return {
    open: (pipe, ticket, accept) => {
      const framed = createFramedLink({ transport, remote: ticket.remote, pipe, clock });
      open.add(framed);
      void framed.done.then(() => {
        open.delete(framed);
        ticket.release();
      });
      framed.start(accept(framed.link));
      return framed;
    },
    closeAll: async (reason) => {
      const ending = [...open].map((framed) => {
        framed.link.close(reason);
        return framed.done;
      });
      await settleWithin(clock, CLOSE_ALL_MS, Promise.all(ending));
    },
    get size() {
      return open.size;
    },
  };
};
