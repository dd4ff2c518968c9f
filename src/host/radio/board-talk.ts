/** One conversation with the board at a serial plug, from opening its line to closing it. */
import type { BoardEffect, BoardEvent, BoardFault, BoardSession } from '#core/radio/board.ts';
import type { Clock } from '#ports/clock.ts';
import type { SerialLine, SerialPlug, SerialSignals } from '#ports/serial.ts';

/** `lost`: the line is gone, or nobody wants it any more. */
export type TalkEnd = BoardFault | 'lost';

export interface Talk {
  readonly ended: Promise<TalkEnd>;
  /** One frame, while the board is on air; see BoardEvent. */
  send(data: Uint8Array): void;
  stop(): void;
}

export interface TalkParts {
  readonly plug: SerialPlug;
  readonly signals: SerialSignals;
  readonly session: BoardSession;
  readonly clock: Clock;
  readonly onEffect: (effect: BoardEffect) => void;
}

export const talk = ({ plug, signals, session, clock, onEffect }: TalkParts): Talk => {
  let line: SerialLine | undefined;
  let cancelWake = (): void => undefined;
  let end = (_end: TalkEnd): void => undefined;
  const over = new Promise<TalkEnd>((resolve) => {
    end = resolve;
  });

  const handle = (event: BoardEvent): void => {
    for (const effect of session.handle(clock.now(), event)) {
      if (effect.kind === 'write') line?.write(effect.bytes);
      else if (effect.kind === 'failed') end(effect.fault);
      else onEffect(effect);
    }
    cancelWake();
    if (Number.isFinite(session.next)) cancelWake = clock.wakeAt(session.next, () => handle({ kind: 'wake' }));
  };
  const converse = async (): Promise<TalkEnd> => {
    const opened = await plug.open({ onBytes: (bytes) => handle({ kind: 'bytes', bytes }), onLost: () => end('lost') });
    if (!opened.ok) return opened.code === 'busy' ? { kind: 'busy' } : 'lost';
    line = opened.value;
    try {
      await line.setSignals(signals);
      handle({ kind: 'opened' });
      return await over;
    } finally {
      // A line that stays open is nobody's, and cannot be opened again.
      cancelWake();
      await line.close();
    }
  };
  return { ended: converse(), send: (data) => handle({ kind: 'send', data }), stop: () => end('lost') };
};
