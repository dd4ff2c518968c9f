/**
 * What a kiosk's machine tells Chrome, Chromium or Edge, as the file of a managed policy. Names and shapes are those of
 * Chromium's definitions (components/policy/resources/templates/policy_definitions), the same as on
 * https://chromeenterprise.google/policies/.
 */
import { BRIDGE_VENDORS, NATIVE_VENDORS } from '#core/radio/usb-vendors.ts';
import type { UsbId } from '#ui/kiosk/serial-choice.ts';

const ALL_VENDORS: readonly UsbId[] = [...BRIDGE_VENDORS, ...NATIVE_VENDORS].map((vendor) => ({
  vendor,
  product: undefined,
}));

/** Lists and records with nothing but plain values in them: each is shown on one line. */
const INNERMOST = /\{[^[\]{}]*\}|\[[^[\]{}]*\]/g;

/** `origin`: this app's; `boards`: those that are known, or none. */
export const browserPolicy = (origin: string, boards: readonly UsbId[]): string => {
  const named = boards.length > 0 ? boards : ALL_VENDORS;
  // A number that is left out stands for all products of the vendor.
  const devices = named.map(({ vendor, product }) => ({ vendor_id: vendor, product_id: product }));
  const policy = {
    SerialAllowUsbDevicesForUrls: [{ devices, urls: [origin] }],
    VideoCaptureAllowedUrls: [origin],
    CookiesAllowedForUrls: [origin],
    PasswordManagerEnabled: false,
    TranslateEnabled: false,
  };
  return JSON.stringify(policy, undefined, 2).replaceAll(INNERMOST, (part) => part.replaceAll(/\s+/g, ' '));
};
