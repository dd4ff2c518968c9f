/** What a benchmark prints for people: one line of its table. The numbers for programs are its result. */
export interface Row {
  readonly what: string;
  readonly value: string;
  readonly goal?: string;
}

export type Report = (row: Row) => void;
