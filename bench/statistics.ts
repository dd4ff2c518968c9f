/** Percentiles of samples, and how they are written. */
export const percentile = (samples: readonly number[], share: number): number => {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Three decimals: a thousandth of a millisecond is finer than any of these clocks. */
export const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

export const milliseconds = (value: number): string => `${value.toFixed(3)} ms`;

export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en-US')} a second`;
