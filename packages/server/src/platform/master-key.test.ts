import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadOrMakeMasterKey } from './master-key.ts'
import { systemRandom } from './random.ts'

const random = systemRandom()
const folders: string[] = []
const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-key-'))
  folders.push(folder)
  return folder
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

describe('the master key of a data folder', () => {
  it('is made at the first start, for its owner only, and found at the next', async () => {
    const folder = join(await newFolder(), 'deep', 'data')
    const first = await loadOrMakeMasterKey(folder, random)
    expect(first).toMatchObject({ ok: true, made: true })
    expect((await stat(join(folder, 'master.key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['master.key'])
    expect(await loadOrMakeMasterKey(folder, random)).toEqual({ ...first, made: false })
  })

  it('is one, when many processes start at once', async () => {
    const folder = await newFolder()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => loadOrMakeMasterKey(folder, random)))
    expect(new Set(outcomes.map((outcome) => outcome.ok && outcome.key.id)).size).toBe(1)
    expect(outcomes.filter((outcome) => outcome.ok && outcome.made)).toHaveLength(1)
    expect(await readdir(folder)).toEqual(['master.key'])
  })

  it.each([0o644, 0o640, 0o604, 0o660])('is refused when its mode is %o, and told how to mend it', async (mode) => {
    const folder = await newFolder()
    await loadOrMakeMasterKey(folder, random)
    await chmod(join(folder, 'master.key'), mode)
    expect(await loadOrMakeMasterKey(folder, random)).toMatchObject({ ok: false, reason: expect.stringContaining('chmod 600') })
  })

  it('is never replaced, not even when it is damaged', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'master.key'), '', { mode: 0o600 })
    expect(await loadOrMakeMasterKey(folder, random)).toMatchObject({ ok: false, reason: expect.stringContaining('backup') })
    expect(await readFile(join(folder, 'master.key'), 'utf8')).toBe('')
  })
})
