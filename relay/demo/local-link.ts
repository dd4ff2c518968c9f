import type { Driver } from '#host/driver.ts';
import type { Link, LinkEnd, LinkHandlers } from '#ports/transport.ts';

/** Joins two nodes of this very process: frames arrive in a later task, whole and in order. */
export const joinLocally = (dialler: Driver, listener: Driver): void => {
  const sides: [LinkHandlers | undefined, LinkHandlers | undefined] = [undefined, undefined];
  let open = true;
  const end = (reason: LinkEnd): void => {
    if (!open) return;
    open = false;
    for (const side of sides) setImmediate(() => side?.onEnd(reason));
  };
  const link = (other: 0 | 1): Link => ({
    transport: 'memory',
    remote: 'demo',
    send: (frame) => {
      const copy = frame.slice();
      if (open) setImmediate(() => open && sides[other]?.onFrame(copy));
      return open;
    },
    close: end,
  });
  sides[0] = listener.accept(link(1));
  dialler.attach((handlers) => {
    sides[1] = handlers;
    return link(0);
  });
};
