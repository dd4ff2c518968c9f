/** Bytes as lower-case hex, and back. Written here, not taken from noble, because it runs once per map key. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** The character codes of each byte's digits. */
const CODES = Uint8Array.from(DIGITS.join(''), (digit) => digit.charCodeAt(0));
/** By length, where the codes of a short text are put together: flat at once, where adding up makes a chain of parts. */
const SHORT = Array.from({ length: 65 }, (_, length) => new Array<number>(2 * length).fill(0));

export const toHex = (bytes: Uint8Array): string => {
  const codes = SHORT[bytes.length];
  if (codes === undefined) return longToHex(bytes);
  for (let at = 0; at < bytes.length; at++) {
    const byte = 2 * (bytes[at] ?? 0);
    codes[2 * at] = CODES[byte] ?? 0;
    codes[2 * at + 1] = CODES[byte + 1] ?? 0;
  }
  return String.fromCharCode(...codes);
};

const longToHex = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += DIGITS[byte];
  return text;
};

const NO_DIGIT = 255;
/** The value of each ASCII character as a digit. */
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < 16; value++) VALUES[value.toString(16).charCodeAt(0)] = value;

const digitAt = (text: string, at: number): number => VALUES[text.charCodeAt(at)] ?? NO_DIGIT;

/** Returns undefined for odd lengths, upper case and anything that is not a hex digit. */
export const fromHex = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = digitAt(text, 2 * i);
    const low = digitAt(text, 2 * i + 1);
    if (high === NO_DIGIT || low === NO_DIGIT) return undefined;
    bytes[i] = high * 16 + low;
  }
  return bytes;
};
