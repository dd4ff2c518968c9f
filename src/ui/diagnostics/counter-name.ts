import { KIND, type KindName } from '#core/wire/kinds.ts';

/**
 * A counter's name, taken apart: the common ones have words, any other is shown as it is, for whoever knows the program.
 * The names are made where something is counted (core and host); a labelled one is `name label`.
 */
export type CounterName =
  | { readonly kind: 'plain'; readonly name: PlainCounter }
  | { readonly kind: 'frames' | 'duplicate'; readonly of: KindName }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'other' };

export const PLAIN_COUNTERS = [
  'bytes received',
  'bytes sent',
  'frames dropped backpressure',
  'unreadable',
  'unreadable snapshot',
  'clock jumped',
  'retired',
] as const;
export type PlainCounter = (typeof PLAIN_COUNTERS)[number];

const kindNames = Object.keys(KIND);
const isKind = (name: string): name is KindName => kindNames.includes(name);

export const readCounter = (name: string): CounterName => {
  const plain = PLAIN_COUNTERS.find((one) => one === name);
  if (plain !== undefined) return { kind: 'plain', name: plain };
  const [first = '', label = '', ...rest] = name.split(' ');
  if (rest.length > 0 || label === '') return { kind: 'other' };
  if ((first === 'frames' || first === 'duplicate') && isKind(label)) return { kind: first, of: label };
  return first === 'refused' ? { kind: 'refused', code: label } : { kind: 'other' };
};
