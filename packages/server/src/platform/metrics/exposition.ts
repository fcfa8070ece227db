import { Counter, Gauge, Registry } from 'prom-client'
import { metrics, type Metric, type MetricName } from './metrics-table.ts'

/** What a metric is at present: a number, or one for each value of its label. */
export type Reading = number | Iterable<readonly [string, number]>

/** How each metric of the table is read. Rooms count in plain numbers, so that counting costs nothing; they are read when somebody asks. */
export type Readings = { readonly [Name in MetricName]: () => Reading }

export interface Exposition {
  readonly contentType: string
  text(): Promise<string>
}

/** The metrics as Prometheus reads them. */
export function createExposition(readings: Readings): Exposition {
  const registry = new Registry()
  for (const [name, metric] of Object.entries(metrics) as [MetricName, Metric][]) register(registry, name, { metric, read: readings[name] })
  return { contentType: registry.contentType, text: () => registry.metrics() }
}

function register(registry: Registry, name: MetricName, { metric, read }: { metric: Metric; read: () => Reading }): void {
  const { kind, help, label } = metric
  const set = (metricOf: Counter | Gauge) => {
    metricOf.reset()
    const reading = read()
    for (const [value, count] of typeof reading === 'number' ? [[undefined, reading] as const] : reading)
      metricOf.inc(value === undefined ? {} : { [label!.name]: value }, count)
  }
  const options = { name, help, labelNames: label === undefined ? [] : [label.name], registers: [registry] }
  if (kind === 'counter')
    new Counter({
      ...options,
      collect: function () {
        set(this)
      },
    })
  else
    new Gauge({
      ...options,
      collect: function () {
        set(this)
      },
    })
}
