import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const repository = fileURLToPath(new URL('../', import.meta.url))
let root = ''

interface FileOfRun {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface RunOfTests {
  readonly code: number
  readonly files: readonly FileOfRun[]
  readonly errorsOutside?: number
}

const file = (name: string, { passed = 0, failed = 0, skipped = 0 }): FileOfRun => ({ name, passed, failed, skipped })

// A checkout whose checks and test runner are told what to answer; the test runner notes how it is called.
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posthorn-gate-'))
  for (const folder of ['scripts', '.ci', 'node_modules/.bin', 'node_modules/node/bin']) mkdirSync(join(root, folder), { recursive: true })
  copyFileSync(join(repository, 'scripts/test.mjs'), join(root, 'scripts/test.mjs'))
  for (const check of ['oxfmt', 'tsc', 'oxlint', 'knip']) program(check, 'exit 0')
})
afterEach(() => rmSync(root, { recursive: true }))

function program(name: string, script: string): void {
  writeFileSync(join(root, 'node_modules/.bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** One run of the test runner after the other ends as it is told here. */
function testRunner(...runs: readonly RunOfTests[]): void {
  for (const [i, { code, files, errorsOutside = 0 }] of runs.entries()) {
    writeFileSync(join(root, `report-${i + 1}`), JSON.stringify({ files, errorsOutside }))
    writeFileSync(join(root, `code-${i + 1}`), String(code))
  }
  program('vitest', 'echo "$@" >>calls; n=$(($(wc -l <calls))); cp "report-$n" "$POSTHORN_TEST_REPORT"; exit "$(cat "code-$n")"')
}

const calls = () => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : [])

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

const gate = () => start(process.execPath, ['scripts/test.mjs'])
const lastLine = (output: string) => output.trim().split('\n').at(-1)

test('counts what passed, failed and was skipped, on the last line', async () => {
  testRunner({ code: 0, files: [file('a', { passed: 2 }), file('b', { passed: 3, skipped: 1 })] })
  const { code, output } = await gate()
  expect([code, lastLine(output)]).toEqual([0, '5 passed, 0 failed, 1 skipped'])
})

test('runs a few files that failed once more, alone, and tells which passed only then', async () => {
  const fine = file('a', { passed: 2 })
  testRunner({ code: 1, files: [fine, file('b', { passed: 1, failed: 1 })] }, { code: 0, files: [file('b', { passed: 2 })] })
  const { code, output } = await gate()
  expect([code, lastLine(output)]).toEqual([0, '4 passed, 0 failed'])
  expect(output).toMatch(/Passed only when run once more, alone: .*b\n/)
  expect(calls()[1]).toContain('--maxWorkers=1 b')
})

test('fails if they fail again, and if more failed than fail by chance', async () => {
  const bad = ['a', 'b', 'c', 'd'].map((name) => file(name, { failed: 1 }))
  testRunner({ code: 1, files: bad.slice(0, 1) }, { code: 1, files: bad.slice(0, 1) }, { code: 1, files: bad })
  expect(await gate()).toMatchObject({ code: 1, output: expect.stringMatching(/0 passed, 1 failed\n$/) })
  expect(await gate()).toMatchObject({ code: 1, output: expect.stringMatching(/0 passed, 4 failed\n$/) })
  expect(calls()).toHaveLength(3)
})

test('fails for an error outside of any test, also where the file that failed beside it would pass', async () => {
  const broken = { code: 1, files: [file('a', { passed: 1 }), file('b', { failed: 1 })], errorsOutside: 1 }
  testRunner(broken, { code: 0, files: [file('b', { passed: 1 })] })
  const { code, output } = await gate()
  expect([code, lastLine(output)]).toEqual([1, '1 passed, 2 failed'])
  expect(output).toContain('The test runner failed outside of any test')
})

test('fails where no test ran, and for a static check', async () => {
  testRunner({ code: 0, files: [] }, { code: 0, files: [file('a', { passed: 1 })] })
  expect(await gate()).toMatchObject({ code: 1, output: expect.stringMatching(/No test ran.\n0 passed, 0 failed\n$/) })
  program('knip', 'echo "nobody uses this"; exit 1')
  expect(await gate()).toMatchObject({
    code: 1,
    output: expect.stringMatching(/nobody uses this[^]*Failed: dead code[^]*1 passed, 1 failed\n$/),
  })
})

test('is told by the test runner what became of each file, and of errors outside of any test', async () => {
  const tests = {
    'mixed.test.mjs': "test('a', () => {}); test('b', () => { throw new Error('b') }); test.skip('c', () => {}); test.todo('d')",
    'unloadable.test.mjs': "throw new Error('not to be loaded')",
    'stray.test.mjs': "test('a', async () => { void Promise.reject(new Error('nobody waits')); await new Promise(setImmediate) })",
  }
  for (const [name, text] of Object.entries(tests)) writeFileSync(join(root, name), text)
  const reporter = join(repository, 'scripts/test-report.mjs')
  const args = ['run', '--globals', `--root=${root}`, '--no-cache', `--reporter=${reporter}`]
  const report = join(root, 'report')
  await start(join(repository, 'node_modules/.bin/vitest'), args, { POSTHORN_TEST_REPORT: report })
  const { files, errorsOutside } = JSON.parse(readFileSync(report, 'utf8')) as RunOfTests
  const counted = Object.fromEntries(
    files.map(({ name, passed, failed, skipped }) => [name.slice(name.lastIndexOf('/') + 1), { passed, failed, skipped }]),
  )
  expect(counted).toEqual({
    'mixed.test.mjs': { passed: 1, failed: 1, skipped: 2 },
    'unloadable.test.mjs': { passed: 0, failed: 1, skipped: 0 },
    'stray.test.mjs': { passed: 1, failed: 0, skipped: 0 },
  })
  expect(errorsOutside).toBe(1)
})
