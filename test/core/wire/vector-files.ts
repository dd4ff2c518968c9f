import { readdirSync, readFileSync } from 'node:fs';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import type { RefusalCode } from '#core/refusal.ts';

/**
 * The vectors of the wire, test/vectors/wire/*.json. They were made by a second implementation of docs/protocol in another
 * language, not by the encoders that they test. Bytes in a value begin with 0x; what is undefined is null.
 */
export interface VectorFile {
  readonly message: string;
  readonly note: string;
  readonly valid: readonly {
    readonly name: string;
    readonly bytes: string;
    readonly value: Json;
    /** Of the padded bytes. */
    readonly length?: number;
    /** The same bytes derived by hand, field by field: bits or 0x bytes, then what they say. */
    readonly layout?: readonly string[];
  }[];
  readonly refused: readonly { readonly name: string; readonly bytes: string; readonly code: RefusalCode }[];
}

export type Json = null | string | number | boolean | readonly Json[] | { readonly [field: string]: Json };

const FOLDER = new URL('../../vectors/wire/', import.meta.url);

export const vectorFiles = (): VectorFile[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file): VectorFile => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

export const bytesOf = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`not hex: ${hex}`);
  return bytes;
};

/** The bytes that a layout's rows make one after the other. */
export const layoutBytes = (layout: readonly string[]): string => {
  const digits = layout.map((row) => row.slice(0, row.indexOf(' ')));
  const bits = digits.map((part) =>
    part.startsWith('0x')
      ? [...part.slice(2)].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')
      : part,
  );
  const all = bits.join('');
  if (all.length % 8 !== 0) throw new Error(`a layout of ${all.length} bits`);
  return (all.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join('');
};

export const toJson = (value: unknown): Json => {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return `0x${toHex(value)}`;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, toJson(inner)]));
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new Error(`a message with a ${typeof value}`);
};

export const fromJson = (json: Json): unknown => {
  if (json === null) return undefined;
  if (typeof json === 'string') return json.startsWith('0x') ? bytesOf(json.slice(2)) : json;
  if (typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(fromJson);
  return Object.fromEntries(Object.entries(json).map(([field, inner]) => [field, fromJson(inner)]));
};
