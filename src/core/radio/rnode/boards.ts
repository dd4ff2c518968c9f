/** Names for the ids that RNode firmware gives the boards it runs on (Boards.h of the firmware). docs/protocol/radio.md */
const NAMES = new Map([
  [0x31, 'RNode'],
  [0x32, 'hmbrw'],
  [0x33, 'LilyGO T-Beam'],
  [0x34, 'Adafruit Feather HUZZAH32'],
  [0x35, 'ESP32'],
  [0x36, 'LilyGO LoRa32 v2.0'],
  [0x37, 'LilyGO LoRa32 v2.1'],
  [0x38, 'Heltec LoRa32 v2'],
  [0x39, 'LilyGO LoRa32 v1.0'],
  [0x3a, 'Heltec LoRa32 v3'],
  [0x3c, 'Heltec Mesh Node T114'],
  [0x3f, 'Heltec LoRa32 v4'],
  [0x40, 'RNode NG 2.0'],
  [0x41, 'RNode NG 2.1'],
  [0x42, 'RNode NG 2.2 / LilyGO T3S3'],
  [0x44, 'LilyGO T-Echo'],
  [0x50, 'nRF52'],
  [0x51, 'RAK4631'],
]);

/** Undefined for a board that came after this list. */
export const boardName = (id: number): string | undefined => NAMES.get(id);
