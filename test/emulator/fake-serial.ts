/** navigator.serial as Web Serial specifies it (section 3), over cables to emulated boards. */
import type { Cable, CableDevice } from '#test/emulator/cable.ts';
import { FakeSerialPort } from '#test/emulator/fake-serial-port.ts';

export interface PortFilter {
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
}

export interface FakeSerialOptions {
  readonly cables: readonly Cable[];
  /** Whether the port chooser exists: in a window, not in a worker. */
  readonly hasChooser: boolean;
  /** Whether a person just did something: the chooser needs that. */
  readonly isUserActive?: () => boolean;
}

/** The person at the chooser takes the first board that fits, and closes it where there is none. */
const fits = ({ usbVendorId, usbProductId }: CableDevice, filters: readonly PortFilter[] | undefined): boolean =>
  filters === undefined ||
  filters.length === 0 ||
  filters.some(
    (filter) => filter.usbVendorId === usbVendorId && (filter.usbProductId ?? usbProductId) === usbProductId,
  );

const requireVendors = (filters: readonly PortFilter[] = []): void => {
  if (filters.some(({ usbVendorId }) => usbVendorId === undefined)) throw new TypeError('A filter names a vendor.');
};

/** The event goes to the port and from there to navigator.serial, where it has the port as its target. */
const announce = (type: 'connect' | 'disconnect', port: FakeSerialPort, serial: EventTarget): void => {
  port.dispatchEvent(new Event(type, { bubbles: true }));
  const event = new Event(type, { bubbles: true });
  Object.defineProperty(event, 'target', { value: port });
  serial.dispatchEvent(event);
};

export class FakeSerial extends EventTarget {
  onconnect: ((event: Event) => void) | null = null;
  ondisconnect: ((event: Event) => void) | null = null;
  /** Only where there is a chooser, as in a browser. */
  readonly requestPort:
    | ((options?: { readonly filters?: readonly PortFilter[] }) => Promise<FakeSerialPort>)
    | undefined;
  readonly #cables: readonly Cable[];
  readonly #ports = new Map<Cable, FakeSerialPort>();

  constructor({ cables, hasChooser, isUserActive = () => true }: FakeSerialOptions) {
    super();
    this.#cables = cables;
    for (const type of ['connect', 'disconnect'] as const) {
      this.addEventListener(type, (event) => this[`on${type}`]?.(event));
    }
    for (const cable of cables) this.#plugIn(cable);
    this.requestPort = hasChooser ? (options) => this.#choose(isUserActive, options?.filters) : undefined;
  }

  async getPorts(): Promise<FakeSerialPort[]> {
    await Promise.all(this.#cables.map((cable) => cable.look()));
    return this.#cables.flatMap((cable) => (cable.isGranted ? (this.#portOf(cable) ?? []) : []));
  }

  async #choose(isUserActive: () => boolean, filters: readonly PortFilter[] | undefined): Promise<FakeSerialPort> {
    requireVendors(filters);
    if (!isUserActive()) throw new DOMException('Must be handling a user gesture.', 'SecurityError');
    await Promise.all(this.#cables.map((cable) => cable.look()));
    const chosen = this.#cables.find(({ device }) => device !== undefined && fits(device, filters));
    if (chosen === undefined) throw new DOMException('No port selected by the user.', 'NotFoundError');
    await chosen.grant(true);
    const port = this.#portOf(chosen);
    if (port === undefined) throw new DOMException('No port selected by the user.', 'NotFoundError');
    return port;
  }

  #portOf(cable: Cable): FakeSerialPort | undefined {
    const known = this.#ports.get(cable);
    if (known !== undefined || cable.device === undefined) return known;
    const port = new FakeSerialPort(cable, cable.device, () => {
      this.#ports.delete(cable);
      return cable.grant(false);
    });
    this.#ports.set(cable, port);
    return port;
  }

  #plugIn(cable: Cable): void {
    let wasThere = cable.device !== undefined;
    // What is there when the page begins is no news.
    let isKnown = false;
    void cable.look().then(() => {
      wasThere = cable.device !== undefined;
      isKnown = true;
    });
    cable.listener = {
      onBytes: (bytes) => this.#ports.get(cable)?.take(bytes),
      onLineError: (error) => this.#ports.get(cable)?.takeLineError(error),
      onChange: () => {
        const isThere = cable.device !== undefined;
        if (!isKnown || isThere === wasThere) return;
        wasThere = isThere;
        if (isThere) this.#arrive(cable);
        else this.#leave(cable);
      },
    };
  }

  #arrive(cable: Cable): void {
    const port = cable.isGranted ? this.#portOf(cable) : undefined;
    if (port !== undefined) announce('connect', port, this);
  }

  #leave(cable: Cable): void {
    const port = this.#ports.get(cable);
    this.#ports.delete(cable);
    if (port === undefined) return;
    port.lose();
    announce('disconnect', port, this);
  }
}
