import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments, parse } from 'yaml'
import { environmentName, settings } from '../../packages/server/src/config/index.ts'
import { buildPackage } from '../../scripts/build-package.ts'
import { createProduct, type Product } from '../support/product.ts'
import { firstColumn, readPage, root } from './markdown.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-package-'))
const installed = join(folder, 'node_modules/posthorn')
const readInstalled = (path: string) => JSON.parse(readFileSync(join(installed, path), 'utf8')) as Record<string, never>
let product: Product | undefined

/** A folder with nothing in it but the package and what it asks for, in the places where npm puts them. */
beforeAll(() => {
  const packed = buildPackage(join(folder, 'built'))
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['xzf', packed, '--strip-components=1', '-C', installed])
  for (const name of Object.keys(readInstalled('package.json')['dependencies']!)) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), place)
  }
})
afterAll(async () => {
  await product?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const deployed = readdirSync(join(root, 'deploy')).map((name) => ({ name, text: readPage(`deploy/${name}`) }))
const named = (pattern: RegExp) => [...new Set(deployed.flatMap(({ text }) => text.match(pattern) ?? []))].toSorted()

test('what `npm run package` packs is the whole program: server, console, catalogues, child processes and commands', async () => {
  const bin = join(installed, readInstalled('package.json')['bin']!['posthorn'])
  product = await createProduct({ program: bin })
  await product.start()
  const text = async (path: string) => (await fetch(`${product!.url}${path}`)).text()
  const page = await text('/')
  const [asset] = /\/assets\/[\w-]+\.js/.exec(page)!
  expect((await fetch(`${product.url}${asset}`)).headers.get('content-type')).toMatch('text/javascript')
  expect(JSON.parse(await text('/openapi.json'))).toMatchObject({ openapi: '3.1.0' })
  const systems = await product.api<{ data: { name: string }[] }>('GET', '/system?limit=250')
  expect(systems.data.map(({ name }) => name)).toContain('github')
  expect((await product.api<{ data: unknown[] }>('GET', '/template')).data.length).toBeGreaterThan(0)
  const { version } = readInstalled('package.json')
  expect(await product.api('GET', '/install')).toMatchObject({ version })
  expect(await product.command(['--version'])).toEqual({ code: 0, output: `${String(version)}\n` })
  // Its step of code runs in a child process, with the file of the library that it needs.
  const order = JSON.stringify({ lines: [{ price: 400, quantity: 3 }] })
  const run = await product.command(['flow', 'run', join(root, 'examples/flows/quote-a-price.yaml'), '--body', order, '--json'])
  expect(run).toMatchObject({ code: 0 })
  expect(run.output).toContain('1080')
  expect(await product.stop()).toBe(0)
})

test('the package hands on the licences of what is built into it', () => {
  const notice = readFileSync(join(installed, 'NOTICE'), 'utf8')
  for (const name of ['kysely', 'zod', 'pg', 'react', 'liquidjs'])
    expect(notice).toMatch(new RegExp(`^## ${name} \\(MIT\\)\n\n\`\`\`text\n`, 'm'))
})

test('files of deploy/ name only settings that there are', () => {
  const known = Object.keys(settings).map(environmentName)
  const mentioned = named(/\bPOSTHORN_[A-Z_]+\b/g)
  expect(mentioned.length).toBeGreaterThan(5)
  expect(mentioned.filter((name) => !known.includes(name))).toEqual([])
})

test('alerts and dashboard ask for metrics that there are, and the dashboard shows each', () => {
  const page = readPage('docs/operations.md')
  const metrics = firstColumn(page.slice(page.indexOf('<!-- metrics -->')), '| metric | kind |').toSorted()
  expect(metrics.length).toBeGreaterThan(20)
  expect(named(/\bposthorn_[a-z_]+\b/g)).toEqual(metrics)
  const dashboard = readPage('deploy/grafana-dashboard.json')
  expect(metrics.filter((metric) => !dashboard.includes(metric))).toEqual([])
})

test('whatever starts Posthorn gives a stop the time that it may take, and files as many as it may open', () => {
  const kubernetes = parseAllDocuments(readPage('deploy/kubernetes.yaml')).map((document) => document.toJS() as never)
  expect(kubernetes[0]).toMatchObject({ kind: 'Deployment', spec: { template: { spec: { terminationGracePeriodSeconds: 30 } } } })
  for (const name of ['compose.yaml', 'compose.postgres.yaml']) {
    const { services } = parse(readPage(`deploy/${name}`), { merge: true }) as { services: Record<string, { image: string }> }
    const own = Object.values(services).filter(({ image }) => image === 'posthorn')
    expect(own.length).toBeGreaterThan(0)
    for (const service of own) expect(service).toMatchObject({ stop_grace_period: '30s', ulimits: { nofile: 65_536 } })
  }
  const unit = readPage('deploy/posthorn.service')
  expect(unit).toContain('TimeoutStopSec=30')
  expect(unit).toContain('LimitNOFILE=65536')
})
