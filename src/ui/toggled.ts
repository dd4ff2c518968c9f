/** Adds or takes out one value, keeping the order of the list it comes from. */
export const toggled = <T extends string | number>(
  order: readonly T[],
  values: readonly T[],
  value: T,
  on: boolean,
): T[] => order.filter((item) => (item === value ? on : values.includes(item)));
