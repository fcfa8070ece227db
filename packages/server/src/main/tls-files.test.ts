import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import { issue, makeAuthority, type Pems } from '../../../../test/support/certificates.ts'
import { readConfig } from '#config'
import { StartError } from './ground.ts'
import { openTlsFiles, type TlsFiles } from './tls-files.ts'

const DAY_MS = 86_400_000
const folder = mkdtempSync(join(tmpdir(), 'posthorn-tls-'))
const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
let authority: Pems
let first: Pems
let second: Pems
let clock = createFakeClock(Date.now())
let log = createCollectingLog()

beforeAll(async () => {
  authority = await makeAuthority()
  first = await issue(authority)
  second = await issue(authority)
})
beforeEach(() => {
  clock = createFakeClock(Date.now())
  log = createCollectingLog()
  write(first)
})
afterAll(() => rmSync(folder, { recursive: true }))

function write({ cert, private: key }: Pems): void {
  writeFileSync(files.cert, cert)
  writeFileSync(files.key, key)
}

function open(environment: Record<string, string> = { POSTHORN_TLS_CERT: files.cert, POSTHORN_TLS_KEY: files.key }): TlsFiles | null {
  const read = readConfig({ environment, flags: {}, file: undefined })
  if (read.kind === 'faults') throw new Error(read.faults.join(' '))
  return openTlsFiles({ config: read.config, clock, log })
}

const faultOf = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    if (error instanceof StartError) return error.message
    throw error
  }
  return 'none'
}
const said = (event: string) => log.entries.filter((entry) => entry.event === event)

test('a start is refused, and says why, where files do not fit', async () => {
  expect(open({})).toBeNull()
  const lone = { POSTHORN_TLS_CERT: files.cert }
  expect(faultOf(() => open(lone))).toMatch(/POSTHORN_TLS_CERT is set and POSTHORN_TLS_KEY is not/)
  expect(faultOf(() => open({ POSTHORN_TLS_KEY: files.key }))).toMatch(/POSTHORN_TLS_KEY is set and POSTHORN_TLS_CERT is not/)
  expect(faultOf(() => open({ POSTHORN_TLS_CLIENT_CA: files.cert }))).toMatch(
    /POSTHORN_TLS_CLIENT_CA is set, but this server speaks no TLS/,
  )

  writeFileSync(files.key, second.private)
  expect(faultOf(open)).toMatch(/POSTHORN_TLS_KEY names does not belong to the first certificate/)
  writeFileSync(files.key, 'no key')
  expect(faultOf(open)).toMatch(/holds no private key/)
  writeFileSync(files.key, '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n')
  expect(faultOf(open)).toMatch(/locked by a passphrase/)
  writeFileSync(files.cert, 'no certificate')
  expect(faultOf(open)).toMatch(/POSTHORN_TLS_CERT names holds no certificates/)
  write(await issue(authority, { from: new Date(Date.now() - 2 * DAY_MS), to: new Date(Date.now() - DAY_MS) }))
  expect(faultOf(open)).toMatch(/POSTHORN_TLS_CERT names ended on .* Renew it/)
  write(await issue(authority, { from: new Date(Date.now() + DAY_MS), to: new Date(Date.now() + 2 * DAY_MS) }))
  expect(faultOf(open)).toMatch(/begins on .* only\. Look at the clock/)
})

test('a renewal is handed on once both files fit; until then the one before stays, and a doubt that lasts is reported once', () => {
  const opened = open()!
  const handed: string[] = []
  opened.watch(({ cert }) => void handed.push(cert))
  clock.advance(10_000)
  expect(handed).toEqual([])

  writeFileSync(files.cert, second.cert)
  clock.advance(5000)
  expect([handed, said('tls.certificate.refused')]).toEqual([[], []])
  writeFileSync(files.key, second.private)
  clock.advance(5000)
  expect(handed).toEqual([second.cert])
  expect(opened.material.cert).toBe(second.cert)
  expect(said('tls.certificate.renewed')).toHaveLength(1)

  rmSync(files.key)
  clock.advance(30_000)
  expect(said('tls.certificate.refused')).toHaveLength(1)
  expect([handed.length, opened.material.key]).toEqual([1, second.private])

  write(first)
  clock.advance(5000)
  expect(handed).toEqual([second.cert, first.cert])
  opened.stop()
  write(second)
  clock.advance(30_000)
  expect(handed).toHaveLength(2)
})

test('that a certificate ends soon is reported once, and one that has ended is used until there is a better one', async () => {
  write(await issue(authority, { to: new Date(Date.now() + 60_000) }))
  const opened = open()!
  opened.watch(() => {})
  clock.advance(90_000)
  expect(said('tls.certificate.expires')).toHaveLength(1)
  expect(said('tls.certificate.refused')).toEqual([])
  opened.stop()
})
