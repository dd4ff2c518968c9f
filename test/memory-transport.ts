/**
 * The Transport port in memory, in virtual time: a pair of joined links, or a dialler and a listener. Frames arrive after
 * a delay that the clock decides, in order, until the link ends.
 */

import type { Millis } from '#core/brand.ts';
import { MAX_FRAME_BYTES } from '#core/domain/limits.ts';
import { ok, refuse } from '#core/result.ts';
import type { Clock } from '#ports/clock.ts';
import {
  type Dialer,
  type Link,
  type LinkEnd,
  type LinkHandlers,
  type Listener,
  MAX_BUFFERED,
} from '#ports/transport.ts';

export interface MemoryEnd {
  readonly link: Link;
  /** Whom this side tells. What arrived before is told then. */
  hear(handlers: LinkHandlers): void;
}

interface Side extends MemoryEnd {
  arrive(frame: Uint8Array): void;
  finish(reason: LinkEnd): void;
}

/** Two links, each other's peer. `delay` is what a frame takes one way, in milliseconds. */
export const createMemoryLinks = (clock: Clock, delay = 1): readonly [MemoryEnd, MemoryEnd] => {
  const left: Side = createSide(clock, delay, 'memory-right', () => right);
  const right: Side = createSide(clock, delay, 'memory-left', () => left);
  return [left, right];
};

const createSide = (clock: Clock, delay: number, remote: string, peerOf: () => Side): Side => {
  let handlers: LinkHandlers | undefined;
  let ended: LinkEnd | undefined;
  let waiting = 0;
  const early: Uint8Array[] = [];
  const later = (callback: () => void): void => {
    clock.wakeAt((clock.now() + delay) as Millis, callback);
  };
  const finish = (reason: LinkEnd): void => {
    if (ended !== undefined) return;
    ended = reason;
    const heard = handlers;
    if (heard !== undefined) later(() => heard.onEnd(reason));
  };
  const send = (frame: Uint8Array): boolean => {
    if (ended !== undefined || frame.length === 0 || frame.length > MAX_FRAME_BYTES) return false;
    if (waiting + frame.length > MAX_BUFFERED) return false;
    const copy = frame.slice();
    waiting += copy.length;
    later(() => {
      waiting -= copy.length;
      peerOf().arrive(copy);
    });
    return true;
  };
  return {
    link: {
      transport: 'memory',
      remote,
      send,
      close: (reason) => {
        if (ended !== undefined) return;
        finish(reason);
        later(() => peerOf().finish(reason));
      },
    },
    hear: (given) => {
      handlers = given;
      for (const frame of early.splice(0)) given.onFrame(frame);
      const reason = ended;
      if (reason !== undefined) later(() => given.onEnd(reason));
    },
    arrive: (frame) => {
      if (ended !== undefined) return;
      if (handlers === undefined) early.push(frame);
      else handlers.onFrame(frame);
    },
    finish,
  };
};

/** A relay's listener and any number of diallers that reach it, whatever the endpoint. */
export const createMemoryTransport = (
  clock: Clock,
  delay = 1,
): { readonly listener: Listener; readonly dialer: Dialer } => {
  let accept: ((link: Link) => LinkHandlers) | undefined;
  const accepted = new Set<Link>();
  return {
    listener: {
      transport: 'memory',
      listen: async (given) => {
        accept = given;
      },
      close: async () => {
        accept = undefined;
        for (const link of accepted) link.close('shutting-down');
        accepted.clear();
      },
    },
    dialer: {
      transport: 'memory',
      dial: async (_endpoint, handlers, signal) => {
        if (signal?.aborted) return refuse('aborted');
        if (accept === undefined) return refuse('unreachable');
        const [ours, theirs] = createMemoryLinks(clock, delay);
        ours.hear(handlers);
        accepted.add(theirs.link);
        theirs.hear(accept(theirs.link));
        return ok(ours.link);
      },
    },
  };
};
