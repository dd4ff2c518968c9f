/** What is asked of an RNode until its radio is on, one step after the other. docs/protocol/radio.md */
import type { BoardEffect, BoardFault, BoardIdentity, BoardSetting, BoardSettings } from '#core/radio/board.ts';
import { type Channel, checkChannel } from '#core/radio/channel.ts';
import { boardName } from '#core/radio/rnode/boards.ts';
import type { RnodeCommand } from '#core/radio/rnode/command.ts';
import type { RnodeReply } from '#core/radio/rnode/reply.ts';
import type { SubBand } from '#core/radio/sub-band.ts';

export interface Step {
  readonly ask: readonly RnodeCommand[];
  /** How long an answer may take, in milliseconds. */
  readonly patience: number;
  /** How often it is asked, once unless said otherwise: serial lines lose bytes. */
  readonly tries?: number;
  readonly effect?: BoardEffect;
  /** Undefined while something is still awaited. */
  readonly take?: (reply: RnodeReply) => Outcome | undefined;
  /** Undefined when the step was to wait; `heard`: whether a byte ever came. */
  readonly unanswered: (heard: boolean) => BoardFault | undefined;
}
export type Outcome = { readonly effects: readonly BoardEffect[] } | { readonly fault: BoardFault };

/** Boot text passes meanwhile. */
const SETTLE_MS = 2_000;
const PROBE_MS = 1_000;
const RESET_MS = 10_000;
const SETTING_MS = 500;
const ON_MS = 3_000;
/** After ON the firmware is not ready to send. */
const PAUSE_MS = 500;
const TRIES = 3;

const NEEDED = { major: 1, minor: 52 } as const;
/** The synthesiser's steps: a frequency is snapped to one. */
const FREQUENCY_TOLERANCE_HZ = 100;
/** Locks are kept as fractions, which come back rounded. */
const LOCK_TOLERANCE = 1;
const UNLOCKED = 10_000;
/** Of a thousandth of an hour. */
const LOCK_PER_MILLE = 10;

const DONE: Outcome = { effects: [] };
const wait = (patience: number): Step => ({ ask: [], patience, unanswered: () => undefined });

const versionText = ({ major, minor }: { readonly major: number; readonly minor: number }): string =>
  `${major}.${String(minor).padStart(2, '0')}`;
const isOld = ({ major, minor }: { readonly major: number; readonly minor: number }): boolean =>
  major < NEEDED.major || (major === NEEDED.major && minor < NEEDED.minor);

/** Detection, firmware, platform and processor in one write, and the board, which older firmware does not know. */
const identify = (): Step => {
  const known = new Map<RnodeReply['kind'], RnodeReply>();
  const identity = (): BoardIdentity | undefined => {
    const [firmware, board] = [known.get('firmware'), known.get('board')];
    if (firmware?.kind !== 'firmware' || !known.has('detected') || !known.has('platform') || !known.has('mcu'))
      return undefined;
    return { name: board?.kind === 'board' ? boardName(board.id) : undefined, firmware: versionText(firmware) };
  };
  return {
    ask: [{ kind: 'board' }, { kind: 'detect' }, { kind: 'firmware' }, { kind: 'platform' }, { kind: 'mcu' }],
    patience: PROBE_MS,
    tries: 2,
    take: (reply) => {
      known.set(reply.kind, reply);
      if (reply.kind === 'firmware' && isOld(reply)) {
        return { fault: { kind: 'too-old', firmware: versionText(reply), needed: versionText(NEEDED) } };
      }
      const found = identity();
      return found && { effects: [{ kind: 'identified', identity: found }] };
    },
    unanswered: (heard) => ({ kind: known.has('detected') ? 'stalled' : heard ? 'no-radio' : 'silent' }),
  };
};

const restart = (): Step => ({
  ask: [{ kind: 'reset' }],
  patience: RESET_MS,
  effect: { kind: 'resetting' },
  take: (reply) => (reply.kind === 'restarted' ? DONE : undefined),
  unanswered: () => ({ kind: 'stalled' }),
});

/** A setting that was told, and that comes back within `tolerance` of it. */
const set = (
  setting: BoardSetting,
  ask: RnodeCommand,
  asked: number,
  read: (reply: RnodeReply) => number | undefined,
  tolerance = 0,
): Step => ({
  ask: [ask],
  patience: SETTING_MS,
  tries: TRIES,
  take: (reply) => {
    if (reply.kind === 'error' && reply.error === 'init') return { fault: { kind: 'radio-broken' } };
    if (reply.kind !== setting) return undefined;
    const got = read(reply);
    const isTaken = got !== undefined && Math.abs(got - asked) <= tolerance;
    return isTaken ? DONE : { fault: { kind: 'not-taken', setting, asked, got } };
  },
  unanswered: () => ({ kind: 'not-taken', setting, asked, got: undefined }),
});

const hertz = (reply: RnodeReply): number | undefined => ('hz' in reply ? reply.hz : undefined);
/** A lock that was lifted comes back as 0. */
const hundredths = (reply: RnodeReply): number | undefined =>
  'hundredths' in reply ? reply.hundredths || UNLOCKED : undefined;

const settings = ({ centreHz, bandwidthHz, powerDbm, sf, cr }: Channel, { perMille }: SubBand): readonly Step[] => [
  set('frequency', { kind: 'frequency', hz: centreHz }, centreHz, hertz, FREQUENCY_TOLERANCE_HZ),
  set('bandwidth', { kind: 'bandwidth', hz: bandwidthHz }, bandwidthHz, hertz),
  set('tx-power', { kind: 'tx-power', dbm: powerDbm }, powerDbm, (reply) =>
    reply.kind === 'tx-power' ? reply.dbm : undefined,
  ),
  set('spreading-factor', { kind: 'spreading-factor', sf }, sf, (reply) =>
    reply.kind === 'spreading-factor' ? reply.sf : undefined,
  ),
  set('code-rate', { kind: 'code-rate', cr }, cr, (reply) => (reply.kind === 'code-rate' ? reply.cr : undefined)),
  set('short-lock', { kind: 'short-lock', hundredths: UNLOCKED }, UNLOCKED, hundredths, LOCK_TOLERANCE),
  set('long-lock', lockOf(perMille), perMille * LOCK_PER_MILLE, hundredths, LOCK_TOLERANCE),
];
const lockOf = (perMille: number): RnodeCommand => ({ kind: 'long-lock', hundredths: perMille * LOCK_PER_MILLE });

/** Says twice that it is on, and first perhaps that it still is off. */
const turnOn = (): Step => ({
  ask: [{ kind: 'state', on: true }],
  patience: ON_MS,
  take: (reply) => {
    if (reply.kind === 'error' && (reply.error === 'init' || reply.error === 'modem')) {
      return { fault: { kind: 'radio-broken' } };
    }
    return reply.kind === 'state' && reply.on ? DONE : undefined;
  },
  unanswered: () => ({ kind: 'stays-off' }),
});

/** Only once the radio is on does it say the frequency that it truly is on. */
const confirmFrequency = (channel: Channel): Step => ({
  ask: [{ kind: 'frequency' }],
  patience: SETTING_MS,
  tries: TRIES,
  take: (reply) => {
    if (reply.kind !== 'frequency') return undefined;
    const { hz } = reply;
    if (hz === undefined || Math.abs(hz - channel.centreHz) > FREQUENCY_TOLERANCE_HZ) {
      return { fault: { kind: 'not-taken', setting: 'frequency', asked: channel.centreHz, got: hz } };
    }
    const tuned = { ...channel, centreHz: hz };
    const lawful = checkChannel(tuned);
    return lawful.ok
      ? { effects: [{ kind: 'on', channel: tuned, dutyShare: lawful.value.perMille / 1000 }] }
      : { fault: { kind: 'unlawful', refusal: lawful.code } };
  },
  unanswered: () => ({ kind: 'not-taken', setting: 'frequency', asked: channel.centreHz, got: undefined }),
});

export const startUp = ({ channel, reset }: BoardSettings): Step[] => {
  const subBand = checkChannel(channel);
  if (!subBand.ok) throw new RangeError(`no radio is set to this channel: ${subBand.code}`);
  return [
    wait(SETTLE_MS),
    identify(),
    ...(reset ? [restart()] : []),
    ...settings(channel, subBand.value),
    turnOn(),
    wait(PAUSE_MS),
    confirmFrequency(channel),
  ];
};
