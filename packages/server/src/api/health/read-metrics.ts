import type { ApiDeps } from '../deps.ts'
import type { Answer } from '../route.ts'

/** The figures of this process, as Prometheus reads them. */
export async function readMetrics({ metrics }: Pick<ApiDeps, 'metrics'>): Promise<Answer> {
  return {
    status: 200,
    content: { type: metrics.contentType, bytes: await metrics.text() },
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  }
}
