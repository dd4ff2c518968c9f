/** The build's name, 16 hex characters: the hash of all sources (scripts/source-hash.mjs). Set by vite. */
declare const __BUILD__: string;
