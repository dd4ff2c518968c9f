/**
 * The clock of a page whose boards are on a bench that stands still until it is told to move: time passes for both by the same
 * steps, so that whatever is measured is the board's time, however long the machine takes for it.
 */
import type { Millis } from '#core/brand.ts';
import type { Clock } from '#ports/clock.ts';
import type { Cable } from '#test/emulator/cable.ts';
import type { Control } from '#test/emulator/control.ts';
import type { Addresses } from '#test/emulator/emulator.ts';
import { createSocketCable } from '#test/emulator/socket-cable.ts';

export interface BenchClock extends Clock {
  /** By the names of the boards. What they say is heard at the clock's time. */
  readonly cables: ReadonlyMap<string, Cable>;
  /** On to the next timer, or to the next thing that a board says. */
  step(): Promise<void>;
  close(): void;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

interface Answer {
  readonly now: number;
  readonly speaking?: readonly string[];
  readonly error?: string;
}

/** Where nobody waits for anything, the boards may still speak. */
const IDLE_MS = 1_000;
/** What promises and streams have to do takes tasks, and no time. */
const TASKS = 3;

const createTurn = (): (() => Promise<void>) => {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((done) => {
      waiting.push(done);
      port2.postMessage(undefined);
    });
};

const openControl = async (address: string) => {
  const socket = new WebSocket(address);
  const waiting: ((text: string) => void)[] = [];
  socket.onmessage = ({ data }: MessageEvent<string>) => waiting.shift()?.(data);
  await new Promise((done, failed) => {
    socket.onopen = done;
    socket.onerror = failed;
  });
  const ask = async (control: Control): Promise<Answer> => {
    const text = await new Promise<string>((done) => {
      waiting.push(done);
      socket.send(JSON.stringify(control));
    });
    const answer: Answer = JSON.parse(text);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  return { ask, close: () => socket.close() };
};

/** Bytes that come while time passes are heard when it has passed: two sockets do not say which of them was first. */
const createHold = () => {
  let held: (() => void)[] | undefined;
  const hear = (act: () => void): void => {
    if (held === undefined) act();
    else held.push(act);
  };
  const holding = (cable: Cable, onUsed: () => void): Cable => {
    let listener: Cable['listener'];
    cable.listener = {
      onBytes: (bytes) => hear(() => listener?.onBytes(bytes)),
      onLineError: (error) => hear(() => listener?.onLineError(error)),
      onChange: () => hear(() => listener?.onChange()),
    };
    const used =
      <A extends readonly unknown[], R>(use: (...given: A) => R) =>
      (...given: A): R => {
        onUsed();
        return use(...given);
      };
    return {
      get device() {
        return cable.device;
      },
      get isGranted() {
        return cable.isGranted;
      },
      look: used(cable.look),
      grant: used(cable.grant),
      open: used(cable.open),
      close: used(cable.close),
      write: used(cable.write),
      setSignals: used(cable.setSignals),
      get listener() {
        return listener;
      },
      set listener(next) {
        listener = next;
      },
    };
  };
  return {
    holding,
    hold: () => {
      held = [];
    },
    release: () => {
      const all = held ?? [];
      held = undefined;
      for (const act of all) act();
    },
  };
};

export const createBenchClock = async ({ control: address, boards }: Addresses): Promise<BenchClock> => {
  const control = await openControl(address);
  const turn = createTurn();
  const names = Object.keys(boards);
  /** Boards that have said something which is perhaps not here yet, or were asked something. */
  const busy = new Set<string>(names);
  const { holding, hold, release } = createHold();
  const sockets = new Map(names.map((name) => [name, createSocketCable(boards[name]?.socket ?? '')]));
  let { now } = await control.ask({ do: 'now' });
  const timers = new Set<Timer>();

  /** Lets all that is ready run to its end, here and on the way to the boards and back. */
  const settle = async (): Promise<void> => {
    do {
      const looking = [...busy];
      busy.clear();
      await Promise.all(looking.map((name) => sockets.get(name)?.look()));
      for (let task = 0; task < TASKS; task++) await turn();
    } while (busy.size > 0);
  };
  const fireOne = (): boolean => {
    const [first] = [...timers].filter(({ at }) => at <= now).toSorted((one, other) => one.at - other.at);
    if (first === undefined) return false;
    timers.delete(first);
    first.callback();
    return true;
  };

  return {
    cables: new Map(Array.from(sockets, ([name, cable]) => [name, holding(cable, () => busy.add(name))])),
    now: () => now as Millis,
    wakeAt: (at, callback) => {
      const timer = { at, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    step: async () => {
      await settle();
      if (fireOne()) return;
      const until = Math.min(now + IDLE_MS, ...Array.from(timers, ({ at }) => at));
      hold();
      const passed = await control.ask({ do: 'pass', until });
      now = passed.now;
      for (const name of passed.speaking ?? []) busy.add(name);
      release();
    },
    close: control.close,
  };
};
