/** What needs a page of its own: it fills the screen, lies over everything, or says something of the whole device. */
export const ALONE = [
  'screen',
  'desk',
  'loading',
  'failed',
  'menu',
  'ask-again',
  'kiosk',
  'skip-link',
  'offline',
  'never-online',
] as const;
export type Alone = (typeof ALONE)[number];

export const parseAlone = (text: string | null): Alone | undefined => ALONE.find((one) => one === text);
