import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '#platform'
import { LazyReads } from './lazy-reads.ts'

const program = `
import { parentPort, workerData } from 'node:worker_threads'
import { existsSync } from 'node:fs'
const error = { kind: 'other', name: 'Error', message: 'no file', fields: [] }
if (existsSync(workerData.folder + '/there')) {
  parentPort.on('message', ({ id }) => parentPort.postMessage({ kind: 'answers', answers: [{ id, value: [{ n: 1 }] }] }))
  parentPort.postMessage({ kind: 'ready' })
} else {
  parentPort.postMessage({ kind: 'failed', error })
  parentPort.close()
}`

function openReads() {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-reads-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'program.mjs'), program)
  const deaths: Error[] = []
  const data = { folder, failpoint: undefined, time: undefined }
  const link = { name: 'reads', program: join(folder, 'program.mjs'), data, onDeath: (error: Error) => void deaths.push(error) }
  const reads = new LazyReads({ link, clock: systemClock })
  return { reads, deaths, canBegin: () => writeFileSync(join(folder, 'there'), '') }
}

it('a thread that could not begin is not kept: reads go on when it can', async () => {
  const { reads, deaths, canBegin } = openReads()
  await expect(reads.read('select 1', [])).rejects.toThrow('no file')
  canBegin()
  expect(await reads.read('select 1', [])).toEqual([{ n: 1 }])
  await reads.close()
  expect(deaths).toEqual([])
})

it('one that cannot begin while it is closed keeps nobody from closing what comes behind it', async () => {
  const { reads } = openReads()
  const reading = reads.read('select 1', [])
  await reads.close()
  await expect(reading).rejects.toThrow('no file')
})
