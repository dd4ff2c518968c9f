/** Counters and gauges without any label that could name a person: only codes, kinds and sizes. */
export interface Metrics {
  count(name: string, label?: string, by?: number): void;
  gauge(name: string, value: number): void;
}
