import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeMasterKey, readMasterKey } from './master-key.ts'
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
  it('is made for its owner only, with the folder, and found at the next start', async () => {
    const folder = join(await newFolder(), 'deep', 'data')
    const made = await makeMasterKey(folder, random)
    expect(made).toMatchObject({ kind: 'key' })
    expect((await stat(join(folder, 'master.key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['master.key'])
    expect(await readMasterKey(folder)).toEqual(made)
  })

  it('is not made by looking for it', async () => {
    const folder = await newFolder()
    expect(await readMasterKey(folder)).toEqual({ kind: 'none' })
    expect(await readMasterKey(join(folder, 'not-there'))).toEqual({ kind: 'none' })
    expect(await readdir(folder)).toEqual([])
  })

  it('is one, when many processes start at once', async () => {
    const folder = await newFolder()
    const made = await Promise.all(Array.from({ length: 20 }, () => makeMasterKey(folder, random)))
    expect(new Set(made.map((found) => found.kind === 'key' && found.key.id)).size).toBe(1)
    expect(await readdir(folder)).toEqual(['master.key'])
  })

  it.each([0o644, 0o640, 0o604, 0o660])('is refused when its mode is %o, and says how to mend it', async (mode) => {
    const folder = await newFolder()
    await makeMasterKey(folder, random)
    await chmod(join(folder, 'master.key'), mode)
    expect(await readMasterKey(folder)).toMatchObject({ kind: 'unusable', reason: expect.stringContaining('chmod 600') })
  })

  it('is never replaced, not even when it is damaged', async () => {
    const folder = await newFolder()
    await writeFile(join(folder, 'master.key'), '', { mode: 0o600 })
    expect(await makeMasterKey(folder, random)).toMatchObject({ kind: 'unusable', reason: expect.stringContaining('backup') })
    expect(await readFile(join(folder, 'master.key'), 'utf8')).toBe('')
  })
})
