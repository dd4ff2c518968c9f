import { COMMAND, FEND, FESC, TFEND, TFESC } from '#test/emulator/codes.ts';

/**
 * Reads serial as the firmware does: one byte at a time, acting as soon as a value is there and not when its frame ends.
 * That is why two frames may share one C0; why the byte after DATA's closing C0 is not read, unless it is a C0; why a value
 * of one byte is not unescaped; and why an escape that a frame ends with spoils the next value.
 */
export interface ByteMachine {
  feed(byte: number): void;
}

export interface Commands {
  /** Act on each byte that follows them. */
  readonly onByte: ReadonlyMap<number, (value: number) => void>;
  /** Act on so many unescaped bytes, big-endian. */
  readonly onWord: ReadonlyMap<number, { readonly length: number; readonly act: (value: number) => void }>;
  onDataByte(byte: number): void;
  onDataEnd(): void;
}

/** Room for the bytes of a value. */
const MAX_WORD_BYTES = 64;

export const createByteMachine = (commands: Commands): ByteMachine => {
  let isInFrame = false;
  let isEscaped = false;
  let command: number = COMMAND.unknown;
  let word: number[] = [];

  /** Undefined: the escape itself, which is no value. */
  const unescaped = (byte: number): number | undefined => {
    if (byte === FESC) {
      isEscaped = true;
      return undefined;
    }
    const value = isEscaped && byte === TFEND ? FEND : isEscaped && byte === TFESC ? FESC : byte;
    isEscaped = false;
    return value;
  };
  const feedData = (byte: number): void => {
    const value = unescaped(byte);
    if (value !== undefined) commands.onDataByte(value);
  };
  const feedWord = (byte: number): void => {
    const rule = commands.onWord.get(command);
    if (rule === undefined) return;
    const value = unescaped(byte);
    if (value !== undefined && word.length < MAX_WORD_BYTES) word.push(value);
    if (word.length === rule.length) rule.act(word.reduce((sum, part) => sum * 256 + part, 0));
  };

  return {
    feed: (byte) => {
      if (isInFrame && byte === FEND && command === COMMAND.data) {
        isInFrame = false;
        commands.onDataEnd();
      } else if (byte === FEND) {
        isInFrame = true;
        command = COMMAND.unknown;
        word = [];
      } else if (!isInFrame) return;
      else if (command === COMMAND.unknown) command = byte;
      else if (command === COMMAND.data) feedData(byte);
      else if (commands.onByte.has(command)) commands.onByte.get(command)?.(byte);
      else feedWord(byte);
    },
  };
};
