import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const scripts = fileURLToPath(new URL('../scripts/', import.meta.url))
const program = { version: '1.0.0', integrity: 'sha512-a' }
const forTests = { version: '2.0.0', integrity: 'sha512-b', dev: true }
let root = ''

// A checkout whose `npm` notes how it is called and then does what npm does, as far as setup can tell: the script of `node` brings its program.
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posthorn-setup-'))
  for (const folder of ['scripts', 'bin']) mkdirSync(join(root, folder))
  for (const file of ['setup.mjs', 'build-program.mjs', 'hash-of.mjs']) copyFileSync(join(scripts, file), join(root, 'scripts', file))
  writeLock(program)
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ dependencies: { node: '26.10.0' }, allowScripts: { node: true, 'not-for-this-machine': true } }),
  )
  writeFileSync(
    join(root, 'bin/npm'),
    `#!/bin/sh
echo "$@" >>calls
if [ -e offline ]; then echo "npm error code ENOTFOUND" >&2; exit 1; fi
if [ "$1" = cache ]; then exit 1; fi
if [ "$1" = rebuild ]; then mkdir -p node_modules/node/bin && : >node_modules/node/bin/node; exit 0; fi
rm -rf node_modules && mkdir -p node_modules/node
cp package-lock.json node_modules/.package-lock.json
`,
    { mode: 0o755 },
  )
})
afterEach(() => rmSync(root, { recursive: true }))

function writeLock(entry: object) {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': entry, 'node_modules/b': forTests } }))
}

function setup(...args: string[]): Promise<{ code: number | null; output: string }> {
  const env = { PATH: [join(root, 'bin'), process.env['PATH']].join(delimiter) }
  const child = spawn(process.execPath, [join(root, 'scripts/setup.mjs'), ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

function calls(): string[] {
  return existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []
}

const installs = () => calls().filter((call) => call.startsWith('ci '))

test('installs what the program needs, and with --tests what the tests need; runs the scripts that package.json allows and no others', async () => {
  expect(await setup()).toMatchObject({ code: 0, output: expect.stringContaining('installed') })
  const scripts = expect.stringMatching(/^rebuild --ignore-scripts=false --prefer-offline node /)
  // The largest download is fetched beside; this npm fails to, and nothing else does.
  expect(calls().toSorted()).toEqual([
    expect.stringMatching(/^cache add node\S+@26\.10\.0 /),
    expect.stringMatching(/^ci --omit=dev --ignore-scripts /),
    scripts,
  ])
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': program } }))
  await setup('--tests')
  expect(calls().slice(3)).toEqual([expect.stringMatching(/^ci --include=dev --ignore-scripts /), scripts])
})

test('does and says nothing when all is there, and installs again when the lockfile asks for another version', async () => {
  await setup()
  expect(await setup()).toEqual({ code: 0, output: '' })
  expect(installs()).toHaveLength(1)
  writeLock({ ...program, version: '1.0.1' })
  await setup()
  expect(installs()).toHaveLength(2)
})

test('installs once when several start at the same time', async () => {
  const outcomes = await Promise.all([setup(), setup(), setup()])
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(installs()).toHaveLength(1)
})

test('takes over from an install that died', async () => {
  writeFileSync(join(root, '.setup.lock'), '')
  const longAgo = new Date('2026-01-01')
  utimesSync(join(root, '.setup.lock'), longAgo, longAgo)
  expect(await setup()).toMatchObject({ code: 0 })
  expect(existsSync(join(root, '.setup.lock'))).toBe(false)
})

test('says what to do when the registry cannot be reached, and leaves no lock behind', async () => {
  writeFileSync(join(root, 'offline'), '')
  expect(await setup()).toMatchObject({
    code: 1,
    output: expect.stringContaining('The package registry cannot be reached. Check the network'),
  })
  expect(existsSync(join(root, '.setup.lock'))).toBe(false)
})
