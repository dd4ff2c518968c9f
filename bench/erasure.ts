/**
 * How fast an object of 17 symbols is made into as many repair symbols and comes back from those alone, which is the most work
 * there is; beside it, in turns and with the same result, the same code written down plainly. And how many frames are sent until
 * a listener has an object when one in ten is lost, which does not depend on the machine: repeated in turn, coded, and the limit.
 */
import { performance } from 'node:perf_hooks';
import type { Millis } from '#core/brand.ts';
import { concatBytes, equalBytes } from '#core/bytes/compare.ts';
import { MAX_SYMBOLS, recoverSource, repairSymbol } from '#core/radio/erasure.ts';
import { createObjectCollector, createObjectSource, MAX_OBJECT_BYTES, PIECE_BYTES } from '#core/radio/object-pieces.ts';
import { createNumbers } from './announcements.ts';
import { plainRecover, plainRepair } from './plain-erasure.ts';
import type { Report } from './row.ts';
import { median } from './statistics.ts';

export interface ErasureResult {
  /** Of the object, for as many repair symbols as it has symbols, and back from those. */
  readonly encodeMbPerSecond: number;
  readonly decodeMbPerSecond: number;
  /** Over the plain code. */
  readonly encodeRatio: number;
  readonly decodeRatio: number;
  /** Mean frames until the object is whole, by how many pieces it has. */
  readonly frames: readonly Frames[];
}

interface Frames {
  readonly pieces: number;
  readonly repeated: number;
  readonly coded: number;
  readonly limit: number;
}

const K = 17;
const ROUNDS = 15;
const OBJECTS = 400;
const PLAIN_OBJECTS = 20;
const LOSS = 0.1;
const PIECES = [5, 10, 17];
const PLAYS = 20_000;
/** Of the plays those in which a real collector listens, too. */
const COLLECTED = 1_000;

const objectOf = (pieces: number, seed: number): Uint8Array => {
  const number = createNumbers(seed);
  return Uint8Array.from({ length: pieces * PIECE_BYTES }, () => number(256));
};
const symbolsOf = (object: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: object.length / PIECE_BYTES }, (_, j) => object.slice(j * PIECE_BYTES, (j + 1) * PIECE_BYTES));

type Repair = typeof repairSymbol;
type Recover = typeof recoverSource;

interface Speed {
  /** MB of objects a second. */
  readonly encode: number;
  readonly decode: number;
}

const runOnce = (objects: readonly (readonly Uint8Array[])[], repair: Repair, recover: Recover): Speed => {
  const megabytes = (objects.length * K * PIECE_BYTES) / 1e6;
  const begun = performance.now();
  const repairs = objects.map((source) => new Map(source.map((_, j) => [K + j, repair(source, K + j)] as const)));
  const between = performance.now();
  const recovered = repairs.map((symbols) => recover(K, symbols));
  const ended = performance.now();
  objects.forEach((source, at) => {
    if (!equalBytes(concatBytes(...source), concatBytes(...(recovered[at] ?? [])))) throw new Error('another object');
  });
  return { encode: megabytes / ((between - begun) / 1_000), decode: megabytes / ((ended - between) / 1_000) };
};

const measureSpeed = (): { readonly ours: Speed; readonly plain: Speed } => {
  const objects = Array.from({ length: OBJECTS }, (_, seed) => symbolsOf(objectOf(K, seed)));
  const ours: Speed[] = [];
  const plain: Speed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(runOnce(objects, repairSymbol, recoverSource));
    plain.push(runOnce(objects.slice(0, PLAIN_OBJECTS), plainRepair, plainRecover));
  }
  const middle = (runs: readonly Speed[]): Speed => ({
    encode: median(runs.map(({ encode }) => encode)),
    decode: median(runs.map(({ decode }) => decode)),
  });
  return { ours: middle(ours), plain: middle(plain) };
};

/** The frames of one play that are lost. */
const lossOf = (play: number): ((n: number) => boolean) => {
  const number = createNumbers(play);
  const dice: boolean[] = [];
  return (n) => {
    while (dice.length <= n) dice.push(number(1_000_000) < LOSS * 1_000_000);
    return dice[n] ?? false;
  };
};

/** Frames sent, `total` different ones in turn, until so many different ones were heard. */
const framesUntil = (pieces: number, total: number, isLost: (n: number) => boolean): number => {
  const heard = new Set<number>();
  let n = 0;
  for (; heard.size < pieces; n++) if (!isLost(n)) heard.add(n % total);
  return n;
};

/** As long as so many pieces let it be. */
const airObject = (pieces: number): Uint8Array => objectOf(pieces, pieces).subarray(0, MAX_OBJECT_BYTES);

/** The same with the object's own cycle and a real collector. */
const framesCollected = (pieces: number, isLost: (n: number) => boolean): number => {
  const object = airObject(pieces);
  const source = createObjectSource(object);
  const collector = createObjectCollector({ objects: 1, bytes: pieces * PIECE_BYTES, patience: 1e9 as Millis });
  for (let n = 0; ; n++) {
    const result = isLost(n) ? undefined : collector.take(source.piece(source.cycle(n)), n as Millis);
    if (result?.ok && result.value.kind === 'whole' && equalBytes(result.value.object, object)) return n + 1;
  }
};

const measureFrames = (pieces: number): Frames => {
  const { cycle } = createObjectSource(airObject(pieces));
  const isCoded = cycle(pieces) !== 0;
  let repeated = 0;
  let coded = 0;
  for (let play = 0; play < PLAYS; play++) {
    const isLost = lossOf(play);
    const inTurn = framesUntil(pieces, pieces, isLost);
    const withRepair = framesUntil(pieces, MAX_SYMBOLS, isLost);
    if (play < COLLECTED && framesCollected(pieces, isLost) !== (isCoded ? withRepair : inTurn)) {
      throw new Error('a collector needed other frames');
    }
    repeated += inTurn;
    coded += withRepair;
  }
  const mean = (sum: number): number => Math.round((100 * sum) / PLAYS) / 100;
  return { pieces, repeated: mean(repeated), coded: mean(coded), limit: mean((PLAYS * pieces) / (1 - LOSS)) };
};

const tenth = (value: number): number => Math.round(value * 10) / 10;

export const measureErasure = (report: Report = () => undefined): ErasureResult => {
  const { ours, plain } = measureSpeed();
  report({ what: `${K} repair symbols from ${K}`, value: `${tenth(ours.encode)} MB/s` });
  report({ what: `${K} symbols from ${K} repair symbols`, value: `${tenth(ours.decode)} MB/s` });
  report({ what: 'beside it: without tables', value: `${tenth(plain.encode)} MB/s` });
  report({ what: 'beside it: without tables and by elimination', value: `${tenth(plain.decode)} MB/s` });
  const frames = PIECES.map(measureFrames);
  for (const { pieces, repeated, coded, limit } of frames) {
    const value = `repeated ${repeated}, coded ${coded}, limit ${limit}`;
    report({ what: `frames until ${pieces} pieces are whole, ${100 * LOSS} % lost`, value });
  }
  return {
    encodeMbPerSecond: tenth(ours.encode),
    decodeMbPerSecond: tenth(ours.decode),
    encodeRatio: tenth(ours.encode / plain.encode),
    decodeRatio: tenth(ours.decode / plain.decode),
    frames,
  };
};
