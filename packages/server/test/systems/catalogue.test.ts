import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openIngestHarness, type IngestHarness } from '../../../../test/support/ingest-harness.ts'
import { sendRaw } from '../../../../test/support/raw-requests.ts'
import { listenerIn } from '#domain'
import { allSystems, Catalogue, completeListener, systemOf, type System } from '#ingest'
import { signedExample, wire, withFlippedBit, withHeaders, type SentRequest } from './sent-request.ts'
import { startSenderHosts, type SenderHosts } from './sender-hosts.ts'
import { signers } from './signers/index.ts'
import { base64, shared, unused, type Signer } from './signers/signer.ts'

/** Everybody but `custom`, which has no scheme of its own. */
const systems = (await allSystems()).filter(({ scheme }) => scheme.kind !== 'none')
/** Evenly over what is flipped, in a small text and in a large one. */
const FLIPS = 24

let hosts: SenderHosts
let harness: IngestHarness
beforeAll(async () => {
  hosts = await startSenderHosts()
  harness = await openIngestHarness({
    change: (deps) => ({ ...deps, egress: hosts.egress, systemOf: (name) => added.get(name) ?? systemOf(name) }),
  })
  for (const system of systems) await listen(system, signerOf(system))
})
afterAll(async () => {
  await harness[Symbol.asyncDispose]()
  await hosts[Symbol.asyncDispose]()
})

/** Systems that only a test knows. */
const added = new Map<string, System>()

function signerOf({ name }: System): Signer {
  const signer = signers[name]
  if (signer === undefined) throw new Error(`Write down in signers/ how "${name}" signs, from its documentation and not from its file.`)
  return signer
}

function listen({ name }: System, { auth }: Signer) {
  const input = { name, system: name, suffix: `/${name}`, auth: { kind: 'preset' as const, ...auth } }
  return harness.addListener(completeListener(listenerIn.parse(input), added.get(name)).listener)
}

const send = (requests: readonly SentRequest[]) => sendRaw(harness.port, requests.map(wire))
const isRefused = (status: number) => status >= 400 && status !== 500

async function refusals(requests: Readonly<Record<string, SentRequest>>): Promise<Record<string, number>> {
  const statuses = await send(Object.values(requests))
  return Object.fromEntries(Object.keys(requests).map((title, i) => [title, statuses[i]!]))
}

/** Those that were taken, which should be none. */
async function taken(requests: Readonly<Record<string, SentRequest>>): Promise<string[]> {
  return Object.entries(await refusals(requests)).flatMap(([title, status]) => (isRefused(status) ? [] : [`${title}: ${status}`]))
}

const flipsOf = (bytes: Buffer) => Array.from({ length: FLIPS }, (_, i) => Math.floor((bytes.length * 8 * (i + 0.37)) / FLIPS))

test('every system has a signer of its own in the tests', () => {
  expect(Object.keys(signers).toSorted()).toEqual(systems.map(({ name }) => name))
})

describe.each(systems.map((system) => [system.name, system] as const))('R93: %s', (name, system) => {
  const signer = signerOf(system)

  test('takes its example as its sender signs it, with its event type, and knows a copy by its key', async () => {
    const good = await signedExample(system, signer)
    const expected = system.acknowledgement?.status ?? 202
    expect(await send([good])).toEqual([expected])
    expect(await send([good])).toEqual([expected])
    const kept = (await harness.requests()).filter(({ path, status }) => path === good.path && status !== 'rejected')
    const hasKey = system.dedupKey.length > 0
    expect(kept.map(({ status }) => status)).toEqual(['accepted', hasKey ? 'duplicate' : 'accepted'])
    expect(kept[0]!.event_type === null).toBe(system.eventType.length === 0)
    expect(kept[0]!.dedup_key === null).toBe(!hasKey)
  })

  test('S6: refuses it with each header of the signature left out, emptied or doubled, and takes it in another case', async () => {
    const good = await signedExample(system, signer)
    const forged: Record<string, SentRequest> = {}
    const spelt: SentRequest[] = []
    for (const header of good.added) {
      const change = (to: (own: readonly [string, string]) => readonly (readonly [string, string])[]) =>
        withHeaders(good, (own) => (own[0] === header ? to(own) : [own]))
      forged[`${header} left out`] = change(() => [])
      forged[`${header} emptied`] = change(() => [[header, '']])
      forged[`${header} doubled`] = change((own) => [own, own])
      spelt.push(
        change(([, value]) => [[header.toUpperCase(), value]]),
        change(([, value]) => [[header.toLowerCase(), value]]),
      )
    }
    expect(await taken(forged)).toEqual([])
    expect((await send(spelt)).filter(isRefused)).toEqual([])
  })

  test('S6: refuses it with a bit of its signature or of what is signed flipped', async () => {
    const good = await signedExample(system, signer)
    const forged: Record<string, SentRequest> = {}
    if (signer.covers === 'body')
      for (const bit of flipsOf(good.body)) forged[`bit ${bit} of the body`] = { ...good, body: withFlippedBit(good.body, bit) }
    for (const header of good.added) {
      const value = Buffer.from(good.headers.find(([own]) => own === header)![1])
      for (const bit of flipsOf(value)) {
        const flipped = withFlippedBit(value, bit)
        // The other case of a hexadecimal digit is the same byte of the signature, and of a scheme the same scheme.
        if (flipped.toString('latin1').toLowerCase() === value.toString('latin1').toLowerCase()) continue
        forged[`bit ${bit} of ${header}`] = withHeaders(good, (own) => [own[0] === header ? [header, flipped.toString('latin1')] : own])
      }
    }
    expect(await taken(forged)).toEqual([])
  })

  test('S8: refuses what was signed too long ago, too far ahead, or with its time in another unit', async () => {
    const { isTimed } = await signedExample(system, signer)
    if (!isTimed) return
    const { scheme } = system
    const tolerance = 'timestamp' in scheme && scheme.timestamp ? scheme.timestamp.toleranceSeconds : 300
    const at = (seconds: number) => Date.now() + seconds * 1000
    expect(
      await taken({
        old: await signedExample(system, signer, { at: at(-tolerance - 30) }),
        future: await signedExample(system, signer, { at: at(tolerance + 30) }),
        'another unit': await signedExample(system, signer, { wrongUnit: true }),
      }),
    ).toEqual([])
    expect((await send([await signedExample(system, signer, { at: at(-tolerance + 30) })])).filter(isRefused)).toEqual([])
  })

  test('refuses what another secret signed', async () => {
    const [secret] = signer.auth.secrets
    if (secret === undefined || signer.privateKey !== unused) return
    const other = secret.startsWith('whsec_')
      ? `whsec_${base64('a', 'b')}`
      : /^[0-9a-f]+$/.test(secret)
        ? secret.replace(/^./, (first) => (first === 'f' ? '0' : 'f'))
        : base64('a', 'b')
    expect(await taken({ [name]: await signedExample(system, signer, { secret: other }) })).toEqual([])
  })
})

test('S6: no system takes what another one signed for itself', async () => {
  const signed = await Promise.all(
    systems.map(async (system) => ({ name: system.name, request: await signedExample(system, signerOf(system)) })),
  )
  const pairs = systems.flatMap(({ name }) => signed.flatMap((from) => (from.name === name ? [] : [{ name, from }])))
  const statuses = await send(pairs.map(({ name, from }) => ({ ...from.request, path: `/in/default/${name}` })))
  expect(
    pairs.flatMap(({ name, from }, i) => (isRefused(statuses[i]!) ? [] : [`${name} takes what ${from.name} signed: ${statuses[i]}`])),
  ).toEqual([])
  expect(pairs.length).toBeGreaterThan(60 * 59)
})

test('R38: one more file of data is one more system, and nothing else is needed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-catalogue-'))
  mkdirSync(join(folder, 'code'))
  const file = {
    title: 'Acme',
    docs: 'https://acme.example/webhooks',
    evidence: 'documented',
    secret: { label: 'Signing key', where: 'Settings > Webhooks.' },
    scheme: {
      kind: 'hmac',
      header: 'Acme-Signature',
      separator: ',',
      pair: 'v2',
      encoding: 'base64',
      signedString: '{timestamp}:{path}:{body}',
      timestamp: { pair: 'at' },
    },
    eventType: ['body.kind'],
    dedupKey: ['header:acme-event'],
    acknowledgement: { status: 204, deadlineMs: 5000 },
    example: { headers: { 'Content-Type': 'application/json', 'Acme-Event': 'e1' }, body: { kind: 'rocket.launched' } },
  }
  writeFileSync(join(folder, 'code', 'acme.json'), JSON.stringify(file))
  const acme = new Catalogue(folder).get('acme')!
  rmSync(folder, { recursive: true })
  added.set('acme', acme)
  const signer = shared(({ secret, body, time }) => {
    const at = time.seconds
    return { headers: { 'Acme-Signature': `at=${at},v2=${base64(secret, `${at}:/in/default/acme:`, body)}` } }
  })
  await listen(acme, signer)
  const good = await signedExample(acme, signer)
  expect(await send([good, { ...good, body: withFlippedBit(good.body, 77) }])).toEqual([204, 401])
  expect((await harness.requests()).find(({ path, status }) => path === good.path && status === 'accepted')).toMatchObject({
    event_type: 'rocket.launched',
  })
})

test.each([
  ['an unknown member', { colour: 'red' }, /colour/],
  ['a scheme that there is none of', { scheme: { kind: 'magic' } }, /scheme/],
  ['a regular expression that is none', { settings: [{ name: 'a', label: 'A', where: 'B', pattern: '(' }] }, /regular expression/],
])('a file with %s is refused by its name, with what is wrong', (_, change, words) => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-catalogue-'))
  mkdirSync(join(folder, 'code'))
  const { name: _name, category: _category, ...github } = systemOf('github')
  writeFileSync(join(folder, 'code', 'acme.json'), JSON.stringify({ ...github, ...change }))
  expect(() => new Catalogue(folder).get('acme')).toThrow(/"acme" cannot be read/)
  expect(() => new Catalogue(folder).get('acme')).toThrow(words)
  rmSync(folder, { recursive: true })
})
