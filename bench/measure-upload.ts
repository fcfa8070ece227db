import { createHash, randomBytes } from 'node:crypto'
import { accountFor } from './account.ts'
import { median } from './percentile.ts'
import { createApplication, createListener, fileHashes } from './provision.ts'
import type { Row } from './table.ts'
import type { Workbench } from './workbench.ts'

const FILE_BYTES = 10 * 1024 * 1024

/** From the first byte of a form with one file of 10 MB to its 202, behind which the file is synced and its entry kept. */
export async function measureUpload({ product, pace, engine }: Workbench): Promise<Row> {
  const app = 'upload'
  await createApplication(product, app)
  const path = await createListener(product, app, { uid: 'forms', mode: 'at_once' })
  const hashes: string[] = []
  const values: number[] = []
  const residentMb = product.residentMb()
  // The first one warms up.
  for (let round = 0; round <= pace.rounds; round++) {
    const content = randomBytes(FILE_BYTES)
    const form = new FormData()
    form.append('file', new Blob([content]), 'file.bin')
    const startedAt = performance.now()
    const answer = await fetch(`http://127.0.0.1:${product.port}${path}`, { method: 'POST', body: form })
    await answer.arrayBuffer()
    const tookMs = performance.now() - startedAt
    if (answer.status !== 202) throw new Error(`The upload was answered ${answer.status}.`)
    hashes.push(createHash('sha256').update(content).digest('hex'))
    if (round > 0) values.push(tookMs)
  }
  const perSecond = (FILE_BYTES / 1024 / 1024 / median(values)) * 1000
  return {
    ...{ measure: 'one 10 MB multipart upload, to its 202', engine, values, unit: 'ms', goal: 1000, aim: 300, higherIsBetter: false },
    behind: `${perSecond.toFixed(0)} MB/s; memory +${(product.residentMb() - residentMb).toFixed(0)} MB`,
    accounts: [accountFor('files by their hash', { accepted: hashes, found: await fileHashes(product, app) })],
  }
}
