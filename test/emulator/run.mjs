// `npm run --silent emulator -- [--board JSON]... [--seed N] [--speed X] [--port N] [--loss SHARE]`: emulated radio boards on
// loopback sockets, until it is told to end. Prints their addresses as one line of JSON.
import process from 'node:process';
import { withBuilt } from '../../scripts/load-built.mjs';
import { ROOT } from '../../scripts/source-hash.mjs';

process.chdir(ROOT);
process.exitCode = await withBuilt('test/emulator/main', (emulator) => emulator.runEmulator(process.argv.slice(2)));
