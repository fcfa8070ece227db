import { mkdirSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { headersOf } from '../../packages/sdk/src/signing/index.ts'
import { sampleSendWebhookBody } from '../../packages/server/src/domain/index.ts'
import { createProduct, type Product } from '../support/product.ts'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../support/recording-receiver.ts'
import { codeBlocks, readPage } from './markdown.ts'

type Verify = (body: string, headers: IncomingHttpHeaders, secret: string) => unknown

const profiles = ['standard', 'svix', 'hex'] as const
const payload = { type: 'invoice.paid', data: { invoice: '1042', total: 119 } }
const page = readPage('docs/receiving.md')

let product: Product
let receiver: RecordingReceiver
const secrets: Record<string, string> = {}
const received: Record<string, Received> = {}

beforeAll(async () => {
  product = await createProduct()
  ;[receiver] = await Promise.all([startRecordingReceiver(), product.start()])
  for (const signing of profiles) {
    const { secret } = await product.api<{ secret: string }>('POST', '/app/default/endpoint', {
      url: `${receiver.url}/${signing}`,
      signing,
    })
    secrets[signing] = secret
  }
  await product.api('POST', '/app/default/msg', { eventType: 'invoice.paid', payload })
  for (const i of profiles.keys()) {
    const one = await receiver.after(i)
    received[one.path.slice(1)] = one
  }
})
afterAll(async () => {
  await receiver?.[Symbol.asyncDispose]()
  await product?.remove()
})

/** The function that the page shows for a profile, from a file inside the repository so that it finds its packages. */
async function functionOf(profile: string): Promise<Verify> {
  const block = codeBlocks(page).find(({ language, text }) => language === 'js' && text.startsWith(`// ${profile}:`))
  const folder = join(product.folder, 'snippets')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${profile}.mjs`)
  writeFileSync(file, block!.text)
  const snippet = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { verify: Verify }
  return snippet.verify
}

test("the Fetch handler with Posthorn's own library takes what was sent, and refuses a changed body with 401 and the reason", async () => {
  const block = codeBlocks(page).find(({ text }) => text.startsWith('// @posthorn/sdk:'))
  const file = join(product.folder, 'fetch-handler.mjs')
  writeFileSync(file, block!.text)
  const { receive } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    receive: (request: Request, secret: string) => Promise<Response>
  }
  for (const profile of ['standard', 'svix']) {
    const { body, headers } = received[profile]!
    const request = (bytes: Buffer) =>
      new Request('http://localhost/', { method: 'POST', headers: headers as Record<string, string>, body: bytes.toString() })
    expect((await receive(request(body), secrets[profile]!)).status).toBe(204)
    const refused = await receive(request(Buffer.concat([body, Buffer.from(' ')])), secrets[profile]!)
    expect(refused.status).toBe(401)
    expect(await refused.text()).toContain('the body was changed')
  }
})

test.each(profiles)('R68, R69: the snippet for %s verifies what Posthorn sends, and nothing else', async (profile) => {
  const verify = await functionOf(profile)
  const { headers } = received[profile]!
  const body = received[profile]!.body.toString()
  const secret = secrets[profile]!
  expect(verify(body, headers, secret)).toEqual(payload)
  expect(() => verify(body.replace('1042', '1043'), headers, secret)).toThrow()
  const timestamp = headersOf(profile).timestamp.toLowerCase()
  const earlier = { ...headers, [timestamp]: String(Number(headers[timestamp]) - 3600) }
  expect(() => verify(body, earlier, secret)).toThrow()
})

test('the page lists the headers that are sent, and shows the body of a Send Webhook step as it is written', () => {
  for (const name of profiles.flatMap((profile) => Object.values(headersOf(profile)))) expect(page).toContain(`\`${name}\``)
  const sample = codeBlocks(page).find(({ marker }) => marker === 'sample of send_webhook')
  expect(sample!.text.trim()).toBe(sampleSendWebhookBody())
})
