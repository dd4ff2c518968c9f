/**
 * A board with RNode firmware 1.86 as its host sees it: what goes in and out on serial and when, and what its radio does on
 * the ether. A pure state machine. What no public document says is a guess: how long it boots and blinks, how often it tells
 * of battery and temperature.
 */
import { COMMAND, ERROR, RESET_BYTE, TEMPERATURE_OFFSET } from '#test/emulator/codes.ts';
import type { Faults } from '#test/emulator/faults.ts';
import type { Firmware } from '#test/emulator/firmware.ts';
import { createHostCommands } from '#test/emulator/host-commands.ts';
import {
  frameWasSent,
  nextPoll,
  pollQueue,
  sampleLoad,
  sayState,
  tellReceptions,
  tellStatistics,
} from '#test/emulator/modem.ts';
import { type Core, createCore, createMemory, type RNodeOptions, type Work } from '#test/emulator/rnode-core.ts';

export interface RNode extends Firmware {
  readonly faults: Faults;
  /** Its radio is on, so that it hears what comes. */
  readonly isOnAir: boolean;
  /** Pushes an error that nothing outside can cause. */
  complain(code: number): void;
}

const BOOT_MS = 1_000;
const HEALTH_MS = 10_000;
/** What the driver of the serial line holds while the firmware does something else. */
const MAX_UART_BYTES = 6_144;
const MAX_HEARD = 8;
const NEVER = Number.POSITIVE_INFINITY;

const tellHealth = ({ options: { battery, temperature }, say }: Core): void => {
  if (battery !== undefined) say(COMMAND.battery, [battery.state, battery.percent]);
  if (temperature !== undefined) say(COMMAND.temperature, [temperature + TEMPERATURE_OFFSET]);
};

const finish = (core: Core, work: Work): void => {
  core.work = undefined;
  switch (work.kind) {
    case 'booting':
      core.print(core.options.kind.bootText);
      core.say(COMMAND.reset, [RESET_BYTE]);
      core.memory.healthAt = core.now + HEALTH_MS;
      return;
    case 'blinking':
      return sayState(core);
    case 'sending':
      return frameWasSent(core, work.bytes, work.rest);
    case 'stalled':
      core.say(COMMAND.error, [ERROR.modemTimeout]);
      core.say(COMMAND.error, [ERROR.send]);
      return core.options.onRestart(core.now);
  }
};

const nextOf = (core: Core): number => {
  if (!core.isPowered || core.faults.isFrozen) return NEVER;
  if (core.work !== undefined) return core.work.until;
  const { memory } = core;
  if (memory.uart.length > 0 || memory.heard.length > 0) return core.now;
  return Math.min(memory.sampleAt, memory.statisticsAt, memory.healthAt, nextPoll(core));
};

/** One round of the firmware's loop, when something is due. */
const runLoop = (core: Core, readByte: (byte: number) => void): void => {
  const { memory, now, work } = core;
  if (work !== undefined) return finish(core, work);
  tellReceptions(core);
  const byte = memory.uart.shift();
  if (byte !== undefined) readByte(byte);
  else if (memory.sampleAt <= now) sampleLoad(core);
  else if (memory.statisticsAt <= now) tellStatistics(core);
  else if (memory.healthAt <= now) {
    memory.healthAt = now + HEALTH_MS;
    tellHealth(core);
  } else if (nextPoll(core) <= now) pollQueue(core);
};

export const createRNode = (options: RNodeOptions): RNode => {
  const core = createCore(options);
  let machine = createHostCommands(core);

  const advance = (now: number): void => {
    for (let next = nextOf(core); next <= now; next = nextOf(core)) {
      core.now = Math.max(core.now, next);
      runLoop(core, machine.feed);
    }
    core.now = Math.max(core.now, now);
  };
  const stop = (now: number): void => {
    core.now = now;
    core.isPowered = false;
    core.work = undefined;
    core.faults.isFrozen = false;
    options.seat.silence(now);
    options.seat.tune(undefined, now);
    core.memory = createMemory(options.dice);
    machine = createHostCommands(core);
  };

  return {
    faults: core.faults,
    complain: (code) => core.say(COMMAND.error, [code]),
    write: (bytes, now) => {
      advance(now);
      if (!core.isPowered || core.work?.kind === 'booting') return;
      core.memory.uart.push(...bytes.slice(0, MAX_UART_BYTES - core.memory.uart.length));
      advance(now);
    },
    hear: (reception, now) => {
      if (!core.isPowered) return;
      if (core.memory.heard.length < MAX_HEARD) core.memory.heard.push(reception);
      advance(now);
    },
    advance,
    take: core.take,
    stop,
    restart: (now) => {
      stop(now);
      core.isPowered = true;
      core.work = { kind: 'booting', until: now + BOOT_MS };
    },
    get isOnAir() {
      return core.memory.isOnline;
    },
    get next() {
      return nextOf(core);
    },
  };
};
