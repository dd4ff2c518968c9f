/**
 * Who runs the relay that serves this app, for its page "Impressum" (§ 5 DDG): public, the same for everybody, and fetched from the
 * app's own origin. The relay takes it from its configuration (docs/operators.md).
 */
export const IMPRINT_PATH = '/imprint.json';

export interface Imprint {
  readonly name: string;
  /** Line by line. */
  readonly address: readonly string[];
  readonly email: string;
  readonly phone: string | undefined;
  /** Whatever else the operator must say, line by line: register, supervisory authority, data protection officer. */
  readonly more: readonly string[];
}

export const MAX_IMPRINT_LINES = 12;
export const MAX_IMPRINT_LINE = 200;

const isLine = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_IMPRINT_LINE;
const linesOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.slice(0, MAX_IMPRINT_LINES).filter(isLine) : [];

/** What a relay answered, which may be anything; undefined: its operator says nothing. */
export const parseImprint = (value: unknown): Imprint | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, address, email, phone, more }: Partial<Record<keyof Imprint, unknown>> = value;
  if (!isLine(name) || !isLine(email)) return undefined;
  return { name, email, address: linesOf(address), phone: isLine(phone) ? phone : undefined, more: linesOf(more) };
};
