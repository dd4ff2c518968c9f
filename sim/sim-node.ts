import type { KeyName, LinkId, Millis, NodeAddress } from '#core/brand.ts';
import { addressOf } from '#core/crypto/address.ts';
import { createAir } from '#engine/air/air.ts';
import type { Command, CommandReply } from '#engine/command.ts';
import { DEFAULT_TIMING, type EngineConfig, LEAF_LIMITS, RELAY_LIMITS } from '#engine/config.ts';
import { type CryptoOutcome, LASTING_OPS } from '#engine/crypto-op.ts';
import type { Effect, ReceivedMessage } from '#engine/effect.ts';
import { createEngine, type Engine } from '#engine/engine.ts';
import type { CallId, EngineEvent } from '#engine/event.ts';
import type { Link, LinkHandlers } from '#ports/transport.ts';
import type { SimRadio } from '#sim/airwaves.ts';
import { createDisk } from '#sim/disk.ts';
import { createLife, type Life } from '#sim/node-life.ts';
import { createSimCrypto } from '#sim/sim-crypto.ts';
import { WORLD_BEGINS, type World } from '#sim/world.ts';

/**
 * A node of the simulated world: the product's engine, and a driver of its own that performs effects in virtual time, by the
 * same commit rule as the product's (src/host/driver.ts), so that power can be cut between a commit and what waited for it.
 */
export interface SimNode {
  readonly id: number;
  readonly role: EngineConfig['role'];
  /** The engine that runs; undefined while the node is down. */
  engine(): Engine | undefined;
  readonly address: NodeAddress | undefined;
  handle(event: EngineEvent): void;
  /** The reply comes in virtual time, once what it answers is durable. */
  command(command: Command, reply?: (reply: CommandReply) => void): void;
  /** Makes a key and adopts it: this node is a practice from now on. */
  adopt(): NodeAddress;
  /** A link to another node is there: `send` hands frames to it. */
  attach(send: Link['send'], close: Link['close'], dialled: boolean): LinkHandlers;
  /** It has a radio from now on, also after each start. */
  equip(radio: SimRadio): void;
  /** Messages of other nodes. */
  onMessage(reader: (message: ReceivedMessage) => void): void;
  /** The power goes: what was not committed never happened. */
  crash(): void;
  /**
   * The power goes at the next commit, which is durable while nothing that waited for it leaves, and comes back after so many
   * milliseconds.
   */
  crashAtCommit(down: number): void;
  /** It starts again from what was committed. */
  start(): void;
}

export interface SimNodeOptions {
  readonly role: EngineConfig['role'];
  readonly config?: Partial<EngineConfig>;
  /** Milliseconds that its clock is ahead. */
  readonly skew?: number;
}

/** How long a commit and a piece of crypto take, in virtual milliseconds. Crypto is done one piece after the other. */
const COMMIT_MS = { relay: 3, leaf: 5 } as const;
const CRYPTO_MS = 0.2;
/** How full the tables are is looked at after so many steps of a node: they grow by an entry or a few a step. */
const LOOK_EVERY = 32;
const RELAY_KEY = 'relay' as KeyName;
const PRACTICE_KEY = 'practice' as KeyName;

type LinkParts = Pick<Link, 'send' | 'close' | 'remote'>;
type LinkManner = Pick<Extract<EngineEvent, { kind: 'link-opened' }>, 'dialled' | 'capability'>;

export const createSimNode = (world: World, id: number, options: SimNodeOptions): SimNode => {
  const dice = world.dice.named(`node ${id}`);
  const readers = new Set<(message: ReceivedMessage) => void>();
  const disk = createDisk();
  const crypto = createSimCrypto(world.signer, dice.named('crypto'));
  const commitTime = COMMIT_MS[options.role];
  const skew = options.skew ?? 0;
  let lastLink = 0;
  let steps = 0;
  let cryptoFreeAt = 0;
  let lastCall = 0;
  let address: NodeAddress | undefined;
  let identity: EngineConfig['identity'];
  if (options.role === 'relay') {
    const publicKey = crypto.addIdentity(RELAY_KEY, dice.bytes(32));
    address = addressOf(publicKey);
    identity = { key: RELAY_KEY, publicKey, address };
  }
  const config: EngineConfig = {
    role: options.role,
    identity,
    registrars: [],
    limits: options.role === 'relay' ? RELAY_LIMITS : LEAF_LIMITS,
    timing: DEFAULT_TIMING,
    padding: 'uniform',
    ...options.config,
  };
  const clock = (): Millis => Math.floor(WORLD_BEGINS + skew + world.now()) as Millis;
  let life: Life | undefined;
  let radio: SimRadio | undefined;
  const beginRadio = (of: Life): void => {
    if (radio === undefined) return;
    of.engine.equip(createAir);
    radio.begin({
      handle: (event) => {
        if (!of.ended) dispatch(of, event);
      },
      air: () => (of.ended ? undefined : of.engine.views.air()),
      // As src/host/driver.ts does.
      attach: (connect, capability = 'unconstrained') => {
        const id = ++lastLink as LinkId;
        const link = connect(listen(of, id));
        open(of, id, link, { dialled: true, capability });
        return link;
      },
      accept: (link, capability = 'unconstrained') => {
        const id = ++lastLink as LinkId;
        queueMicrotask(() => open(of, id, link, { dialled: false, capability }));
        return listen(of, id);
      },
    });
  };

  const crash = (): void => {
    if (life === undefined) return;
    life.ended = true;
    world.tally.count('power cuts');
    radio?.stop();
    for (const link of [...life.links.values()]) link.close('lost');
    life = undefined;
    world.trace({ at: world.now(), kind: 'down', from: id, to: id, what: '' });
  };

  const commit = (of: Life): void => {
    if (of.committing || of.pending.length === 0) return;
    of.committing = true;
    const batch = of.pending;
    const number = of.added;
    of.pending = [];
    world.after(commitTime, () => {
      if (of.ended) return undefined;
      disk.apply(batch);
      if (of.doomed !== undefined) {
        crash();
        world.after(of.doomed, () => void start());
        return undefined;
      }
      of.durable = number;
      of.committing = false;
      while (of.waiting.length > 0 && (of.waiting[0]?.barrier ?? 0) <= of.durable) of.waiting.shift()?.action();
      commit(of);
      return undefined;
    });
  };
  const afterCommits = (of: Life, action: () => void): void => {
    if (of.durable === of.added) action();
    else of.waiting.push({ barrier: of.added, action });
  };

  const compute = (of: Life, effect: Extract<Effect, { kind: 'run-crypto' }>): void => {
    cryptoFreeAt = Math.max(cryptoFreeAt, world.now()) + CRYPTO_MS;
    world.at(cryptoFreeAt, () => {
      if (of.ended) return undefined;
      const done = (outcome: CryptoOutcome): void => {
        if (!of.ended) dispatch(of, { kind: 'crypto-done', job: effect.job, outcome });
      };
      const outcome = crypto.perform(effect.op);
      if (outcome instanceof Promise) return outcome.then(done);
      done(outcome);
      return undefined;
    });
  };

  const perform = (of: Life, effect: Effect): void => {
    if (of.ended) return;
    switch (effect.kind) {
      case 'send':
        if (of.links.get(effect.link)?.send(effect.frame, effect.lane) === false) world.tally.count('frames dropped');
        return;
      case 'close-link':
        return of.links.get(effect.link)?.close(effect.reason);
      case 'air-send':
        return radio?.send(effect);
      case 'reply': {
        const reply = of.calls.get(effect.call);
        of.calls.delete(effect.call);
        return reply?.(effect.reply);
      }
      case 'count':
        return world.tally.count(effect.name, effect.label, effect.by);
      case 'run-crypto':
        return compute(of, effect);
      case 'message':
        for (const reader of readers) reader(effect);
        return;
      case 'notify':
      case 'not-before':
      case 'persist':
        return;
    }
  };

  const take = (of: Life, effect: Effect): void => {
    if (effect.kind === 'persist') {
      of.pending.push(...effect.ops);
      of.added++;
    } else if (
      effect.kind === 'count' ||
      (effect.kind === 'send' && effect.transit) ||
      (effect.kind === 'run-crypto' && !LASTING_OPS.has(effect.op.op))
    ) {
      perform(of, effect);
    } else afterCommits(of, () => perform(of, effect));
  };

  const scheduleWake = (of: Life): void => {
    const next = of.engine.nextWake();
    const at = next === undefined ? Number.POSITIVE_INFINITY : next - WORLD_BEGINS - skew;
    if (at >= of.wakesAt && of.wakesAt > world.now()) return;
    if (at === Number.POSITIVE_INFINITY) return;
    of.wakesAt = Math.max(at, world.now());
    const due = of.wakesAt;
    world.at(due, () => {
      if (of.ended || of.wakesAt !== due) return undefined;
      of.wakesAt = Number.POSITIVE_INFINITY;
      // An earlier wake than the engine wants by now costs one look.
      if ((of.engine.nextWake() ?? Number.POSITIVE_INFINITY) <= clock()) dispatch(of, { kind: 'wake' });
      else scheduleWake(of);
      return undefined;
    });
  };

  const dispatch = (of: Life, event: EngineEvent): void => {
    const effects = of.engine.handle(clock(), event);
    if (++steps % LOOK_EVERY === 0) of.engine.views.eachTable(world.peaks.look);
    for (const effect of effects) take(of, effect);
    commit(of);
    if (!of.ended) scheduleWake(of);
  };

  const start = (): void => {
    if (life !== undefined) return;
    const state = disk.read();
    const engine = createEngine({ config, seed: dice.bytes(32), state, now: clock() });
    life = createLife(engine);
    world.trace({ at: world.now(), kind: 'up', from: id, to: id, what: '' });
    scheduleWake(life);
    beginRadio(life);
  };

  const open = (of: Life, link: LinkId, { send, close, remote }: LinkParts, how: LinkManner): void => {
    if (of.ended) return;
    of.links.set(link, { send, close });
    dispatch(of, { kind: 'link-opened', link, remote, ...how });
  };
  const listen = (of: Life, link: LinkId): LinkHandlers => ({
    onFrame: (frame) => {
      if (!of.ended) dispatch(of, { kind: 'frame-received', link, frame });
    },
    onEnd: (reason) => {
      if (of.ended || !of.links.delete(link)) return;
      dispatch(of, { kind: 'link-closed', link, reason });
    },
  });

  const command: SimNode['command'] = (wish, reply = () => undefined) => {
    if (life === undefined) return reply({ ok: false, code: 'wrong-state' });
    const call = ++lastCall as CallId;
    life.calls.set(call, reply);
    dispatch(life, { kind: 'command', call, command: wish });
  };

  start();
  return {
    id,
    role: options.role,
    engine: () => life?.engine,
    get address() {
      return address;
    },
    handle: (event) => {
      if (life !== undefined) dispatch(life, event);
    },
    command,
    adopt: () => {
      const publicKey = crypto.addIdentity(PRACTICE_KEY, dice.bytes(32));
      address = addressOf(publicKey);
      command({ kind: 'adopt-identity', key: PRACTICE_KEY, publicKey, restore: false });
      return address;
    },
    attach: (send, close, dialled) => {
      const of = life;
      if (of === undefined) throw new Error(`node ${id} is down`);
      const link = ++lastLink as LinkId;
      open(of, link, { send, close, remote: `node ${id}/${link}` }, { dialled, capability: 'unconstrained' });
      return listen(of, link);
    },
    equip: (given) => {
      radio = given;
      if (life !== undefined) beginRadio(life);
    },
    onMessage: (reader) => void readers.add(reader),
    crash,
    crashAtCommit: (down) => {
      if (life !== undefined) life.doomed = down;
    },
    start,
  };
};
