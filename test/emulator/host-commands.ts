/** What an emulated RNode does with each command of its host. */
import type { AirtimeLock } from '#test/emulator/air-ledger.ts';
import { type ByteMachine, createByteMachine } from '#test/emulator/byte-machine.ts';
import { ASK, COMMAND, DETECT_ANSWER, DETECT_REQUEST, ERROR, RESET_BYTE } from '#test/emulator/codes.ts';
import { applySettings, sayPhy, sayState, turnOff, turnOn } from '#test/emulator/modem.ts';
import { fourBytes, twoBytes } from '#test/emulator/reply.ts';
import type { Core } from '#test/emulator/rnode-core.ts';

type OnByte = readonly [number, (value: number) => void];
type OnWord = readonly [number, { readonly length: number; readonly act: (value: number) => void }];

const LATEST: readonly [number, number] = [1, 0x56];

const byteSetting = (
  core: Core,
  command: number,
  key: 'power' | 'sf' | 'cr',
  [least, most]: readonly [number, number],
): OnByte => [
  command,
  (value) => {
    const { settings } = core.memory;
    if (value !== ASK) {
      settings[key] = Math.min(Math.max(value, least), most);
      applySettings(core);
      if (key !== 'power') sayPhy(core);
    }
    core.say(command, [settings[key]]);
  },
];

const wordSetting = (core: Core, command: number, key: 'frequency' | 'bandwidthHz'): OnWord => [
  command,
  {
    length: 4,
    act: (value) => {
      const { settings } = core.memory;
      if (value !== 0) {
        settings[key] = value;
        applySettings(core);
        if (key === 'bandwidthHz') sayPhy(core);
      }
      core.say(command, fourBytes(settings[key]));
    },
  },
];

const lock = (core: Core, command: number, limit: AirtimeLock): OnWord => [
  command,
  {
    length: 2,
    act: (value) => {
      limit.set(value);
      core.say(command, twoBytes(limit.hundredths));
    },
  },
];

const setState = (core: Core, value: number): void => {
  if (value === 1) return turnOn(core);
  if (value === 0) turnOff(core);
  if (value === 0 || value === ASK) sayState(core);
};

const endPacket = (core: Core): void => {
  const { memory, options, now } = core;
  if (memory.queue.close()) memory.pollAt = Math.max(memory.pollAt, now);
  else if (options.tellsFullQueue ?? true) core.say(COMMAND.error, [ERROR.queueFull]);
};

/** Of LEAVE the firmware's display takes notice, and nothing else. */
export const createHostCommands = (core: Core): ByteMachine => {
  const { memory, options } = core;
  const { kind } = options;
  const answer = (command: number, values: readonly number[]): OnByte => [command, () => core.say(command, values)];
  return createByteMachine({
    onByte: new Map([
      byteSetting(core, COMMAND.power, 'power', [0, kind.maxPower]),
      byteSetting(core, COMMAND.spreadingFactor, 'sf', [5, 12]),
      byteSetting(core, COMMAND.codingRate, 'cr', [5, 8]),
      answer(COMMAND.firmware, options.firmware ?? LATEST),
      answer(COMMAND.platform, [kind.platform]),
      answer(COMMAND.mcu, [kind.mcu]),
      answer(COMMAND.board, [kind.board]),
      [COMMAND.state, (value) => setState(core, value)],
      [COMMAND.detect, (value) => void (value === DETECT_REQUEST && core.say(COMMAND.detect, [DETECT_ANSWER]))],
      [COMMAND.ready, () => core.say(COMMAND.ready, [memory.queue.isFull ? 0 : 1])],
      [COMMAND.reset, (value) => void (value === RESET_BYTE && options.onRestart(core.now))],
    ]),
    onWord: new Map([
      wordSetting(core, COMMAND.frequency, 'frequency'),
      wordSetting(core, COMMAND.bandwidth, 'bandwidthHz'),
      lock(core, COMMAND.shortLock, memory.shortLock),
      lock(core, COMMAND.longLock, memory.longLock),
      [COMMAND.romWrite, { length: 2, act: () => core.say(COMMAND.error, [ERROR.romLocked]) }],
    ]),
    onDataByte: (byte) => memory.queue.push(byte),
    onDataEnd: () => endPacket(core),
  });
};
