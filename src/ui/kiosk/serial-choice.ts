/**
 * The browser's own window in which a person chooses a device on USB: what they choose, every page of this app may use from
 * then on (https://wicg.github.io/serial/). Only in windows of Chromium, and only at a click.
 */
interface ChoosableSerial {
  requestPort(): Promise<unknown>;
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
