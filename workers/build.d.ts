/** The hash of the sources that this build was made from (vite.config.ts). */
declare const __BUILD__: string;
