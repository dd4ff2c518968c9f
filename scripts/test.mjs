// `npm test`: sets up what the checks need, then runs all of them. Works on a clean checkout.
import { installBrowsers, installDependencies } from './setup.mjs';

installDependencies();
// Without a browser its stages fail, and say so; the others still run.
installBrowsers();
await import('./verify.mjs');
