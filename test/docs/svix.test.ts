import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOperations } from '@posthorn/contract'
import { expect, test } from 'vitest'
import { codeBlocks, readPage, root } from './markdown.ts'

const page = readPage('docs/svix.md')

test('svix.md claims to be better only where a test shows it, and names the file', () => {
  const table = page.slice(page.indexOf('## What is better'), page.indexOf('## Many messages'))
  const rows = table.split('\n').filter((line) => /^\| (?!\|)/.test(line) && !line.startsWith('| | Svix'))
  expect(rows.length).toBeGreaterThan(10)
  for (const row of rows) {
    const files = [
      ...row
        .split('|')
        .at(-2)!
        .matchAll(/`([^`]+\.test\.ts)`/g),
    ].map(([, file]) => file!)
    expect(files.length, row).toBeGreaterThan(0)
    // A second file of a cell stands beside the first.
    const folder = files[0]!.slice(0, files[0]!.lastIndexOf('/') + 1)
    const paths = files.map((file) => (file.includes('/') ? file : folder + file))
    for (const path of paths) expect(existsSync(join(root, path)) || existsSync(join(root, 'packages/server/src', path)), path).toBe(true)
  }
})

test('svix.md shows the answer of a batch as the contract has it', () => {
  const sample = codeBlocks(page).find(({ text }) => text.includes('"accepted"'))!.text
  expect(messageOperations.createBatch.answers[200].strict().safeParse(JSON.parse(sample)).success).toBe(true)
})
