import { createHash } from 'node:crypto';
import type { LinkId, Millis } from '#core/brand.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { TRAITS } from '#core/domain/link-capability.ts';
import { KIND, kindOf } from '#core/wire/kinds.ts';
import { DEFAULT_TIMING, LEAF_LIMITS } from '#engine/config.ts';
import { createContext } from '#engine/context.ts';
import { createDrbg } from '#engine/drbg.ts';
import type { Effect } from '#engine/effect.ts';
import { createPeerTable } from '#engine/links/peer.ts';
import { createSetIndex, type SetIndex } from '#engine/sync/set-index.ts';
import { createSetSync } from '#engine/sync/set-sync.ts';
import { isSyncKind, type SyncSet } from '#engine/sync/sync-set.ts';
import type { Dice } from '#sim/dice.ts';
import { createNegentropy } from '#sim/peers/negentropy.ts';
import { atLeast, atMost, mean, type Scenario } from '#sim/scenario.ts';
import { createWorld, WORLD_BEGINS, type World } from '#sim/world.ts';
import { percentile } from '../../bench/statistics.ts';

/**
 * Two nodes hold ten thousand records each and lack fifty that the other has. The engine's set synchronisation finds out which;
 * the records themselves are not counted. Beside it Negentropy, what a list of all ids would cost, and the digests of all bins.
 */
const DIFFER = 100;
const PLAYS = 100;
const OBJECT = 0xfe;
const ID_BYTES = 8;
const FULL_ID_BYTES = 32;
const BINS_BYTES = 2_050;

const createSide = (held: readonly string[], dialled: boolean, dice: Dice) => {
  const context = createContext(createDrbg(dice.bytes(32)));
  const index = createSetIndex(held);
  const set: SyncSet = {
    id: 0,
    index: () => index,
    bytesOf: (id) => (index.has(id) ? Uint8Array.of(OBJECT, ...(fromHex(id) ?? [])) : undefined),
    offer: () => true,
  };
  const sync = createSetSync(context, [set], DEFAULT_TIMING, {
    onSynced: () => undefined,
    place: () => ({ bridge: false, rooted: false, attentive: false, child: false, island: false, place: undefined }),
    onPlace: () => undefined,
  });
  const salt = dice.bytes(8);
  const open = (theirs: Uint8Array) => {
    const peer = createPeerTable(LEAF_LIMITS).open(
      { link: 1 as LinkId, remote: 'other', dialled, can: TRAITS.unconstrained },
      WORLD_BEGINS as Millis,
    );
    peer.salt = salt;
    peer.hello = { relay: true, salt: theirs, wantsSync: true, carries: false, address: undefined, skew: 0 as Millis };
    const receive = (frame: Uint8Array): void => {
      const kind = kindOf(frame[0]);
      if (kind !== undefined && isSyncKind(kind)) return sync.receive(peer, kind, frame);
      const id = toHex(frame.subarray(1));
      index.add(id);
      return void sync.arrived(peer, id, true);
    };
    const step = (action: () => void): Uint8Array[] => {
      context.begin(WORLD_BEGINS as Millis);
      action();
      return context.end().flatMap((effect: Effect) => (effect.kind === 'send' ? [effect.frame] : []));
    };
    return { start: () => step(() => sync.start(peer)), receive: (frame: Uint8Array) => step(() => receive(frame)) };
  };
  return { index, salt, open };
};

/** Bytes of each kind of frame, and how often the dialler had to ask for further symbols. */
const converse = (
  world: World,
  mine: ReturnType<typeof createSide>,
  theirs: ReturnType<typeof createSide>,
): Map<number, number> => {
  const [dialler, listener] = [mine.open(theirs.salt), theirs.open(mine.salt)];
  listener.start();
  const bytes = new Map<number, number>();
  const queue = dialler.start().map((frame) => ({ to: listener, frame }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { to, frame } = next;
    const kind = frame[0] ?? 0;
    bytes.set(kind, (bytes.get(kind) ?? 0) + frame.length);
    const from = to === dialler ? 1 : 0;
    world.trace({ at: 0, kind: 'frame', from, to: 1 - from, what: '' }, frame);
    const back = to === dialler ? listener : dialler;
    queue.push(...to.receive(frame).map((answer) => ({ to: back, frame: answer })));
  }
  return bytes;
};

const short = (id: string): string => id.slice(0, 2 * ID_BYTES);

interface Beside {
  readonly bytes: number;
  /** With ids as short as ours: what is left when three quarters of each listed id are. */
  readonly shortened: number;
  readonly roundTrips: number;
  readonly exact: boolean;
}

/** The same two sets by Negentropy, until its client knows all that differs. */
const negentropyBetween = (
  left: readonly string[],
  right: readonly string[],
  own: readonly (readonly string[])[],
): Beside => {
  const [client, server] = [createNegentropy(left), createNegentropy(right)];
  let bytes = 0;
  let roundTrips = 0;
  for (let next: Uint8Array | undefined = client.initiate(); next !== undefined; roundTrips++) {
    const answer = server.respond(next);
    bytes += next.length + answer.length;
    next = client.reconcile(answer);
  }
  const [mine = [], theirs = []] = own;
  const isSame = (found: ReadonlySet<string>, wanted: readonly string[]): boolean =>
    found.size === wanted.length && wanted.every((id) => found.has(id));
  const listed = client.listed + server.listed;
  return {
    bytes,
    shortened: bytes - listed * (FULL_ID_BYTES - ID_BYTES),
    roundTrips,
    exact: isSame(client.have, mine) && isSame(client.need, theirs),
  };
};

const listedBytes = (left: SetIndex, right: SetIndex): number => {
  let bytes = BINS_BYTES;
  for (let bin = 0; bin < 256; bin++) {
    const [a, b] = [left.idsIn(bin), right.idsIn(bin)];
    if (a.join() !== b.join()) bytes += b.length * ID_BYTES;
  }
  return bytes;
};

export const reconcile: Scenario = {
  name: 'reconcile',
  about: 'two sets of ten thousand ids, of which a hundred differ',
  sizes: { full: 10_000, small: 1_000 },
  run: async (setting) => {
    const world = createWorld({ ...setting, nodes: 2 });
    const dice = world.dice.named('ids');
    const after: number[] = [];
    const rounds: number[] = [];
    const all: number[] = [];
    const binned: number[] = [];
    const peers: Beside[] = [];
    let equal = 0;
    for (let play = 0; play < PLAYS; play++) {
      const id = (): string => createHash('sha256').update(dice.bytes(16)).digest('hex');
      const shared = Array.from({ length: setting.nodes - DIFFER / 2 }, id);
      const own = [id, id].map((fresh) => Array.from({ length: DIFFER / 2 }, fresh));
      const [left = [], right = []] = own.map((ids) => [...shared, ...ids]);
      const mine = createSide(left.map(short), true, dice.named(`mine ${play}`));
      const theirs = createSide(right.map(short), false, dice.named(`theirs ${play}`));
      peers.push(negentropyBetween(left, right, own));
      binned.push(listedBytes(mine.index, theirs.index));
      const bytes = converse(world, mine, theirs);
      const of = (kind: number): number => bytes.get(kind) ?? 0;
      after.push(of(KIND.symbols) + of(KIND.more) + of(KIND.pick) + of(KIND.bins) + of(KIND.ids) + of(KIND.want));
      all.push([...bytes].reduce((sum, [kind, count]) => (kind === OBJECT ? sum : sum + count), 0));
      rounds.push(1 + of(KIND.more) / 4 + (of(KIND.bins) > 0 ? 1 : 0));
      if (toHex(mine.index.root()) === toHex(theirs.index.root())) equal++;
    }
    return {
      goals: [
        atMost('bytesP95', 2_300, percentile(after, 0.95), ' bytes after the estimate'),
        atMost('roundTripsP95', 1, percentile(rounds, 0.95)),
        atLeast('equal', 1, equal / PLAYS),
        atMost('overNegentropy', 1, mean(all) / mean(peers.map(({ bytes: count }) => count)), ' of its bytes'),
      ],
      measured: {
        'bytes on average': mean(after),
        'bytes of the estimate': 515,
        'round trips on average, the estimate included': 1 + mean(rounds),
        'bytes on average, beacons and estimate included': mean(all),
        'beside it: negentropy, bytes on average': mean(peers.map(({ bytes: count }) => count)),
        'beside it: negentropy, bytes with ids of 8 instead of 32 bytes': mean(peers.map(({ shortened }) => shortened)),
        'beside it: negentropy, round trips on average': mean(peers.map(({ roundTrips }) => roundTrips)),
        'beside it: negentropy found exactly the differences': peers.filter(({ exact }) => exact).length / PLAYS,
        'beside it: all ids, bytes': setting.nodes * ID_BYTES,
        'beside it: digests of bins, then the ids in those that differ, bytes': mean(binned),
        plays: PLAYS,
      },
      tables: [],
      traceHash: world.traceHash(),
      events: PLAYS,
    };
  },
};
