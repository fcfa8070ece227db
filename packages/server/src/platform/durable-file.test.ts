import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writeDurably } from './durable-file.ts'
import { systemRandom } from './random.ts'

const random = systemRandom()

function inFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-durable-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, path: join(folder, 'master.key') }
}

it('what is there already stays, or is replaced, and nothing else is left', async () => {
  const { folder, path } = inFolder()
  expect(await writeDurably({ path, text: 'one', random }, 'once')).toBe(true)
  expect(await writeDurably({ path, text: 'two', random }, 'once')).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('one')
  expect(await writeDurably({ path, text: 'three', random }, 'replace')).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('three')
  expect(readdirSync(folder)).toEqual(['master.key'])
})

it('a write that fails leaves no draft, which would hold what only its owner may read', async () => {
  const { folder, path } = inFolder()
  // Neither a rename nor a text can replace a folder; what is no text cannot be written.
  mkdirSync(join(path, 'in'), { recursive: true })
  await expect(writeDurably({ path, text: 'key', random }, 'replace')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
  const other = join(folder, 'store.id')
  await expect(writeDurably({ path: other, text: Symbol('no text') as never, random }, 'once')).rejects.toThrow(TypeError)
  expect(readdirSync(folder)).toEqual(['master.key'])
})
