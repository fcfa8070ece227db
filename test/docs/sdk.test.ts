import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSdk } from '../../scripts/build-sdk.ts'
import { startTestApi } from '../support/test-api.ts'
import { codeBlocks, readPage, root } from './markdown.ts'
import { freePort } from './tour.ts'

const run = promisify(execFile)
const page = 'docs/sdk.md'
const folder = mkdtempSync(join(tmpdir(), 'posthorn-sdk-'))
const project = join(folder, 'project')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The pinned Node, and the machine's own, which may be as old as the sdk allows. */
const own = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((path) => !path.includes('node_modules'))
  .map((path) => join(path, 'node'))
  .find((path) => existsSync(path))
const nodes = [...new Set([own ?? process.execPath, process.execPath])]

/** A folder with nothing in it but the package, installed as its users install it. */
beforeAll(async () => {
  const packed = buildSdk(join(folder, 'built'))
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', packed], { cwd: project })
}, 120_000)

test.each(nodes)('what is packed is imported by %s, every door of it', async (node) => {
  const code = `import { Posthorn, sign } from '@posthorn/sdk'
    import * as signing from '@posthorn/sdk/signing'
    console.log(typeof Posthorn, sign === signing.sign)
    const browser = await import('./node_modules/@posthorn/sdk/browser.js')
    console.log(typeof browser.verifyAsync, typeof browser.verify)`
  writeFileSync(join(project, 'doors.mjs'), code)
  const { stdout } = await run(node, ['--no-warnings', 'doors.mjs'], { cwd: project })
  expect(stdout).toBe('function true\nfunction undefined\n')
})

test('what is packed has its types, which check by themselves', async () => {
  const code = `import { Posthorn, PosthornError, type EndpointOut } from '@posthorn/sdk'
    import { verify, type VerifyResult } from '@posthorn/sdk/signing'
    export const get: (id: string) => Promise<EndpointOut> = (id) => new Posthorn({ token: 'key' }).endpoint.get('default', id)
    export const result: VerifyResult = verify({ profile: 'hex', secrets: [], headers: {}, body: new Uint8Array(), nowSeconds: 0 })
    // @ts-expect-error It is a number.
    new Posthorn({ token: 'key' }).endpoint.list('default', { limit: 'many' })
    export const { code } = new PosthornError({ code: 'not_found', message: 'No.' })`
  writeFileSync(join(project, 'types.ts'), code)
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2024,dom,dom.asynciterable']
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [compiler, ...options, ...types, 'types.ts'], { cwd: project }).catch((error) => error)
  expect(stdout).toBe('')
})

const marked = codeBlocks(readPage(page)).flatMap((block, i, all) =>
  block.marker.startsWith('sdk') ? [{ ...block, shown: all[i + 1] }] : [],
)

/** What a reader's own pace gives and a script has to wait for: the attempt is settled after its receiver has answered. */
const delivered = `while ((await posthorn.delivery.list('acme')).data.some(({ status }) => status !== 'delivered')) await new Promise((resolve) => setTimeout(resolve, 20))\n`

test('the examples of docs/sdk.md do what they say, with what is installed', async () => {
  const api = await startTestApi({}, { deliver: true })
  try {
    const port = await freePort()
    const blocks = marked.map(({ text, marker }) => (marker.includes('once delivered') ? delivered : '') + text)
    const script = blocks
      .join(`console.log('--- next ---')\n`)
      .replaceAll('http://localhost:8400', api.url)
      .replaceAll('http://localhost:9000', `http://127.0.0.1:${port}`)
      .replaceAll('listen(9000)', `listen(${port})`)
    writeFileSync(join(project, 'examples.mjs'), script)
    const env = { PATH: process.env['PATH'], POSTHORN_API_KEY: api.key }
    const { stdout } = await run(nodes[0]!, ['--no-warnings', 'examples.mjs'], { cwd: project, env })
    const printed = stdout.split('--- next ---\n')
    const expected = marked.map(({ shown }) => (shown?.language === 'text' ? shown.text : ''))
    expect(printed).toEqual(expected)
  } finally {
    await api.stop()
  }
})
