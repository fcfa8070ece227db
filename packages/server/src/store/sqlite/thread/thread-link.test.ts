import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ThreadLink } from './thread-link.ts'

/** A link to a thread that runs `source`, and what it dies of. */
function linkTo(source: string) {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-link-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const program = join(folder, 'program.mjs')
  writeFileSync(program, `import { parentPort } from 'node:worker_threads'\n${source}`)
  const death = Promise.withResolvers<Error>()
  const data = { folder, failpoint: undefined, time: undefined }
  const link = new ThreadLink<{ readonly kind: string; readonly value?: unknown }>({
    name: 'test',
    program,
    data,
    heapMbMax: 32,
    onDeath: death.resolve,
  })
  return { link, death: death.promise }
}

const READY = `parentPort.postMessage({ kind: 'ready' })`
const ECHO = `parentPort.on('message', ({ id, kind }) => parentPort.postMessage({ kind: 'answers', answers: [{ id, value: kind }] }))`

describe('a link to a thread', () => {
  it('gives each order its own answer, and ends the thread when it is closed', async () => {
    const { link } = linkTo(`${ECHO}\n${READY}`)
    await link.ready
    expect(await Promise.all([link.ask({ kind: 'a' }), link.ask({ kind: 'b' })])).toEqual(['a', 'b'])
    await link.close({ kind: 'close' })
    await expect(link.ask({ kind: 'c' })).rejects.toThrow('closed')
  })

  it.each([
    ['that throws', `setImmediate(() => { throw new Error('planted') })`, /planted/],
    ['that ends by itself', `setImmediate(() => process.exit(3))`, /ended with code 3/],
    [
      'that runs out of memory',
      `const kept = []\nsetImmediate(() => { for (;;) kept.push(new Array(100_000).fill(kept.length)) })`,
      /memory/,
    ],
  ])('a thread %s is noticed at once, and whoever waits hears of it instead of waiting for ever', async (_, dies, message) => {
    const { link, death } = linkTo(`parentPort.on('message', () => { ${dies} })\n${READY}`)
    await link.ready
    const waiting = link.ask({ kind: 'a' })
    waiting.catch(() => undefined)
    expect((await death).message).toMatch(message)
    await expect(waiting).rejects.toThrow(message)
  })

  it('an order that cannot cross is asked of nobody, and its number is free again', async () => {
    const { link } = linkTo(
      `parentPort.on('message', ({ id }) => parentPort.postMessage({ kind: 'answers', answers: [{ id, value: id }] }))\n${READY}`,
    )
    await link.ready
    for (let i = 0; i < 3; i++) expect(() => link.ask({ kind: 'odd', value: () => undefined })).toThrow('could not be cloned')
    expect(await Promise.all([link.ask({ kind: 'a' }), link.ask({ kind: 'b' })])).toEqual([0, 1])
  })

  it('a thread that cannot begin says why, and is no death', async () => {
    const error = { kind: 'sqlite', name: 'SqliteError', message: 'file is not a database', code: 'SQLITE_NOTADB', fields: [] }
    const { link } = linkTo(`parentPort.postMessage({ kind: 'failed', error: ${JSON.stringify(error)} })\nparentPort.close()`)
    await expect(link.ready).rejects.toMatchObject({ code: 'SQLITE_NOTADB', message: 'file is not a database' })
  })
})
