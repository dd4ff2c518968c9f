/** How many things are new, for the number on the app's icon. The program says how it is shown (main.ts). */
export const badge = { show: (_count: number): void => undefined };
