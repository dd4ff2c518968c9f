/** What a test may do to boards and air while they run, as messages on a WebSocket. */
import type { LineError } from '#test/emulator/cable.ts';
import type { Faults } from '#test/emulator/faults.ts';
import type { Pace } from '#test/emulator/pace.ts';
import type { RNode } from '#test/emulator/rnode.ts';
import type { Workbench } from '#test/emulator/workbench.ts';

/** `call` comes back with the answer. */
export type ControlMessage = { readonly call?: number } & Control;

export type Control =
  | { readonly do: 'unplug' | 'plug' | 'restart'; readonly board: string }
  | { readonly do: 'fault'; readonly board: string; readonly faults: Partial<Faults> }
  | { readonly do: 'complain'; readonly board: string; readonly code: number }
  | { readonly do: 'disturb'; readonly board: string; readonly error: LineError }
  | { readonly do: 'move'; readonly board: string; readonly x: number; readonly y: number }
  | { readonly do: 'loss'; readonly from: string; readonly to: string; readonly share: number }
  | { readonly do: 'look'; readonly board: string }
  | { readonly do: 'pass'; readonly until: number }
  | { readonly do: 'now' };

/** What comes back, beside the time. */
type Seen = { readonly isOnAir?: boolean; readonly speaking?: readonly string[] };

const rnodeOf = (workbench: Workbench, name: string): RNode => {
  const rnode = workbench.rnode(name);
  if (rnode === undefined) throw new Error(`${name} is no RNode`);
  return rnode;
};

const perform = (workbench: Workbench, control: Exclude<Control, { do: 'pass' }>, now: number): Seen | undefined => {
  switch (control.do) {
    case 'unplug':
    case 'plug':
    case 'restart':
      workbench.board(control.board)[control.do](now);
      return;
    case 'fault':
      Object.assign(rnodeOf(workbench, control.board).faults, control.faults);
      return;
    case 'complain':
      rnodeOf(workbench, control.board).complain(control.code);
      return;
    case 'disturb':
      workbench.disturb(control.board, control.error);
      return;
    case 'move':
      workbench.ether.move(control.board, control);
      return;
    case 'loss':
      workbench.ether.setLoss(control.from, control.to, control.share);
      return;
    case 'look':
      return { isOnAir: rnodeOf(workbench, control.board).isOnAir };
    case 'now':
      return;
    default:
      throw new Error(`there is no ${JSON.stringify(control)}`);
  }
};

/** One message in, its answer out: the bench's time and what was seen, or why not. */
export const answerControl = (workbench: Workbench, pace: Pace, text: string): string => {
  let call: number | undefined;
  try {
    const message: ControlMessage = JSON.parse(text);
    call = message.call;
    const seen: Seen | undefined =
      message.do === 'pass'
        ? { speaking: pace.pass(message.until) }
        : pace.act((now) => perform(workbench, message, now));
    return JSON.stringify({ call, now: pace.now(), ...seen });
  } catch (error) {
    return JSON.stringify({ call, error: String(error) });
  }
};
