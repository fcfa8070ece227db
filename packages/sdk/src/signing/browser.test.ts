import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startChromium } from '../../../../test/support/chromium.ts'
import { verifyCases } from '../../test-data/verify-cases.ts'
import ed25519 from '../../test-data/wycheproof/ed25519_test.json' with { type: 'json' }
import hmac from '../../test-data/wycheproof/hmac_sha256_test.json' with { type: 'json' }
import type * as signing from './browser.ts'
import { generateSecret, publicKeyOf, sign, verify } from './index.ts'
import type * as primitive from './primitive-web.ts'

declare global {
  // What the page below puts there.
  var posthorn: typeof signing
  var primitives: typeof primitive
}

const sdk = fileURLToPath(new URL('../..', import.meta.url))
const { exports: doors } = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8')) as {
  exports: Record<'.' | './signing', Record<'browser' | 'default', string>>
}
const asked: string[] = []
let server: Server
let browser: Browser
let page: Page

/** The sources as they are, types taken off: what is tested is the very files that a bundler would take. */
function answer(path: string): { type: string; text: string } | undefined {
  if (path === '/') {
    const script = `import * as whole from '${doors['.'].browser}'; import * as posthorn from '${doors['./signing'].browser}'
      import * as primitives from './src/signing/primitive-web.ts'; Object.assign(globalThis, { whole, posthorn, primitives })`
    return { type: 'text/html', text: `<!doctype html><title>Signing</title><script type="module">${script}</script>` }
  }
  const file = join(sdk, path)
  if (!path.endsWith('.ts') || !existsSync(file)) return undefined
  asked.push(path)
  return { type: 'text/javascript', text: stripTypeScriptTypes(readFileSync(file, 'utf8')) }
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const found = answer(request.url ?? '/')
    response.writeHead(found ? 200 : 404, { 'content-type': found?.type ?? 'text/plain' }).end(found?.text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  browser = await startChromium()
  page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction('globalThis.posthorn !== undefined')
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})

test('S6, S8: Chromium says of every request what Node says', async () => {
  const cases = verifyCases.map(({ input }) => ({ ...input, body: [...input.body] }))
  const results = await page.evaluate(
    (given) => Promise.all(given.map((input) => posthorn.verifyAsync({ ...input, body: Uint8Array.from(input.body) }))),
    cases,
  )
  for (const [i, { title, input, code }] of verifyCases.entries()) {
    const result = results[i]!
    expect(result.ok ? 'ok' : result.code, title).toBe(code)
    expect(result, title).toEqual(verify(input))
  }
})

test('R68: Chromium signs all profiles with the very headers that Node gives', async () => {
  const fill = (target: Uint8Array) => target.fill(9)
  const asymmetric = generateSecret('standard', fill, 'asymmetric')
  for (const [profile, secrets] of [
    ['standard', [generateSecret('standard', fill), asymmetric]],
    ['svix', [generateSecret('svix', fill)]],
    ['hex', [generateSecret('hex', fill)]],
  ] as const) {
    const facts = { profile, secrets, id: 'evt_1', attemptId: 'atmpt_1', eventType: 'invoice.paid', timestampSeconds: 1_614_265_330 }
    const body = new TextEncoder().encode('{"name":"Åse 🎉"}')
    const headers = await page.evaluate(([given, bytes]) => posthorn.signAsync({ ...given, body: Uint8Array.from(bytes) }), [
      facts,
      [...body],
    ] as const)
    expect(headers).toEqual(sign({ ...facts, body }))
  }
  expect(await page.evaluate((secret) => posthorn.publicKeyOfAsync(secret), asymmetric)).toBe(publicKeyOf(asymmetric))
})

test('makes secrets of its own that Node can read', async () => {
  const made = await page.evaluate(() => posthorn.generateSecretAsync('standard', (bytes) => crypto.getRandomValues(bytes), 'asymmetric'))
  expect(publicKeyOf(made)).toMatch(/^whpk_/)
})

test('S6: Wycheproof in Chromium: 174 vectors of HMAC-SHA256, 151 of Ed25519', async () => {
  const macs = hmac.testGroups.flatMap((group) => group.tests.map((one) => ({ ...one, digits: group.tagSize / 4 })))
  const signatures = ed25519.testGroups.flatMap((group) => group.tests.map((one) => ({ ...one, pk: group.publicKey.pk })))
  const verdicts = await page.evaluate(
    async ([macCases, signatureCases]) => {
      const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
      const { hmacKey, hmacSha256, equalText, ed25519PublicKey, ed25519Verify } = primitives
      const found: boolean[] = []
      for (const { key, msg, tag, digits } of macCases) {
        const computed = await hmacSha256(await hmacKey(bytes(key)), { head: '', body: bytes(msg) }, 'hex')
        found.push(equalText(computed.slice(0, digits), tag))
      }
      for (const { pk, msg, sig } of signatureCases)
        found.push(await ed25519Verify(await ed25519PublicKey(bytes(pk)), { head: '', body: bytes(msg) }, bytes(sig)))
      return found
    },
    [macs, signatures] as const,
  )
  expect(verdicts).toEqual([...macs, ...signatures].map(({ result }) => result === 'valid'))
})

test('the door for browsers takes along nothing of Node, and offers no act that only Node has', async () => {
  expect(asked).toContain('/src/signing/verify-async.ts')
  expect(asked.filter((path) => path.includes('node'))).toEqual([])
  const names = await page.evaluate(() => Object.keys(posthorn))
  expect(names).toContain('verifyAsync')
  expect(names).not.toContain('verify')
  expect(await page.evaluate('typeof whole.Posthorn')).toBe('function')
})
