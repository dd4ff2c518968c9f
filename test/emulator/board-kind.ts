/** Boards that an RNode is built on, as far as a host can tell them apart. */
export interface BoardKind {
  readonly platform: number;
  readonly mcu: number;
  readonly board: number;
  /** dBm, at most. */
  readonly maxPower: number;
  /** Hertz that the synthesiser steps in. */
  readonly frequencyStep: number;
  /** CHTM, PHY and CSMA are pushed, and airtime is counted and limited. */
  readonly hasStatistics: boolean;
  readonly usb: UsbIdentity;
  /** What comes before the firmware speaks. */
  readonly bootText: string;
}

export interface UsbIdentity {
  readonly vendor: number;
  readonly product: number;
}

const SX1276 = { maxPower: 17, frequencyStep: 32e6 / 2 ** 19 };
const SX1262 = { maxPower: 22, frequencyStep: 32e6 / 2 ** 25 };
const ESP32 = { platform: 0x80, mcu: 0x81, hasStatistics: true };
const ROM_TEXT = 'ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n';

export const BOARD_KINDS = {
  /** ESP32 and SX1276 behind a CP2102. */
  esp32: { ...ESP32, ...SX1276, board: 0x36, usb: { vendor: 0x10c4, product: 0xea60 }, bootText: ROM_TEXT },
  /** ESP32-S3 and SX1262 behind a CH340. */
  esp32ch340: { ...ESP32, ...SX1262, board: 0x3a, usb: { vendor: 0x1a86, product: 0x7523 }, bootText: ROM_TEXT },
  /** ESP32-S3 and SX1262 with a USB of its own. */
  esp32s3: {
    ...ESP32,
    ...SX1262,
    board: 0x42,
    usb: { vendor: 0x303a, product: 0x1001 },
    bootText: 'ESP-ROM:esp32s3-20210327\r\n',
  },
  /** nRF52840 and SX1262 with a USB of its own. */
  nrf52: {
    ...SX1262,
    platform: 0x70,
    mcu: 0x71,
    board: 0x51,
    hasStatistics: true,
    usb: { vendor: 0x239a, product: 0x8029 },
    bootText: '',
  },
  /** ATmega1284P and SX1276 behind an FT231X. */
  avr: {
    ...SX1276,
    platform: 0x90,
    mcu: 0x91,
    board: 0x31,
    hasStatistics: false,
    usb: { vendor: 0x0403, product: 0x6015 },
    bootText: '',
  },
} as const satisfies Readonly<Record<string, BoardKind>>;

export type BoardKindName = keyof typeof BOARD_KINDS;

/** Vendors of chips that stand between USB and a serial line. */
const BRIDGES: readonly number[] = [0x10c4, 0x1a86, 0x0403];

export const isBridge = ({ vendor }: UsbIdentity): boolean => BRIDGES.includes(vendor);
