import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-make-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('makes all that leads to it, for its owner alone, and takes what is there', () => {
  makeFolder(join(folder, 'a/b/c'))
  makeFolder(join(folder, 'a/b/c'))
  for (const made of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, made)).mode & 0o777).toBe(0o700)
})

it('says what stands in its place: a file, or a link that leads nowhere', () => {
  makeFolder(folder)
  writeFileSync(join(folder, 'file'), '')
  symlinkSync(join(folder, 'gone'), join(folder, 'link'))
  expect(() => makeFolder(join(folder, 'file'))).toThrow(/EEXIST/)
  expect(() => makeFolder(join(folder, 'file/a'))).toThrow(/ENOTDIR/)
  for (const below of ['link', 'link/a', 'link/a/b']) expect(() => makeFolder(join(folder, below))).toThrow(/EEXIST|ENOENT/)
})

it.skipIf(process.platform !== 'linux')('comes back where the system makes no folder', () => {
  for (const place of ['/proc/nothing', '/proc/nothing/below']) expect(() => makeFolder(place)).toThrow(/ENOENT|EACCES|EPERM/)
})
