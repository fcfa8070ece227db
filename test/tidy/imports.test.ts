import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultOfImport } from './import-rules.ts'
import { importsOf, place, root, sourceFile, sourceFiles } from './source-files.ts'

test('every import in the source is one that architecture.ts names', () => {
  const faults = sourceFiles().flatMap((file) =>
    importsOf(file).flatMap(({ specifier, line }) => {
      const fault = faultOfImport(file.path, specifier)
      return fault ? [`${place(file, line)} imports '${specifier}': ${fault}`] : []
    }),
  )
  expect(faults).toEqual([])
})

test('reads imports in every form that the language has', () => {
  const text = `import '#a'\nimport type { B } from '#b'\nexport * from '#c'\nconst d = await import('#d')\ntype E = import('#e').E\n`
  const found = importsOf(sourceFile('x.ts', text))
  expect(found.map(({ specifier, line }) => `${specifier}:${line}`).sort()).toEqual(['#a:1', '#b:2', '#c:3', '#d:4', '#e:5'])
})

/** Violations of each kind: where, what, and whether a pattern of the linter can see it too. */
const planted = [
  { path: 'packages/server/src/delivery/planted.ts', specifier: '#api', linter: true },
  { path: 'packages/server/src/delivery/deep/down/planted.ts', specifier: '#flows', linter: true },
  { path: 'packages/server/src/ingest/planted.ts', specifier: '#store/sqlite', linter: true },
  { path: 'packages/server/src/ingest/planted.test.ts', specifier: '#store/session', linter: true },
  { path: 'packages/server/src/platform/planted.ts', specifier: '@posthorn/contract', linter: true },
  { path: 'packages/server/src/store/planted.ts', specifier: '#coordination', linter: true },
  { path: 'packages/server/src/coordination/planted.ts', specifier: '#ingest', linter: true },
  { path: 'packages/server/src/store/planted.ts', specifier: 'pg', linter: true },
  { path: 'packages/server/src/store/postgres/planted.ts', specifier: 'better-sqlite3', linter: true },
  { path: 'packages/server/src/flows/planted.ts', specifier: 'undici', linter: true },
  { path: 'packages/server/src/api/planted.ts', specifier: 'kysely', linter: true },
  { path: 'packages/server/src/api/planted.ts', specifier: '#store/testing', linter: true },
  { path: 'packages/server/src/main.ts', specifier: '#api/endpoint', linter: true },
  { path: 'packages/contract/src/planted.ts', specifier: '@posthorn/sdk', linter: true },
  { path: 'packages/cli/src/planted.ts', specifier: '@posthorn/contract', linter: true },
  { path: 'packages/server/src/flows/planted.ts', specifier: '../delivery/lanes/scheduler.ts', linter: false },
  { path: 'packages/server/src/flows/planted.ts', specifier: '../main/ground.ts', linter: false },
  { path: 'packages/server/src/store/planted.ts', specifier: './sqlite/index.ts', linter: false },
  { path: 'packages/server/src/store/planted.ts', specifier: './testing/index.ts', linter: false },
  { path: 'packages/server/src/flows/planted.ts', specifier: '../../../contract/src/index.ts', linter: false },
  { path: 'packages/server/src/store/planted.ts', specifier: '../../test/store/memory/model.ts', linter: false },
  { path: 'packages/server/test/planted.ts', specifier: '#store/session', linter: true },
  { path: 'packages/server/test/store/planted.ts', specifier: '../../src/store/schema.ts', linter: false },
  { path: 'test/planted.ts', specifier: '../packages/server/src/flows/run/runner.ts', linter: false },
]

/** The same, within the table. */
const allowed = [
  { path: 'packages/server/src/api/fine.ts', specifier: '#delivery' },
  { path: 'packages/server/src/coordination/fine.ts', specifier: '#store' },
  { path: 'packages/server/src/store/fine.ts', specifier: 'kysely' },
  { path: 'packages/server/src/store/postgres/fine.ts', specifier: 'kysely' },
  { path: 'packages/server/src/store/postgres/fine.ts', specifier: 'pg' },
  { path: 'packages/server/src/domain/fine.ts', specifier: '@posthorn/sdk/signing' },
  { path: 'packages/server/src/main.ts', specifier: '#store/postgres' },
  { path: 'packages/server/src/main/fine.ts', specifier: '#store/postgres' },
  { path: 'packages/server/src/main.ts', specifier: './main/fine.ts' },
  { path: 'packages/server/src/delivery/fine.test.ts', specifier: '#store/sqlite' },
  { path: 'packages/server/src/delivery/fine.test.ts', specifier: '#store/testing' },
  { path: 'packages/server/test/store/fine.ts', specifier: 'pg' },
  { path: 'packages/server/test/store/fine.ts', specifier: '#store/sqlite' },
  { path: 'packages/cli/src/fine.ts', specifier: '@posthorn/server' },
]

describe('planted violations', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'posthorn-planted-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('are all found by the tidy check, and what the table allows is not', () => {
    expect(planted.filter(({ path, specifier }) => !faultOfImport(path, specifier))).toEqual([])
    expect(allowed.filter(({ path, specifier }) => faultOfImport(path, specifier))).toEqual([])
  })

  test('are found by the linter with the configuration that is in force, and what the table allows is not', async () => {
    const refused = planted.filter(({ linter }) => linter)
    const forLinter = [...refused, ...allowed].map((one, index) => ({ ...one, line: index + 1 }))
    // One file per path, each import on the line of its number in the list, so that every finding has a name.
    for (const path of new Set(forLinter.map((one) => one.path))) {
      const lines = forLinter.map((one) => (one.path === path ? `import '${one.specifier}'` : ''))
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), lines.join('\n'))
    }
    const found = await lint(folder)
    const expected = forLinter.slice(0, refused.length).map(({ path, line }) => `${path}:${line}`)
    expect(found).toEqual(expected.sort())
  })
})

async function lint(folder: string): Promise<string[]> {
  const command = join(root, 'node_modules/.bin/oxlint')
  const args = ['--config', join(root, 'oxlint.config.ts'), '--format', 'json', 'packages']
  const { stdout } = await promisify(execFile)(command, args, { cwd: folder }).catch((failed: { stdout: string }) => failed)
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[] }
  const restricted = diagnostics.filter(({ code }) => code.includes('no-restricted-imports'))
  return restricted.map(({ filename, labels }) => `${filename}:${labels[0]?.span.line}`).sort()
}
