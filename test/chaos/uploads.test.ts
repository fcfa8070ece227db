import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProduct, hangUp, type Product } from '../support/product.ts'
import { freshDatabase } from '../support/postgres.ts'
import { uploadFailpoints } from './failpoints.ts'

const MINUTES_MS = 600_000
/** Around the commit of its request as well. */
const places = [...uploadFailpoints, 'accept.before_commit', 'accept.after_commit']
/** Places behind which the request is there. */
const kept = ['upload.before_keep', 'upload.after_keep', 'accept.after_commit']

const contents = [Buffer.alloc(700_000, 'first'), Buffer.alloc(70_000, 'second')]
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function send({ url }: Product): Promise<number | undefined> {
  const form = new FormData()
  form.append('title', 'x')
  for (const [i, content] of contents.entries()) form.append('file', new Blob([content]), `${i}.bin`)
  const answer = await fetch(`${url}/in/forms/a`, { method: 'POST', body: form, headers: hangUp }).catch(() => undefined)
  return answer?.status
}

interface Entry {
  readonly id: string
  readonly sha256: string
  readonly requestId: string
}

const list = async (product: Product) => (await product.api<{ data: Entry[] }>('GET', '/app/forms/entry')).data

async function hashOf({ url, apiKey }: Product, id: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/app/forms/entry/${id}/content`, { headers: { authorization: `Bearer ${apiKey}`, ...hangUp } })
  return sha256(new Uint8Array(await answer.arrayBuffer()))
}

/** Kills at the place, starts again, and says what is there. */
async function killAt(place: string, databaseUrl?: string) {
  const product = await createProduct({ databaseUrl })
  try {
    // Nothing before the form passes the place.
    await product.start({ POSTHORN_FAILPOINT: place })
    await product.api('POST', '/app', { uid: 'forms', name: 'Forms' })
    await product.api('POST', '/app/forms/listener', { name: 'A', suffix: '/a', auth: { kind: 'none' } })
    const told = await send(product)
    await product.ended
    await product.start()
    const before = await list(product)
    const hashes = await Promise.all(before.map(({ id }) => hashOf(product, id)))
    const again = await send(product)
    const after = await list(product)
    await product.stop()
    const folder = join(product.folder, 'files')
    const onDisk =
      databaseUrl === undefined ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()) : null
    return {
      told,
      again,
      before: before.length,
      whole: hashes.every((hash, i) => hash === before[i]!.sha256),
      after: after.length,
      names: onDisk?.map(({ name }) => name).toSorted() ?? null,
      ids: after.map(({ id }) => id).toSorted(),
      incoming: databaseUrl === undefined ? readdirSync(join(folder, 'incoming')) : [],
    }
  } finally {
    await product.remove()
  }
}

describe.concurrent('killed while a form with files comes', () => {
  test.for(places)(
    'on SQLite at %s: neither a file without its entry nor an entry without its file is left',
    { timeout: MINUTES_MS },
    async (place, { expect }) => {
      const report = await killAt(place)
      const had = kept.includes(place) ? 2 : 0
      expect(report).toMatchObject({ again: 202, before: had, whole: true, after: had + 2, incoming: [] })
      expect(report.names).toEqual(report.ids)
      // Behind the commit somebody may have been told; before it nobody was.
      if (had === 0) expect(report.told).toBeUndefined()
    },
  )

  test.for(places)('on PostgreSQL at %s: no entry is left without its bytes', { timeout: MINUTES_MS }, async (place, { expect }) => {
    const database = await freshDatabase()
    try {
      const report = await killAt(place, database.url)
      const had = kept.includes(place) ? 2 : 0
      expect(report).toMatchObject({ again: 202, before: had, whole: true, after: had + 2 })
    } finally {
      await database.drop()
    }
  })
})
