/**
 * The metrics of all workers as one text: each series with the number of its worker, those of one metric together, as the format of
 * Prometheus has it.
 */
export function mergeFigures(texts: ReadonlyMap<number, string>): string {
  const metrics = new Map<string, { head: string[]; series: string[] }>()
  for (const [worker, text] of texts) {
    let metric: { head: string[]; series: string[] } | undefined
    let isNew = false
    for (const line of text.split('\n')) {
      if (line === '') continue
      if (line.startsWith('# HELP ')) {
        const name = line.split(' ', 3)[2]!
        isNew = !metrics.has(name)
        metric = metrics.get(name) ?? { head: [], series: [] }
        metrics.set(name, metric)
      }
      if (!line.startsWith('#')) metric?.series.push(withWorker(line, worker))
      else if (isNew) metric?.head.push(line)
    }
  }
  return [...metrics.values()].map(({ head, series }) => [...head, ...series, ''].join('\n')).join('\n')
}

function withWorker(series: string, worker: number): string {
  return /^\w+\{/.test(series) ? series.replace('{', `{worker="${worker}",`) : series.replace(' ', `{worker="${worker}"} `)
}
