/** The text that an operator gives to Chrome, against the shapes in Chromium's policy definitions. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { browserPolicy } from '#ui/kiosk/browser-policy.ts';

const ORIGIN = 'https://relay.example.org';
const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff));
/** SerialAllowUsbDevicesForUrls.yaml, VideoCaptureAllowedUrls.yaml, CookiesAllowedForUrls.yaml, PasswordManagerEnabled.yaml, TranslateEnabled.yaml. */
const schema = v.strictObject({
  SerialAllowUsbDevicesForUrls: v.array(
    v.strictObject({
      devices: v.array(v.strictObject({ vendor_id: id, product_id: v.optional(id) })),
      urls: v.array(v.string()),
    }),
  ),
  VideoCaptureAllowedUrls: v.array(v.string()),
  CookiesAllowedForUrls: v.array(v.string()),
  PasswordManagerEnabled: v.boolean(),
  TranslateEnabled: v.boolean(),
});
const read = (text: string) => v.parse(schema, JSON.parse(text));

test('a board that is known is named, and no other', () => {
  const policy = read(browserPolicy(ORIGIN, [{ vendor: 0x10c4, product: 0xea60 }]));
  expect(policy).toEqual({
    SerialAllowUsbDevicesForUrls: [{ devices: [{ vendor_id: 4292, product_id: 60000 }], urls: [ORIGIN] }],
    VideoCaptureAllowedUrls: [ORIGIN],
    CookiesAllowedForUrls: [ORIGIN],
    PasswordManagerEnabled: false,
    TranslateEnabled: false,
  });
});

test('without one, the makers of all usual boards', () => {
  const [rule] = read(browserPolicy(ORIGIN, [])).SerialAllowUsbDevicesForUrls;
  expect(rule?.devices.map((device) => device.vendor_id.toString(16))).toEqual(['10c4', '1a86', '403', '239a', '303a']);
  expect(rule?.devices.some((device) => 'product_id' in device)).toBe(false);
});

test('a device that does not say what it is stands for all of its maker', () => {
  const [rule] = read(browserPolicy(ORIGIN, [{ vendor: 0x303a, product: undefined }])).SerialAllowUsbDevicesForUrls;
  expect(rule?.devices).toEqual([{ vendor_id: 0x303a }]);
});

test.each(['http://127.0.0.1:8080', 'http://[::1]:8080'])(
  'each device stands on one line, and %s as it is',
  (origin) => {
    const boards = [
      { vendor: 0x10c4, product: 0xea60 },
      { vendor: 0x239a, product: 0x8029 },
    ];
    const text = browserPolicy(origin, boards);
    expect(text).toContain('        { "vendor_id": 4292, "product_id": 60000 },\n');
    expect(read(text).CookiesAllowedForUrls).toEqual([origin]);
  },
);
