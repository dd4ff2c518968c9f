/**
 * The link to the next station on the way to the internet: what waits here goes over it, and answers come back. Dialled when the
 * way is known, dialled anew when it is lost, and given up where this station has internet itself.
 */
import type { Millis, StationId } from '#core/brand.ts';
import type { LinkCapability } from '#core/domain/link-capability.ts';
import type { AirView } from '#engine/air/air.ts';
import type { Driver } from '#host/driver.ts';
import type { AirTransport } from '#host/radio/air-links.ts';
import type { Clock } from '#ports/clock.ts';
import type { Link } from '#ports/transport.ts';

export interface UpLink {
  /** The way may be another now. */
  look(): void;
  stop(): void;
}

export interface UpLinkParts {
  readonly transport: Pick<AirTransport, 'dial'>;
  readonly attach: Driver['attach'];
  readonly capability: LinkCapability;
  readonly air: () => AirView | undefined;
  /** Steady. */
  readonly clock: Clock;
}

/** Nobody says when a way ends. */
const LOOK_EVERY_MS = 15_000;
/** One that was lost, or refused, is not dialled again at once. */
const REDIAL_MS = 30_000;
/** A link is kept for so long although another station would be nearer: a new one costs airtime at both ends. */
const SETTLED_MS = 300_000;

export const createUpLink = ({ transport, attach, capability, air, clock }: UpLinkParts): UpLink => {
  let current: { readonly station: StationId; readonly link: Link; readonly since: number } | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  let cancelWake = (): void => undefined;

  const ended = (station: StationId): void => {
    if (current?.station !== station) return;
    current = undefined;
    notBefore = clock.now() + REDIAL_MS;
  };
  const dial = (station: StationId): void => {
    const link = attach((handlers) => {
      const onEnd: typeof handlers.onEnd = (reason) => {
        ended(station);
        handlers.onEnd(reason);
      };
      return transport.dial(station, { ...handlers, onEnd });
    }, capability);
    current = { station, link, since: clock.now() };
  };
  const look = (): void => {
    if (isStopped) return;
    const view = air();
    const isOver = view?.way === 0 || (view?.up !== undefined && view.up !== current?.station);
    if (current !== undefined && isOver && (view?.way === 0 || clock.now() - current.since > SETTLED_MS))
      current.link.close('closed');
    if (current === undefined && view?.up !== undefined && clock.now() >= notBefore) dial(view.up);
  };
  const lookAgain = (): void => {
    look();
    cancelWake = clock.wakeAt((clock.now() + LOOK_EVERY_MS) as Millis, lookAgain);
  };
  lookAgain();

  return {
    look,
    stop: () => {
      isStopped = true;
      cancelWake();
    },
  };
};
