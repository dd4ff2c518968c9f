/**
 * A conversation with RNode firmware over an open serial line: who is there, a restart that empties its queue, every setting
 * told and read back, the radio on; then what it hears, until it fails. Pure: bytes and time go in, effects come out. Whatever
 * goes wrong ends it; whoever holds the line closes it and begins another one. docs/protocol/radio.md
 */
import type { Millis } from '#core/brand.ts';
import { concatBytes } from '#core/bytes/compare.ts';
import { rnodeAirtime } from '#core/radio/airtime.ts';
import type {
  BoardEffect,
  BoardFault,
  BoardSession,
  BoardSettings,
  ChannelReport,
  HeardFrame,
} from '#core/radio/board.ts';
import { createKissDecoder } from '#core/radio/kiss.ts';
import { encodeRnodeCommand, type RnodeCommand } from '#core/radio/rnode/command.ts';
import { type ChannelReply, decodeRnodeReply, type RnodeReply } from '#core/radio/rnode/reply.ts';
import { type Step, startUp } from '#core/radio/rnode/start-up.ts';

/** A board that says nothing, or nothing that it can mean, is asked whether it is there, asked again, and given up. */
const QUIET_MS = 1_000;
const ASK_AGAIN_MS = 500;
const STALLED_MS = 2_500;
/**
 * A frame that is not on air by then is given up; what is left of MAX_HELD_MS is for the restart that empties the board's
 * queue.
 */
const HELD_MS = 6_000;
/** Nothing tells that a frame was sent. But meanwhile the serial line is silent: an answer that took so much of it came after. */
const SILENT_SHARE = 0.5;
/** Between an answer and the next question, of the frame's airtime and in milliseconds: it may begin meanwhile. */
const PAUSE_SHARE = 0.25;
const MAX_PAUSE_MS = 20;

/** A frame that was handed over. */
interface Flight {
  readonly heldAt: Millis;
  readonly airtime: Millis;
  /** When the board was asked last whether it is there, and whether for the second time; undefined once it has answered. */
  readonly asked: { readonly at: Millis; readonly isRepeated: boolean } | undefined;
}
const NEVER = Number.POSITIVE_INFINITY as Millis;
const WHOLE = 10_000;

const encode = (commands: readonly RnodeCommand[]): Uint8Array =>
  concatBytes(
    ...commands.map((command) => {
      const encoded = encodeRnodeCommand(command);
      if (!encoded.ok) throw new RangeError(`${command.kind}: ${encoded.code}`);
      return encoded.value;
    }),
  );

const toReport = ({ airtimeLong, loadShort, loadLong, rssiDbm, noiseDbm }: ChannelReply): ChannelReport => ({
  airtimeHour: airtimeLong / WHOLE,
  loadShort: loadShort / WHOLE,
  loadHour: loadLong / WHOLE,
  rssiDbm,
  noiseDbm,
});

/** RSSI and SNR come before the frame that they are of. */
const createReception = () => {
  let [rssiDbm, snrDb]: [number | undefined, number | undefined] = [undefined, undefined];
  return (reply: RnodeReply): HeardFrame | undefined => {
    if (reply.kind === 'rssi') rssiDbm = reply.dbm;
    if (reply.kind === 'snr') snrDb = reply.db;
    if (reply.kind !== 'data') return undefined;
    const frame = { data: reply.data, rssiDbm, snrDb };
    [rssiDbm, snrDb] = [undefined, undefined];
    return frame;
  };
};

/** A channel that the law refuses is a bug of the caller's and throws: see checkChannel. */
export const createRnodeSession = (settings: BoardSettings): BoardSession => {
  const decoder = createKissDecoder();
  const reception = createReception();
  const steps = startUp(settings);
  let effects: BoardEffect[] = [];
  let phase: 'starting' | 'on' | 'failed' = 'starting';
  let step: Step | undefined;
  let tries = 0;
  let heardAnything = false;
  let heardAt = 0 as Millis;
  let next = NEVER;
  let flight: Flight | undefined;

  const fail = (fault: BoardFault): void => {
    phase = 'failed';
    next = NEVER;
    effects.push({ kind: 'failed', fault });
  };
  const ask = (now: Millis, { ask: commands, patience }: Step): void => {
    tries++;
    next = (now + patience) as Millis;
    if (commands.length > 0) effects.push({ kind: 'write', bytes: encode(commands) });
  };
  const goOn = (now: Millis): void => {
    step = steps.shift();
    tries = 0;
    if (step !== undefined) {
      if (step.effect !== undefined) effects.push(step.effect);
      return ask(now, step);
    }
    phase = 'on';
    heardAt = now;
    next = (now + QUIET_MS) as Millis;
  };
  const patienceOver = (now: Millis): void => {
    if (step === undefined) return;
    if (tries < (step.tries ?? 1)) return ask(now, step);
    const fault = step.unanswered(heardAnything);
    if (fault === undefined) goOn(now);
    else fail(fault);
  };
  const write = (...commands: readonly RnodeCommand[]): void => {
    effects.push({ kind: 'write', bytes: encode(commands) });
  };
  const send = (now: Millis, data: Uint8Array): void => {
    if (phase !== 'on' || flight !== undefined)
      throw new RangeError('a board sends one frame at a time, while it is on');
    const airtime = rnodeAirtime(settings.channel, data.length);
    flight = { heldAt: now, airtime, asked: { at: now, isRepeated: false } };
    write({ kind: 'data', data }, { kind: 'ready' });
    next = (now + airtime + QUIET_MS) as Millis;
  };
  const takeReady = (now: Millis): void => {
    if (flight?.asked === undefined) return;
    const { asked, airtime, heldAt } = flight;
    if (now - asked.at >= SILENT_SHARE * airtime) {
      flight = undefined;
      effects.push({ kind: 'sent' });
      next = (now + QUIET_MS) as Millis;
    } else if (now >= heldAt + HELD_MS) {
      fail({ kind: 'held-back' });
    } else {
      flight = { ...flight, asked: undefined };
      next = (now + Math.min(PAUSE_SHARE * airtime, MAX_PAUSE_MS)) as Millis;
    }
  };
  const watchFlight = (now: Millis, { airtime, asked }: Flight): void => {
    // Longer than the frame is on air: the line has lost a question or its answer, or the board hangs.
    const isRepeated = asked !== undefined;
    if (asked?.isRepeated) return fail({ kind: 'stalled' });
    flight = flight && { ...flight, asked: { at: now, isRepeated } };
    write({ kind: 'ready' });
    next = (now + (isRepeated ? STALLED_MS - QUIET_MS : airtime + QUIET_MS)) as Millis;
  };
  const watch = (now: Millis): void => {
    if (flight !== undefined) return watchFlight(now, flight);
    if (now >= heardAt + STALLED_MS) return fail({ kind: 'stalled' });
    write({ kind: 'ready' });
    next = (now + ASK_AGAIN_MS) as Millis;
  };

  const takeInStep = (now: Millis, reply: RnodeReply): void => {
    const outcome = step?.take?.(reply);
    if (outcome === undefined) return;
    if ('fault' in outcome) return fail(outcome.fault);
    effects.push(...outcome.effects);
    goOn(now);
  };
  const takeWhileOn = (now: Millis, reply: RnodeReply): void => {
    const frame = reception(reply);
    if (reply.kind === 'ready') takeReady(now);
    else if (frame !== undefined) effects.push({ kind: 'heard', frame });
    else if (reply.kind === 'channel') effects.push({ kind: 'report', report: toReport(reply) });
    else if (reply.kind === 'restarted' || (reply.kind === 'state' && !reply.on)) fail({ kind: 'restarted' });
    else if (reply.kind === 'error' && reply.error === 'modem') fail({ kind: 'radio-broken' });
  };
  const take = (now: Millis, bytes: Uint8Array): void => {
    heardAnything ||= bytes.length > 0;
    for (const frame of decoder.push(bytes)) {
      const reply = decodeRnodeReply(frame);
      if (!reply.ok || phase === 'failed') continue;
      heardAt = now;
      if (phase === 'on' && flight === undefined) next = (now + QUIET_MS) as Millis;
      if (phase === 'on') takeWhileOn(now, reply.value);
      else takeInStep(now, reply.value);
    }
  };

  return {
    handle: (now, event) => {
      effects = [];
      if (phase === 'failed') return effects;
      if (event.kind === 'opened') goOn(now);
      else if (event.kind === 'bytes') take(now, event.bytes);
      else if (event.kind === 'send') send(now, event.data);
      else if (now >= next && phase === 'on') watch(now);
      else if (now >= next) patienceOver(now);
      return effects;
    },
    get next() {
      return next;
    },
  };
};
