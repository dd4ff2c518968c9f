/**
 * The browser's own window in which a person chooses a device on USB: what they choose, every page of this app may use from
 * then on (https://wicg.github.io/serial/). Only in windows of Chromium, and only at a click.
 */
interface ChoosableSerial {
  requestPort(): Promise<unknown>;
  getPorts(): Promise<readonly { getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number } }[]>;
}

/** What a device on USB says it is: its maker's number, and the maker's number for it. */
export interface UsbId {
  readonly vendor: number;
  readonly product: number | undefined;
}

const serial = (): ChoosableSerial | undefined =>
  'serial' in navigator ? (navigator.serial as ChoosableSerial) : undefined;

export const canChoosePort = (): boolean => serial() !== undefined;

/** False when the person chose nothing. */
export const choosePort = async (): Promise<boolean> => {
  try {
    await serial()?.requestPort();
    return true;
  } catch {
    return false;
  }
};

/** What is plugged in and was chosen, each kind once. */
export const chosenUsbIds = async (): Promise<readonly UsbId[]> => {
  const ports = (await serial()?.getPorts()) ?? [];
  const ids = ports.flatMap((port): UsbId[] => {
    const { usbVendorId: vendor, usbProductId: product } = port.getInfo();
    return vendor === undefined ? [] : [{ vendor, product }];
  });
  return [...new Map(ids.map((id) => [`${id.vendor}:${id.product}`, id])).values()];
};
