import { backoff } from '#core/backoff.ts';
import { kindOf } from '#core/wire/kinds.ts';
import type { LinkEnd } from '#ports/transport.ts';
import { type Channel, type ChannelModel, createChannel } from '#sim/channel.ts';
import type { SimLinkEnd, SimNode } from '#sim/sim-node.ts';
import type { World } from '#sim/world.ts';

/**
 * The links of a world. A link that is wanted is dialled, and dialled again with the product's own backoff after it ended.
 * Between the two sides of a partition nothing arrives: after ten seconds of silence both ends hear that the link is lost, as
 * the heartbeat of the product's links has it (src/adapters/framing).
 */
export interface Network {
  /** `from` dials `to`, now and whenever the link is gone. */
  join(from: SimNode, to: SimNode, model: ChannelModel): void;
  /** Nothing passes between a node of the group and one outside any more. */
  split(group: ReadonlySet<number>): void;
  /** Everything passes again. */
  heal(): void;
  /** What really leaves this node instead of a frame: nothing of a silent one, more of a forger. */
  tamper(node: SimNode, instead: Tampering): void;
  /** Frames and bytes on all links, by kind of frame, are in the world's tally under these names. */
  readonly openLinks: number;
}

export type Tampering = (frame: Uint8Array) => readonly Uint8Array[];

export const FRAMES = 'frames on links';
export const BYTES = 'bytes on links';

const SILENCE_MS = 10_000;

interface End {
  readonly node: SimNode;
  readonly channel: Channel;
  link: SimLinkEnd | undefined;
}

interface Wanted {
  readonly from: SimNode;
  readonly to: SimNode;
  readonly model: ChannelModel;
  readonly ends: { readonly a: Channel; readonly b: Channel };
  attempt: number;
}

export const createNetwork = (world: World): Network => {
  const dice = world.dice.named('network');
  const tampered = new Map<number, Tampering>();
  const open = new Set<{ readonly a: End; readonly b: End; end(reason: LinkEnd): void }>();
  let group: ReadonlySet<number> | undefined;

  const isCut = (a: SimNode, b: SimNode): boolean => group !== undefined && group.has(a.id) !== group.has(b.id);

  const carry = (from: End, to: End, frame: Uint8Array): void => {
    const kind = kindOf(frame[0]) ?? 'unknown';
    world.tally.count(FRAMES, kind);
    world.tally.count(BYTES, kind, frame.length);
    const arrivals = isCut(from.node, to.node) ? [] : from.channel.carry(world.now(), frame.length);
    const event = { from: from.node.id, to: to.node.id, what: kind };
    if (arrivals.length === 0) world.trace({ at: world.now(), kind: 'lost', ...event });
    for (const at of arrivals) {
      world.at(at, () => {
        if (to.link === undefined) return undefined;
        // What was on its way when the network was cut does not arrive either.
        if (isCut(from.node, to.node)) return undefined;
        world.trace({ at: world.now(), kind: 'frame', ...event }, frame);
        to.link.receive(frame);
        return undefined;
      });
    }
  };

  const connect = (wanted: Wanted): void => {
    const { from, to, model } = wanted;
    // A handshake is a round trip and a half: the dialler sends with the second flight.
    world.after(2 * (model.latency + model.jitter), () => {
      if (from.engine() === undefined || to.engine() === undefined || isCut(from, to)) return retry(wanted);
      wanted.attempt = 0;
      const a: End = { node: from, channel: wanted.ends.a, link: undefined };
      const b: End = { node: to, channel: wanted.ends.b, link: undefined };
      let ended = false;
      const link = {
        a,
        b,
        end: (reason: LinkEnd): void => {
          if (ended) return;
          ended = true;
          open.delete(link);
          world.trace({ at: world.now(), kind: 'unlink', from: from.id, to: to.id, what: reason });
          const ends = [a.link, b.link];
          a.link = undefined;
          b.link = undefined;
          world.after(0, () => {
            for (const end of ends) end?.ended(reason);
            return retry(wanted);
          });
        },
      };
      open.add(link);
      world.trace({ at: world.now(), kind: 'link', from: from.id, to: to.id, what: '' });
      const attach = (mine: End, theirs: End, dialled: boolean): void => {
        mine.link = mine.node.attach(
          (frame) => {
            if (ended) return false;
            for (const one of tampered.get(mine.node.id)?.(frame) ?? [frame]) carry(mine, theirs, one);
            return true;
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
    world.after(backoff(wanted.attempt, dice.fraction()), () => {
      connect(wanted);
      return undefined;
    });
    return undefined;
  };

  /** Who is cut off notices only that nothing comes. */
  const noticeSilence = (since: ReadonlySet<number>): void => {
    world.after(SILENCE_MS, () => {
      if (group !== since) return undefined;
      for (const link of [...open]) if (isCut(link.a.node, link.b.node)) link.end('lost');
      return undefined;
    });
  };

  return {
    join: (from, to, model) => {
      const name = `${from.id}-${to.id}`;
      const ends = { a: createChannel(model, dice.named(name)), b: createChannel(model, dice.named(`${name} back`)) };
      connect({ from, to, model, ends, attempt: 0 });
    },
    split: (inside) => {
      group = inside;
      noticeSilence(inside);
    },
    heal: () => {
      group = undefined;
    },
    tamper: (node, instead) => {
      tampered.set(node.id, instead);
    },
    get openLinks() {
      return open.size;
    },
  };
};
