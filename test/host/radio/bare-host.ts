/** A host that sends whatever it is given, and keeps all that its board hears. */
import { DEFAULT_CHANNEL } from '#core/radio/channel.ts';
import { BOARD_DRIVERS } from '#core/radio/drivers.ts';
import { watchBoard } from '#host/radio/board-watch.ts';
import type { Clock } from '#ports/clock.ts';
import type { SerialPorts } from '#ports/serial.ts';

export const createBareHost = (clock: Clock, ports: SerialPorts) => {
  const standings: string[] = [];
  let last: string | undefined;
  const heard: Uint8Array[] = [];
  let transmit = (_data: Uint8Array): void => undefined;
  const watch = watchBoard({
    ports,
    clock,
    channel: DEFAULT_CHANNEL,
    drivers: BOARD_DRIVERS,
    air: {
      attach: (_channel, _airtime, send) => {
        transmit = send;
      },
      wasSent: () => undefined,
      heard: ({ data }) => heard.push(data),
      detach: () => undefined,
    },
    onChange: () => {
      const standing = watch.standing();
      const said = standing.kind === 'failed' ? standing.fault.kind : standing.kind;
      if (last !== said) standings.push(said);
      last = said;
    },
  });
  return { ...watch, standings, heard, send: (data: Uint8Array) => transmit(data) };
};
