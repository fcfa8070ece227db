import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateSecret, sign, verify } from '@posthorn/sdk'

const command = fileURLToPath(new URL('../bin/posthorn.mjs', import.meta.url))
const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)
const secret = generateSecret('standard', fill)
const body = '{"type":"invoice.paid","data":{"total":12.5}}'
const timestampSeconds = 1_790_000_000
const facts = { id: 'msg_1', attemptId: 'atmpt_1', eventType: 'invoice.paid', timestampSeconds, body: Buffer.from(body) }
const headers = Object.entries(sign({ profile: 'standard', secrets: [secret], ...facts })).map(([name, value]) => `${name}: ${value}`)

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'posthorn-cli-signing-'))
  writeFileSync(join(folder, 'body.json'), body)
  writeFileSync(join(folder, 'secret.txt'), `${secret}\n`)
  writeFileSync(join(folder, 'headers.txt'), `${headers.join('\r\n')}\r\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function posthorn(parts: readonly string[], { input = '', secretInEnvironment = '' } = {}): Promise<Ended> {
  const env = { PATH: process.env['PATH'], WEBHOOK_SECRET: secretInEnvironment }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...parts], { env, cwd: folder }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
    child.stdin!.end(input)
  })
}

const verifyParts = (...more: string[]) => ['verify', '--header', '@headers.txt', '--secret', '@secret.txt', ...more]
const then = ['--now', String(timestampSeconds + 12)]

describe('posthorn sign', () => {
  test('R68: prints headers that verify, for a file and for standard input', async () => {
    for (const [parts, input] of [
      [['sign', 'body.json', '--secret', '@secret.txt'], ''],
      [['sign', '--secret', secret], body],
    ] as const) {
      const { code, out } = await posthorn(parts, { input })
      expect(code).toBe(0)
      const printed = Object.fromEntries(
        out
          .trim()
          .split('\n')
          .map((line) => line.split(': ')),
      )
      const nowSeconds = Date.now() / 1000
      expect(verify({ profile: 'standard', secrets: [secret], headers: printed, body: Buffer.from(body), nowSeconds })).toMatchObject({
        ok: true,
        id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      })
    }
  })

  test('prints the five headers of hex, with the event type of the body, as JSON where it is asked for', async () => {
    const hex = generateSecret('hex', fill)
    const parts = ['sign', 'body.json', '-p', 'hex', '--id', 'evt_1', '--timestamp', String(timestampSeconds), '--json']
    const { out } = await posthorn(parts, { secretInEnvironment: hex })
    const expected = sign({ profile: 'hex', secrets: [hex], ...facts, id: 'evt_1', attemptId: 'atmpt_test' })
    expect(JSON.parse(out)).toEqual(expected)
  })

  test('exits with 2 without a secret, with one that cannot be read, and without a body', async () => {
    expect(await posthorn(['sign', 'body.json'])).toMatchObject({ code: 2, err: expect.stringContaining('WEBHOOK_SECRET') })
    expect(await posthorn(['sign', 'body.json', '-s', 'whsec_'])).toMatchObject({ code: 2, err: expect.stringContaining('empty') })
    expect(await posthorn(['sign', 'nothing.json', '-s', secret])).toMatchObject({ code: 2, err: expect.stringContaining('nothing.json') })
    expect(await posthorn(['sign', 'body.json', '-s', secret, '--id', 'a.b'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('dot'),
    })
  })
})

describe('R69: posthorn verify', () => {
  test('says what it verified, by which secret, and how old it is', async () => {
    const { code, out } = await posthorn(verifyParts('body.json', ...then))
    expect([code, out]).toEqual([0, 'Verified: standard, id msg_1, signed 12 s ago.\n'])
    const several = await posthorn([
      'verify',
      'body.json',
      '-H',
      '@headers.txt',
      '-s',
      generateSecret('standard', fill),
      '-s',
      secret,
      ...then,
    ])
    expect(several.out).toContain('with secret 2 of 2')
    const single = await posthorn(['verify', ...headers.flatMap((one) => ['-H', one]), ...then], {
      input: body,
      secretInEnvironment: secret,
    })
    expect(single.code).toBe(0)
  })

  test.for([
    [
      'a clock that is off',
      ['body.json', '--now', String(timestampSeconds + 900)],
      '',
      'stale_timestamp (clock). The timestamp is 900 s old',
    ],
    [
      'a body that was written again',
      [...then],
      JSON.stringify(JSON.parse(body), null, 2),
      'no_match (body changed). The body was parsed and',
    ],
    ['another body', [...then], '{}', 'no_match (secret or body).'],
    ['headers of another profile', ['body.json', ...then, '-p', 'svix'], '', 'missing_header (headers). The header svix-id is missing'],
    ['a header twice', ['body.json', ...then, '-H', 'webhook-id: msg_1'], '', 'The header webhook-id is given more than once'],
  ] as const)('exits with 1 and says why for %s', async ([, more, input, said]) => {
    const { code, out, err } = await posthorn(verifyParts(...more), { input })
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(`Refused: `)
    expect(err).toContain(said)
  })

  test('takes a tolerance, and answers programs in JSON', async () => {
    expect((await posthorn(verifyParts('body.json', '--now', String(timestampSeconds + 900), '--tolerance', '1000'))).code).toBe(0)
    const { code, out } = await posthorn(verifyParts('--json', ...then), { input: `${body}\n` })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ ok: false, code: 'no_match', cause: 'body' })
    expect(await posthorn(verifyParts('body.json', '--now', 'soon'))).toMatchObject({ code: 2 })
  })
})
