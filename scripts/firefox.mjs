// Where the smoke test finds a Firefox.
import { existsSync } from 'node:fs';
import process from 'node:process';

const PLACES = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'];

/** The path of a Firefox: `FIREFOX` if set, else the first of the usual places that has one. @returns {string | undefined} */
export const findFirefox = () => process.env.FIREFOX ?? PLACES.find((path) => existsSync(path));
