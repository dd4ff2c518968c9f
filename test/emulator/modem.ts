/** The radio side of an emulated RNode: on and off, listening before sending, sending, the airtime locks, statistics. */
import { SAMPLE_MS } from '#test/emulator/air-ledger.ts';
import { COMMAND, ERROR } from '#test/emulator/codes.ts';
import { areComplete, countedAirtimeMs, phyOf, snapBandwidth, snapFrequency } from '#test/emulator/phy.ts';
import type { Core } from '#test/emulator/rnode-core.ts';
import { toRadioFrames } from '#test/emulator/split-packet.ts';
import { channelTime, phyParameters, rssiByte, snrByte } from '#test/emulator/status.ts';

/** After the first answer to ON the firmware blinks and reads nothing; then it answers once more. A guess. */
const BLINK_MS = 300;
/** 128 measurements, 3 ms each: until then everything counts as interference, and nothing is sent. */
const NOISE_MS = 384;
const UNKNOWN_NOISE_DBM = -292;
/** So far above the noise, what is no carrier is interference. */
const INTERFERENCE_DB = 11;
const POLL_MS = 3;
const STATISTICS_MS = 1_000;
const MODEM_TIMEOUT_MS = 20_000;
const NEVER = Number.POSITIVE_INFINITY;

export const sayState = ({ say, memory }: Core): void => say(COMMAND.state, [memory.isOnline ? 1 : 0]);

export const sayPhy = ({ say, memory, options }: Core): void => {
  if (options.kind.hasStatistics && memory.isOnline) say(COMMAND.phy, phyParameters(phyOf(memory.settings)));
};

/** Puts the settings into effect, where the radio is on, as exactly as it can. */
export const applySettings = ({ memory, options: { kind, seat }, now }: Core): void => {
  const { settings } = memory;
  if (!memory.isOnline) return;
  settings.frequency = snapFrequency(settings.frequency, kind.frequencyStep);
  settings.bandwidthHz = snapBandwidth(settings.bandwidthHz);
  seat.tune({ ...settings, preambleSymbols: phyOf(settings).preamble }, now);
};

const goOnline = (core: Core): void => {
  const { memory, now, options } = core;
  memory.isOnline = true;
  memory.ledger.reset();
  applySettings(core);
  // Bandwidth, spreading factor and coding rate are set again, each with its consequences.
  for (let setting = 0; setting < 3; setting++) sayPhy(core);
  if (memory.noiseKnownAt === NEVER) memory.noiseKnownAt = now + BLINK_MS + NOISE_MS;
  memory.statisticsAt = options.kind.hasStatistics ? now + STATISTICS_MS : NEVER;
  memory.sampleAt = options.kind.hasStatistics ? now : NEVER;
  memory.pollAt = now;
};

/** ON. Whatever comes of it is said twice, but for a radio that does not start. */
export const turnOn = (core: Core): void => {
  const { memory, faults, now } = core;
  if (memory.isOnline) {
    sayState(core);
    sayState(core);
  } else if (areComplete(memory.settings) && faults.failsToStart) {
    core.say(COMMAND.error, [ERROR.init]);
    sayState(core);
  } else {
    if (areComplete(memory.settings)) goOnline(core);
    sayState(core);
    core.work = { kind: 'blinking', until: now + BLINK_MS };
  }
};

/** What waits in the queue stays there. */
export const turnOff = (core: Core): void => {
  core.memory.isOnline = false;
  core.memory.statisticsAt = NEVER;
  core.memory.sampleAt = NEVER;
  core.options.seat.tune(undefined, core.now);
};

const noiseOf = ({ now, memory, options }: Core): number =>
  now < memory.noiseKnownAt ? UNKNOWN_NOISE_DBM : options.seat.noise();

const isInterfered = (core: Core): boolean => {
  const { seat } = core.options;
  return !seat.hearsCarrier(core.now) && seat.rssi(core.now) > noiseOf(core) + INTERFERENCE_DB;
};

export const sampleLoad = ({ memory, now, options }: Core): void => {
  memory.sampleAt = now + SAMPLE_MS;
  memory.ledger.sample(options.seat.hearsCarrier(now));
};

export const tellStatistics = (core: Core): void => {
  const { memory, now, say, options } = core;
  if (!options.kind.hasStatistics) return;
  memory.statisticsAt = now + STATISTICS_MS;
  memory.ledger.update(now);
  const { shares } = memory.ledger;
  if (memory.contention.adapt(shares.short)) {
    const { band, least, most } = memory.contention.window;
    say(COMMAND.csma, [band, least, most]);
  }
  say(COMMAND.channelTime, channelTime(shares, options.seat.rssi(now), noiseOf(core), isInterfered(core)));
};

const isLocked = ({ memory, options }: Core): boolean => {
  const { short, long } = memory.ledger.shares;
  return options.kind.hasStatistics && (memory.shortLock.isReached(short) || memory.longLock.isReached(long));
};

/** When it looks next whether it may send; infinity while there is nothing to send or it must not. */
export const nextPoll = (core: Core): number => {
  const { memory } = core;
  return memory.isOnline && memory.queue.height > 0 && !isLocked(core) ? memory.pollAt : NEVER;
};

const sendNext = (core: Core, frames: readonly Uint8Array[]): void => {
  const [frame, ...rest] = frames;
  const { seat } = core.options;
  if (frame === undefined) {
    core.work = undefined;
    tellStatistics(core);
  } else if (core.faults.isModemStalled) {
    core.work = { kind: 'stalled', until: core.now + MODEM_TIMEOUT_MS };
  } else {
    core.work = { kind: 'sending', until: seat.transmit(frame, core.now), bytes: frame.length, rest };
  }
};

/** Listens, and sends once it may: fast settings one packet, others all that wait, one right after the other. */
export const pollQueue = (core: Core): void => {
  const { memory, now, options } = core;
  const phy = phyOf(memory.settings);
  memory.pollAt = now + POLL_MS;
  const isFree = !options.seat.hearsCarrier(now) && !isInterfered(core);
  if (!memory.contention.poll(isFree, phy, now)) return;
  const popped = phy.isGuarded ? memory.queue.pop() : undefined;
  const packets = phy.isGuarded ? (popped === undefined ? [] : [popped]) : memory.queue.flush();
  sendNext(
    core,
    packets.flatMap((packet) => toRadioFrames(packet, options.dice)),
  );
};

export const frameWasSent = (core: Core, bytes: number, rest: readonly Uint8Array[]): void => {
  const { memory, now } = core;
  memory.ledger.add(countedAirtimeMs(memory.settings, phyOf(memory.settings).preamble, bytes), now);
  sendNext(core, rest);
};

/** Tells the host what came by radio while it was busy, or just now. */
export const tellReceptions = ({ memory, say }: Core): void => {
  for (const reception of memory.heard.splice(0)) {
    const packet = memory.joiner.take(reception.frame);
    if (packet === undefined) continue;
    say(COMMAND.rssi, [rssiByte(reception.rssi)]);
    say(COMMAND.snr, [snrByte(reception)]);
    say(COMMAND.data, packet);
  }
};
