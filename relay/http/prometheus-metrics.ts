/**
 * The Metrics port (src/ports/metrics.ts) in Prometheus' text format. Labels are codes and kinds; a label that would make
 * too many series is counted as `other`.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Metrics } from '#ports/metrics.ts';

export interface PrometheusMetrics extends Metrics {
  text(): Promise<string>;
}

const MAX_NAMES = 200;
const MAX_LABELS = 100;

/** `bytes received` becomes `terminfunk_bytes_received`. */
const toSeries = (name: string): string => `terminfunk_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;

export const createPrometheusMetrics = (): PrometheusMetrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, { readonly counter: Counter; readonly byLabel: Map<string, Counter.Internal> }>();
  const gauges = new Map<string, Gauge>();

  const counterOf = (name: string) => {
    let known = counters.get(name);
    if (known === undefined && counters.size < MAX_NAMES) {
      const series = `${toSeries(name)}_total`;
      const counter = new Counter({ name: series, help: name, labelNames: ['code'], registers: [registry] });
      known = { counter, byLabel: new Map() };
      counters.set(name, known);
    }
    return known;
  };
  return {
    count: (name, label = '', by = 1) => {
      const known = counterOf(name);
      if (known === undefined) return;
      let labelled = known.byLabel.get(label);
      if (labelled === undefined) {
        const isRoom = known.byLabel.size < MAX_LABELS;
        labelled = known.counter.labels(isRoom ? label : 'other');
        if (isRoom) known.byLabel.set(label, labelled);
      }
      labelled.inc(by);
    },
    gauge: (name, value) => {
      let gauge = gauges.get(name);
      if (gauge === undefined && gauges.size < MAX_NAMES) {
        gauge = new Gauge({ name: toSeries(name), help: name, registers: [registry] });
        gauges.set(name, gauge);
      }
      gauge?.set(value);
    },
    text: () => registry.metrics(),
  };
};
