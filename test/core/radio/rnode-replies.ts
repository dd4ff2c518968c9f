import { createWriter, type Writer } from '#core/bytes/writer.ts';
import type { KissFrame } from '#core/radio/kiss.ts';
import type { RnodeReply } from '#core/radio/rnode/reply.ts';

/** What a board would send for a reply, written from the table in docs/protocol/radio.md and not from the decoder. */
export const replyFrame = (reply: RnodeReply): KissFrame => {
  const frame = (command: number, write: (writer: Writer) => Writer): KissFrame => ({
    command,
    data: write(createWriter()).finish(),
  });
  switch (reply.kind) {
    case 'detected':
      return frame(0x08, (w) => w.u8(0x46));
    case 'restarted':
      return frame(0x55, (w) => w.u8(0xf8));
    case 'firmware':
      return frame(0x50, (w) => w.u8(reply.major).u8(reply.minor));
    case 'platform':
      return frame(0x48, (w) => w.u8({ nrf52: 0x70, esp32: 0x80, avr: 0x90, other: 0xff }[reply.platform]));
    case 'mcu':
      return frame(0x49, (w) => w.u8({ nrf52: 0x71, esp32: 0x81, other: 0xff }[reply.mcu]));
    case 'board':
      return frame(0x47, (w) => w.u8(reply.id));
    case 'frequency':
      return frame(0x01, (w) => w.u32(reply.hz ?? 0));
    case 'bandwidth':
      return frame(0x02, (w) => w.u32(reply.hz ?? 0));
    case 'tx-power':
      return frame(0x03, (w) => w.u8(reply.dbm ?? 0xff));
    case 'spreading-factor':
      return frame(0x04, (w) => w.u8(reply.sf ?? 0));
    case 'code-rate':
      return frame(0x05, (w) => w.u8(reply.cr ?? 0));
    case 'short-lock':
      return frame(0x0b, (w) => w.u16(reply.hundredths));
    case 'long-lock':
      return frame(0x0c, (w) => w.u16(reply.hundredths));
    case 'state':
      return frame(0x06, (w) => w.u8(reply.on ? 1 : 0));
    case 'ready':
      return frame(0x0f, (w) => w.u8(reply.ready ? 1 : 0));
    case 'rssi':
      return frame(0x23, (w) => w.u8(reply.dbm + 157));
    case 'snr':
      return frame(0x24, (w) => w.u8((reply.db * 4) & 0xff));
    case 'data':
      return frame(0x00, (w) => w.bytes(reply.data));
    case 'channel':
      return frame(0x25, (w) => {
        w.u16(reply.airtimeShort).u16(reply.airtimeLong).u16(reply.loadShort).u16(reply.loadLong);
        const interference = reply.interferenceDbm === undefined ? 0xff : reply.interferenceDbm + 157;
        return w
          .u8(reply.rssiDbm + 157)
          .u8(reply.noiseDbm + 157)
          .u8(interference);
      });
    case 'phy':
      return frame(0x26, (w) => {
        w.u16(reply.symbolMicros).u16(reply.baud).u16(reply.preambleSymbols);
        return w.u16(reply.preambleMs).u16(reply.slotMs).u16(reply.difsMs);
      });
    case 'csma':
      return frame(0x28, (w) => w.u8(reply.band).u8(reply.min).u8(reply.max));
    case 'battery':
      return frame(0x27, (w) => w.u8(reply.state).u8(reply.percent));
    case 'temperature':
      return frame(0x29, (w) => w.u8(reply.celsius + 120));
    case 'error': {
      const codes = { init: 1, send: 2, 'eeprom-locked': 3, 'queue-full': 4, 'memory-low': 5, modem: 6, other: 99 };
      return frame(0x90, (w) => w.u8(codes[reply.error]));
    }
  }
};
