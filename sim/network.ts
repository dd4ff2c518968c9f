import { backoff, backoffWhenReached } from '#core/backoff.ts';
import { kindOf } from '#core/wire/kinds.ts';
import { type LinkEnd, type LinkHandlers, MAX_BUFFERED } from '#ports/transport.ts';
import { type BulkQueue, createBulkQueue } from '#sim/bulk-queue.ts';
import { type Channel, type ChannelModel, carryOver, createChannel, waitingOn } from '#sim/channel.ts';
import type { SimNode } from '#sim/sim-node.ts';
import type { World } from '#sim/world.ts';

/**
 * The links of a world. A link that is wanted is dialled, and dialled again with the product's own backoff after it ended.
 * Between the two sides of a partition nothing arrives: after ten seconds of silence both ends hear that the link is lost, as
 * the heartbeat of the product's links has it (src/adapters/framing).
 */
export interface Network {
  /** `from` dials `to`, now and whenever the link is gone. `back` is the way from `to`, the same when it is left out. */
  join(from: SimNode, to: SimNode, model: ChannelModel, back?: ChannelModel): void;
  /** Whoever opens the app does not wait for the end of a backoff: what this node wants to dial it dials now. */
  dialNow(node: SimNode): void;
  /** Nothing passes between a node of the group and one outside any more. */
  split(group: ReadonlySet<number>): void;
  /** Nothing reaches this node or leaves it any more, and nobody is told. */
  unplug(node: SimNode): void;
  /** Everything passes again. */
  heal(): void;
  /** What really leaves this node instead of a frame: nothing of a silent one, more of a forger. */
  tamper(node: SimNode, instead: Tampering): void;
  /** Whoever listens hears every frame that comes to this node. */
  overhear(node: SimNode, listener: (frame: Uint8Array) => void): void;
  /**
   * From now on this node sends so many frames a second on each of its links, as far as the link takes them, until the function
   * that is given back is called. Nothing while there is no next frame.
   */
  flood(node: SimNode, perSecond: number, next: () => Uint8Array | undefined): () => void;
  /** Frames and bytes on all links, by kind of frame, are in the world's tally under these names. */
  readonly openLinks: number;
}

export type Tampering = (frame: Uint8Array) => readonly Uint8Array[];

export const FRAMES = 'frames on links';
export const BYTES = 'bytes on links';

const SILENCE_MS = 10_000;
/** Who floods a link looks so often whether it takes more. */
const FLOOD_MS = 20;
/** What of a hello is lost on datagrams is sent again so often. Without it a link would stay mute for good. */
const HELLO_TRIES = 20;
const HURRY_MS = 30_000;
const BUFFERED = 'bytes that wait on a link';

interface End {
  readonly node: SimNode;
  /** It outlives the link: a line that is busy stays busy. */
  readonly channel: Channel;
  readonly send: (frame: Uint8Array) => boolean;
  /** Made for its first frame: most links of a large mesh never carry one. */
  bulk: BulkQueue | undefined;
  link: LinkHandlers | undefined;
}

interface Wanted {
  readonly from: SimNode;
  readonly to: SimNode;
  readonly ends: { readonly a: Channel; readonly b: Channel };
  attempt: number;
  /** When the wait before the next attempt ends, or ended. */
  dialsAt: number;
  /** Dialling that began in an earlier turn is not waited for any more. */
  turn: number;
  linked: boolean;
}

const tripOf = ({ latency, jitter }: ChannelModel): number => latency + jitter;

export const createNetwork = (world: World): Network => {
  const dice = world.dice.named('network');
  const wishes = new Map<number, Wanted[]>();
  const tampered = new Map<number, Tampering>();
  const listeners = new Map<number, (frame: Uint8Array) => void>();
  const open = new Set<{ readonly a: End; readonly b: End; end(reason: LinkEnd): void }>();
  let group: ReadonlySet<number> | undefined;

  const unplugged = new Set<number>();
  const hurriedAt = new Map<number, number>();
  const isCut = (a: SimNode, b: SimNode): boolean =>
    unplugged.has(a.id) || unplugged.has(b.id) || (group !== undefined && group.has(a.id) !== group.has(b.id));

  const deliver = (from: End, to: End, frame: Uint8Array, what: string): void => {
    // What was on its way when the network was cut, or the link ended, does not arrive either.
    if (to.link === undefined || isCut(from.node, to.node)) return;
    world.trace({ at: world.now(), kind: 'frame', from: from.node.id, to: to.node.id, what }, frame);
    listeners.get(to.node.id)?.(frame);
    to.link.onFrame(frame);
  };

  /** A datagram link's own layer sees to it that a hello arrives once, as a radio's or a data channel's adapter must. */
  const insist = (from: End, to: End, frame: Uint8Array, triesLeft: number): void => {
    const [at] = carryOver(from.channel, world.now(), frame.length);
    if (at !== undefined) world.at(at, () => void deliver(from, to, frame, 'hello'));
    else if (triesLeft > 0 && to.link !== undefined)
      world.after(from.channel.model.latency * 3 + 10, () => void insist(from, to, frame, triesLeft - 1));
  };

  /** False when too much waits already: the frame is dropped. */
  const carry = (from: End, to: End, frame: Uint8Array): boolean => {
    const waiting = waitingOn(from.channel, world.now()) + frame.length;
    if (waiting > MAX_BUFFERED) return false;
    world.peaks.look(BUFFERED, Math.ceil(waiting), MAX_BUFFERED);
    const kind = kindOf(frame[0]) ?? 'unknown';
    world.tally.count(FRAMES, kind);
    world.tally.count(BYTES, kind, frame.length);
    if (kind === 'hello' && from.channel.model.kind === 'datagram') {
      insist(from, to, frame, HELLO_TRIES);
      return true;
    }
    const arrivals = isCut(from.node, to.node) ? [] : carryOver(from.channel, world.now(), frame.length);
    if (arrivals.length === 0)
      world.trace({ at: world.now(), kind: 'lost', from: from.node.id, to: to.node.id, what: kind });
    for (const at of arrivals) world.at(at, () => void deliver(from, to, frame, kind));
    return true;
  };

  const endOf = (node: SimNode, channel: Channel, send: (frame: Uint8Array) => boolean): End => ({
    node,
    channel,
    send,
    bulk: undefined,
    link: undefined,
  });

  const bulkOf = (end: End): BulkQueue => {
    end.bulk ??= createBulkQueue(world, end.channel, end.send);
    return end.bulk;
  };

  const connect = (wanted: Wanted): void => {
    const { from, to, ends, turn } = wanted;
    // A handshake is a round trip and a half: the dialler sends with the second flight.
    world.after(tripOf(ends.a.model) + tripOf(ends.b.model), () => {
      if (wanted.turn !== turn) return undefined;
      if (from.engine() === undefined || to.engine() === undefined || isCut(from, to)) return retry(wanted);
      if (wanted.attempt > 0) hurryOthers(wanted);
      wanted.attempt = 0;
      wanted.linked = true;
      const a: End = endOf(from, ends.a, (frame) => carry(a, b, frame));
      const b: End = endOf(to, ends.b, (frame) => carry(b, a, frame));
      let ended = false;
      const link = {
        a,
        b,
        end: (reason: LinkEnd): void => {
          if (ended) return;
          ended = true;
          open.delete(link);
          wanted.linked = false;
          world.trace({ at: world.now(), kind: 'unlink', from: from.id, to: to.id, what: reason });
          const ends = [a.link, b.link];
          for (const end of [a, b]) {
            end.link = undefined;
            end.bulk?.clear();
          }
          world.after(0, () => {
            for (const end of ends) end?.onEnd(reason);
            return retry(wanted);
          });
        },
      };
      open.add(link);
      world.trace({ at: world.now(), kind: 'link', from: from.id, to: to.id, what: '' });
      const attach = (mine: End, theirs: End, dialled: boolean): void => {
        mine.link = mine.node.attach(
          (frame, lane) => {
            if (ended) return false;
            const really = tampered.get(mine.node.id)?.(frame) ?? [frame];
            const sent = really.map((one) => (lane === 'bulk' ? bulkOf(mine).add(one) : carry(mine, theirs, one)));
            return sent.every(Boolean);
          },
          (reason) => link.end(reason),
          dialled,
        );
      };
      attach(b, a, false);
      attach(a, b, true);
      return undefined;
    });
  };

  const retry = (wanted: Wanted): undefined => {
    wanted.attempt++;
    wait(wanted, backoff(wanted.attempt, dice.fraction()));
    return undefined;
  };
  const wait = (wanted: Wanted, milliseconds: number): void => {
    wanted.dialsAt = world.now() + milliseconds;
    const turn = ++wanted.turn;
    world.after(milliseconds, () => {
      if (wanted.turn === turn) connect(wanted);
      return undefined;
    });
  };
  /** As the product does (src/host/node/dialling.ts): one that was away is reached, so the others do not wait for long. */
  const hurryOthers = ({ from }: Wanted): void => {
    if (world.now() - (hurriedAt.get(from.id) ?? Number.NEGATIVE_INFINITY) < HURRY_MS) return;
    hurriedAt.set(from.id, world.now());
    for (const other of wishes.get(from.id) ?? []) {
      const soon = backoffWhenReached(dice.fraction());
      if (other.dialsAt - world.now() > soon) wait(other, soon);
    }
  };

  /** Who is cut off notices only that nothing comes. */
  const noticeSilence = (since: ReadonlySet<number>): void => {
    world.after(SILENCE_MS, () => {
      if (group !== since) return undefined;
      for (const link of [...open]) if (isCut(link.a.node, link.b.node)) link.end('lost');
      return undefined;
    });
  };

  const flood: Network['flood'] = (node, perSecond, next) => {
    let stopped = false;
    let owed = 0;
    const fill = (mine: End, theirs: End): void => {
      if (mine.node !== node || isCut(mine.node, theirs.node)) return;
      const room = mine.channel.model.bandwidth * FLOOD_MS;
      for (let frames = Math.floor(owed); frames > 0 && waitingOn(mine.channel, world.now()) < room; frames--) {
        const frame = next();
        if (frame !== undefined) carry(mine, theirs, frame);
      }
    };
    const again = (): undefined => {
      if (stopped) return undefined;
      owed = (owed % 1) + (perSecond * FLOOD_MS) / 1_000;
      for (const { a, b } of open) {
        fill(a, b);
        fill(b, a);
      }
      world.after(FLOOD_MS, again);
      return undefined;
    };
    again();
    return () => {
      stopped = true;
    };
  };

  return {
    join: (from, to, model, back = model) => {
      const name = `${from.id}-${to.id}`;
      const a = createChannel(model, dice, name);
      const b = createChannel(back, dice, `${name} back`);
      const one: Wanted = { from, to, ends: { a, b }, attempt: 0, dialsAt: 0, turn: 0, linked: false };
      wishes.set(from.id, [...(wishes.get(from.id) ?? []), one]);
      connect(one);
    },
    dialNow: (node) => {
      for (const wanted of wishes.get(node.id) ?? []) {
        if (wanted.linked) continue;
        wanted.turn++;
        wanted.dialsAt = world.now();
        connect(wanted);
      }
    },
    split: (inside) => {
      group = inside;
      noticeSilence(inside);
    },
    unplug: (node) => {
      unplugged.add(node.id);
    },
    heal: () => {
      group = undefined;
      unplugged.clear();
    },
    tamper: (node, instead) => {
      tampered.set(node.id, instead);
    },
    overhear: (node, listener) => {
      listeners.set(node.id, listener);
    },
    flood,
    get openLinks() {
      return open.size;
    },
  };
};
