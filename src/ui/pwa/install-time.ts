/** A person who comes back that often wants it at hand. */
const OFTEN = 3;

/** May the app be offered for installing now? Never to somebody who said no, nor before they had something of it. */
export const isTimeToInstall = (known: {
  readonly visits: number;
  readonly requests: number;
  readonly declined: boolean;
}): boolean => !known.declined && (known.requests > 0 || known.visits >= OFTEN);
