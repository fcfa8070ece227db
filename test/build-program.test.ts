import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
// @ts-expect-error: plain JavaScript, which runs on the machine's own Node.
import { removeOld } from '../scripts/build-program.mjs'
import { createProduct } from './support/product.ts'

test('a build that a process holds stays, whatever its age, and of the others the youngest; the mark of a dead process goes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-builds-'))
  try {
    for (const [age, name] of ['newest', 'b', 'c', 'd', 'left', 'held'].entries()) {
      mkdirSync(join(folder, name))
      utimesSync(join(folder, name), 1_700_000_000 - age, 1_700_000_000 - age)
    }
    const dead = spawnSync(process.execPath, ['--version']).pid
    writeFileSync(join(folder, `held.held.${process.pid}`), '')
    writeFileSync(join(folder, `left.held.${dead}`), '')
    ;(removeOld as (folder: string, name: string) => void)(folder, 'newest')
    expect(readdirSync(folder).toSorted()).toEqual(['b', 'c', 'd', 'held', `held.held.${process.pid}`, 'newest'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('`serve` holds the build that it runs from until it ends', async () => {
  const dist = fileURLToPath(new URL('../packages/cli/dist/', import.meta.url))
  const product = await createProduct()
  try {
    await product.start()
    const mark = readdirSync(dist).find((name) => name.endsWith(`.held.${product.pid}`))
    expect(existsSync(join(dist, mark!.split('.')[0]!, 'posthorn.js'))).toBe(true)
    await product.stop()
    expect(existsSync(join(dist, mark!))).toBe(false)
  } finally {
    await product.remove()
  }
})
