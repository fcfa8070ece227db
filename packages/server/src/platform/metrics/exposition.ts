import type { Counter, Gauge, Registry } from 'prom-client'
import { metrics, type Metric, type MetricName } from './metrics-table.ts'

/** What a metric is at present: a number, or one for each value of its label. */
export type Reading = number | Iterable<readonly [string, number]>

/** How each metric of the table is read. Rooms count in plain numbers, so that counting costs nothing; they are read when somebody asks. */
export type Readings = { readonly [Name in MetricName]: () => Reading }

export interface Exposition {
  readonly contentType: string
  text(): Promise<string>
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** The metrics as Prometheus reads them. Its library is loaded when somebody asks, which on most machines is never. */
export function createExposition(readings: Readings): Exposition {
  let registry: Promise<Registry> | undefined
  return { contentType: CONTENT_TYPE, text: async () => (await (registry ??= registerAll(readings))).metrics() }
}

async function registerAll(readings: Readings): Promise<Registry> {
  const prometheus = await import('prom-client')
  const registry = new prometheus.Registry()
  for (const [name, metric] of Object.entries(metrics) as [MetricName, Metric][]) {
    const { kind, help, label } = metric
    const options = {
      ...{ name, help, labelNames: label === undefined ? [] : [label.name], registers: [registry] },
      collect(this: Counter | Gauge) {
        set(this, { metric, reading: readings[name]() })
      },
    }
    if (kind === 'counter') new prometheus.Counter(options)
    else new prometheus.Gauge(options)
  }
  return registry
}

function set(of: Counter | Gauge, { metric, reading }: { readonly metric: Metric; readonly reading: Reading }): void {
  of.reset()
  for (const [value, count] of typeof reading === 'number' ? [[undefined, reading] as const] : reading)
    of.inc(value === undefined ? {} : { [metric.label!.name]: value }, count)
}
