/**
 * The simulator's randomness: sfc32 (Doty-Humphrey's PractRand), seeded from a number and a name, so that adding a die
 * somewhere does not change what the others throw.
 */
export interface Dice {
  /** Uniform in [0, 1). */
  fraction(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  bytes(count: number): Uint8Array;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the items. Throws when there is none. */
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
  /** Dice of their own for a part of the world. */
  named(name: string): Dice;
}

/** FNV-1a over the name's characters. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

export const createDice = (seed: number, name = ''): Dice => {
  let [a, b, c, counter] = [seed >>> 0, hashOf(name), hashOf(`${name}/${seed}`), 1];
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const fraction = (): number => next() / 0x1_0000_0000;
  const integer = (bound: number): number => Math.floor(fraction() * bound);
  return {
    fraction,
    integer,
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 0xff),
    chance: (probability) => probability > 0 && fraction() < probability,
    pick: (items) => {
      const item = items[integer(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    shuffled: (items) => {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const [x, y] = [result[i], result[j]];
        if (x !== undefined && y !== undefined) [result[i], result[j]] = [y, x];
      }
      return result;
    },
    named: (part) => createDice(seed, `${name}/${part}`),
  };
};
