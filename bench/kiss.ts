/**
 * How fast the decoder of a board's serial line gets through hostile bytes, in packets as USB brings them: boot text, any
 * bytes, C0 and DB by the hundred, frames cut off, frames without end, and among them frames that must be found. Beside
 * it, in turns and over the same packets, `slip` from npm, whose messages are the same frames.
 */
import { performance } from 'node:perf_hooks';
import slip from 'slip';
import { createKissDecoder, encodeKiss, MAX_KISS_DATA } from '#core/radio/kiss.ts';
import { createNumbers } from './announcements.ts';
import type { Report } from './row.ts';
import { median } from './statistics.ts';

export interface KissResult {
  readonly mbPerSecond: number;
}

const ROUNDS = 15;
const BLOCKS = 20_000;
const USB_PACKET = 64;
const NEVER_ENDING_BYTES = 2_000;
const BOOT_TEXT = new TextEncoder().encode('ets Jul 29 2019 12:21:46 rst:0x1 (POWERON_RESET),boot:0x13\r\n');
/** The command of the frames that must be found; no garbage makes one of them with this data. */
const WANTED = 0x25;
const WANTED_DATA = Uint8Array.from({ length: 40 }, (_, index) => 0xc0 + index);

type Number = (below: number) => number;
const bytes = (length: number, byte: () => number): Uint8Array => Uint8Array.from({ length }, byte);

const GARBAGE: readonly ((number: Number) => Uint8Array)[] = [
  () => BOOT_TEXT,
  (number) => bytes(number(300), () => number(256)),
  (number) => bytes(number(300), () => [0xc0, 0xdb, 0xdc, 0xdd][number(4)] ?? 0),
  // A frame in every two bytes.
  (number) => bytes(number(300), () => (number(2) === 0 ? 0xc0 : 0x08)),
  (number) => {
    const whole = encodeKiss(
      0,
      bytes(number(MAX_KISS_DATA), () => number(256)),
    );
    return whole.subarray(0, number(whole.length));
  },
  () => Uint8Array.from([0xc0, ...bytes(NEVER_ENDING_BYTES, () => 0x41)]),
];

const hostilePackets = (): readonly Uint8Array[] => {
  const number = createNumbers(1);
  const wanted = encodeKiss(WANTED, WANTED_DATA);
  const blocks = Array.from({ length: BLOCKS }, () => {
    const garbage = GARBAGE[number(GARBAGE.length)]?.(number) ?? BOOT_TEXT;
    return Buffer.concat([garbage, wanted]);
  });
  const stream = Uint8Array.from(Buffer.concat(blocks));
  return Array.from({ length: Math.ceil(stream.length / USB_PACKET) }, (_, index) =>
    stream.slice(index * USB_PACKET, (index + 1) * USB_PACKET),
  );
};

interface Run {
  readonly seconds: number;
  /** Of the wanted frames. */
  readonly found: number;
}

const isWanted = (data: Uint8Array, from: number): boolean =>
  data.length === from + WANTED_DATA.length && WANTED_DATA.every((byte, index) => data[from + index] === byte);

const runOurs = (packets: readonly Uint8Array[]): Run => {
  const decoder = createKissDecoder();
  let found = 0;
  const begun = performance.now();
  for (const packet of packets) {
    for (const { command, data } of decoder.push(packet)) if (command === WANTED && isWanted(data, 0)) found++;
  }
  return { seconds: (performance.now() - begun) / 1_000, found };
};

const runSlip = (packets: readonly Uint8Array[]): Run => {
  let found = 0;
  const decoder = new slip.Decoder((message) => {
    if (message[0] === WANTED && isWanted(message, 1)) found++;
  });
  const begun = performance.now();
  for (const packet of packets) decoder.decode(packet);
  return { seconds: (performance.now() - begun) / 1_000, found };
};

export const measureKiss = (report: Report = () => undefined): KissResult => {
  const packets = hostilePackets();
  const megabytes = packets.reduce((sum, { length }) => sum + length, 0) / 1e6;
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(runOurs(packets));
    theirs.push(runSlip(packets));
  }
  if (ours.some(({ found }) => found !== BLOCKS)) throw new Error('a frame among the garbage was not found');
  const speed = (runs: readonly Run[]): number => Math.round(megabytes / median(runs.map(({ seconds }) => seconds)));
  const lost = BLOCKS - (theirs[0]?.found ?? 0);
  report({ what: `hostile bytes, ${megabytes.toFixed(1)} MB`, value: `${speed(ours)} MB/s`, goal: 'at least 5 MB/s' });
  report({ what: `frames lost among them, of ${BLOCKS}`, value: '0', goal: '0' });
  report({ what: 'beside it: slip from npm', value: `${speed(theirs)} MB/s` });
  report({ what: 'beside it: frames that slip lost', value: `${lost}` });
  return { mbPerSecond: speed(ours) };
};
