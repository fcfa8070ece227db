import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../test/support/test-api.ts'
import { apiOperations } from '@posthorn/sdk'
import { apiCommands } from './api-command.ts'
import { tableOf } from './print-answer.ts'

const command = fileURLToPath(new URL('../bin/posthorn.mjs', import.meta.url))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

let api: TestApi
let folder = ''
beforeAll(async () => {
  api = await startTestApi()
  folder = mkdtempSync(join(tmpdir(), 'posthorn-cli-'))
  await api.call('POST /app', { body: { uid: 'default', name: 'Default' } })
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await api.stop()
})

function posthorn(
  parts: readonly string[],
  { environment = {}, input = '' }: { environment?: Record<string, string>; input?: string } = {},
): Promise<Ended> {
  const env = { PATH: process.env['PATH'], POSTHORN_URL: api.url, POSTHORN_API_KEY: api.key, ...environment }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...parts], { env, cwd: folder }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
    child.stdin!.end(input)
  })
}

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: Schema }>> }>> }>>
    >
  >
}

describe('the command', () => {
  test('says of every noun of the API what it is', () => {
    for (const command of apiCommands()) expect(command.description(), command.name()).toMatch(/^[A-Z].{10,}\.$/)
  })

  test('says where to look when the words of a command are wrong, and where fields go', async () => {
    const { code, err } = await posthorn(['listener', 'create', '--name', 'Orders'])
    expect([code, err]).toEqual([
      2,
      `error: unknown option '--name'\n"posthorn listener create --help" says what there is. The fields of the body are given as JSON in --data.\n`,
    ])
    expect((await posthorn(['listener', 'get', '--nme', 'x'])).err).toBe(
      `error: unknown option '--nme'\n"posthorn listener get --help" says what there is.\n`,
    )
    expect((await posthorn(['listner'])).err).toBe(
      `error: unknown command 'listner'\n(Did you mean listener?)\n"posthorn --help" says what there is.\n`,
    )
  })

  test('says with --help what there is, with examples and exit codes', async () => {
    const { code, out } = await posthorn(['--help'])
    expect(code).toBe(0)
    for (const word of ['serve', 'config', 'listener', 'flow', 'run', 'Examples:', 'Exit codes: 0 done, 1 failed, 2 wrong usage'])
      expect(out).toContain(word)
  })

  test('says of each option of a list what it finds, and which values there are', async () => {
    const { out } = await posthorn(['delivery', 'list', '--help'])
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '--status <value> One or several, with commas: waiting, sending, throttled, held, delivered, failed, cancelled --endpoint-id',
    )
    expect((await posthorn(['run', 'list', '--help'])).out.replaceAll(/\s+/g, ' ')).toContain(
      'What started it: webhook, job, event, schedule',
    )
  })

  test('reports a misspelt command, and exits with 2', async () => {
    const { code, err } = await posthorn(['listner'])
    expect(code).toBe(2)
    expect(err).toContain('Did you mean listener?')
  })

  test('prints the settings in force, secrets masked', async () => {
    const { out } = await posthorn(['config', 'print', '--log-level', 'debug'], {
      environment: { POSTHORN_API_KEY: 'canary-canary-canary-canary' },
    })
    expect(out).toContain('POSTHORN_LOG_LEVEL=debug')
    expect(out).not.toContain('canary')
  })

  test('reports every fault of the configuration, one a line, and exits with 2', async () => {
    const { code, err } = await posthorn(['serve', '--port', 'many', '--log-level', 'loud'])
    expect(code).toBe(2)
    expect(err.trim().split('\n')).toHaveLength(2)
  })

  test('refuses a file that was asked for by name and is not there', async () => {
    const { code, err } = await posthorn(['config', 'print', '--config', 'nowhere.yaml'])
    expect(code).not.toBe(0)
    expect(err).toContain('nowhere.yaml')
  })
})

describe('serve', () => {
  test('says where it listens and the first key once, and stops in order on SIGTERM', async () => {
    const server = spawn(process.execPath, [command, 'serve', '--dev', '--port', '0', '--data', join(folder, 'data')], {
      env: { PATH: process.env['PATH'] },
      cwd: folder,
    })
    const ended = once(server, 'exit')
    let out = ''
    for await (const chunk of server.stdout) {
      out += String(chunk)
      if (/First key: +phk_\w+/.test(out)) break
    }
    const url = /listens on (http:\S+)/.exec(out)![1]!
    // By the name that the first owner's link has: a browser keeps their session for that one only.
    expect(/Console: +(\S+)/.exec(out)![1]).toBe(url.replace('127.0.0.1', 'localhost'))
    const key = /phk_\w+/.exec(out)![0]
    const listed = await fetch(`${url}/api/v1/app`, { headers: { authorization: `Bearer ${key}` } })
    expect(await listed.json()).toMatchObject({ data: [{ uid: 'default' }] })
    const install = await fetch(`${url}/api/v1/install`, { headers: { authorization: `Bearer ${key}` } })
    // What `--dev` allows is in effect, too.
    expect(await install.json()).toMatchObject({
      settings: expect.arrayContaining([expect.objectContaining({ name: 'allowHttp', value: 'true' })]),
    })
    server.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  test('stops in order on SIGHUP, also when the system and the shell both send it', async () => {
    const server = spawn(process.execPath, [command, 'serve', '--dev', '--port', '0', '--data', join(folder, 'data')], {
      env: { PATH: process.env['PATH'] },
      cwd: folder,
    })
    const ended = once(server, 'exit')
    const says = async (pattern: RegExp): Promise<void> => {
      for (let out = ''; !pattern.test(out);) out += String((await once(server.stdout, 'data'))[0])
    }
    await says(/listens on/)
    server.kill('SIGHUP')
    await says(/server\.stopping/)
    server.kill('SIGHUP')
    expect(await ended).toEqual([0, null])
  })
})

describe('flow check', () => {
  const yaml = `# Orders
name: Orders
trigger: { kind: job }
steps:
  - id: shape
    kind: transform
    expression: "1 +"
  - id: done
    kind: stop
    wehn: true
`

  test('says what is wrong with a flow in a file, with lines, and needs no server', async () => {
    writeFileSync(join(folder, 'orders.yaml'), yaml)
    const environment = { POSTHORN_URL: 'http://127.0.0.1:1', POSTHORN_API_KEY: '' }
    const shape = await posthorn(['flow', 'check', 'orders.yaml'], { environment })
    expect(shape).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^orders\.yaml:10:5: \/steps\/1\/wehn: "wehn" is not a field of a stop step/),
    })
    const mended = yaml.replace('    wehn: true\n', '')
    const expression = await posthorn(['flow', 'check', '-'], { environment, input: mended })
    expect(expression).toMatchObject({ code: 1, out: expect.stringMatching(/^-:7:5: .*\(invalid_expression\)\n$/) })
    expect(await posthorn(['flow', 'check', '-'], { environment, input: mended.replace('1 +', '1 + 1') })).toMatchObject({
      code: 0,
      out: '',
    })
  })

  test.each(['github-push', 'payment-completed'])('passes the flow of examples/%s', async (name) => {
    const file = fileURLToPath(new URL(`../../../examples/${name}/flow.json`, import.meta.url))
    expect(await posthorn(['flow', 'check', file])).toMatchObject({ code: 0, out: '' })
  })

  test('reads JSON too, and answers programs in JSON', async () => {
    const input = '{\n  "name": "A",\n  "trigger": { "kind": "job" },\n  "steps": [\n    { "id": "a", "kind": "jump" }\n  ]\n}'
    const { code, out } = await posthorn(['flow', 'check', '-', '--json'], { input })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ faults: [{ line: 5, column: 18, pointer: '/steps/0/kind', code: 'unknown_step_kind' }] })
    expect((await posthorn(['flow', 'check', '-'], { input: 'name: [' })).code).toBe(1)
    expect((await posthorn(['flow', 'check', 'nowhere.yaml'])).code).toBe(2)
  })
})

describe('flow run', () => {
  const yaml = `name: Orders
trigger: { kind: webhook, listener: orders }
steps:
  - { id: total, kind: transform, expression: "$sum(body.lines.price)" }
  - { id: erp, kind: send_webhook, url: 'https://erp.example/hook', bearerToken: '{{ secrets.erp }}', next: [{ status: KO, do: continue }] }
  - { id: tell, kind: emit_event, eventType: order.taken, payload: { total: '{{ steps.total.output }}', via: '{{ trigger.params.shop }}' } }
  - { id: reply, kind: webhook_response, status: 201, body: { total: '{{ steps.total.output }}' } }
`
  const environment = { POSTHORN_URL: 'http://127.0.0.1:1', POSTHORN_API_KEY: '' }
  const run = (...parts: string[]) => posthorn(['flow', 'run', '-', ...parts], { environment, input: yaml })
  const body = '{"lines":[{"price":20},{"price":40}]}'

  test('runs a flow in a file without a server, and shows what each step did and what would leave', async () => {
    const { code, out } = await run('--body', body, '--secret', 'erp=canary', '--outcome', 'erp=503', '--param', 'shop=berlin')
    expect(out.replaceAll(/ +[\d.]+ ms/g, '')).toBe(`OK   total  60
KO   erp  http_503  {"status":503,"body":null}
     The receiver answered 503.
OK   tell
OK   reply  {"status":201}
${/sends erp: .*/.exec(out)?.[0]}
event order.taken: {"total":60,"via":"berlin"}
reply 201 {"total":60}
run ok
`)
    expect(code).toBe(0)
    expect(out).not.toContain('canary')
  })

  test('stops behind a step, answers programs in JSON, and reports faults with lines', async () => {
    const { out } = await run('--body', body, '--until', 'total', '--json')
    expect(JSON.parse(out)).toMatchObject({ stopped: true, steps: [{ id: 'total', output: 60 }] })
    const wrong = await posthorn(['flow', 'run', '-'], { environment, input: yaml.replace('expression: "$sum', 'expression: "$sum(') })
    expect(wrong).toMatchObject({ code: 1, out: expect.stringMatching(/^-:4:\d+: .*\(invalid_expression\)\n$/) })
    for (const parts of [
      ['--outcome', 'erp=maybe'],
      ['--until', 'nobody'],
    ])
      expect((await run(...parts)).code, parts.join(' ')).toBe(2)
  })
})

test('flow run shows no reply where nobody hears one', async () => {
  const environment = { POSTHORN_URL: 'http://127.0.0.1:1', POSTHORN_API_KEY: '' }
  for (const trigger of [
    '{ kind: job }',
    '{ kind: event, eventTypes: [order.taken] }',
    '{ kind: schedule, cron: "0 7 * * *", timeZone: Europe/Berlin }',
  ]) {
    const input = `{ name: A, trigger: ${trigger}, steps: [{ id: sum, kind: transform, expression: "1 + 1" }] }`
    const { code, out } = await posthorn(['flow', 'run', '-'], { environment, input })
    expect([code, out.replaceAll(/ +[\d.]+ ms/g, '')], trigger).toEqual([0, 'OK   sum  2\nrun ok\n'])
  }
})

describe('flow export and import', () => {
  const yaml = `# Orders of the shop.
uid: copied
name: Orders
trigger:
  kind: job
steps:
  # The sum,
  # in cents.
  - id: total
    kind: transform
    expression: |-
      $sum(
        body.lines.price
      )
  - id: number
    kind: set_meta
    meta:
      order: 12345678901234567890123
      rate: 0.1234567890123456789
  - id: check
    kind: branch
    if: "{{ steps.total.output > 1000 }}"
    then:
      # Too much.
      - id: refuse
        kind: fail
`

  test('keep what a file says, comments too, and publish it if asked to', async () => {
    const imported = await posthorn(['flow', 'import', '-', '--publish', '--note', 'The first.'], { input: yaml })
    expect(imported).toMatchObject({ code: 0, out: expect.stringMatching(/^flow_\w+ published, version 1\n$/) })
    const { body } = await api.call('GET /app/default/flow/copied')
    expect(body).toMatchObject({
      notes: 'Orders of the shop.',
      steps: [{ notes: 'The sum,\nin cents.' }, {}, { then: [{ notes: 'Too much.' }] }],
    })
    const exported = await posthorn(['flow', 'export', 'copied'])
    // Numbers with all their digits, too.
    expect(exported.out).toBe(yaml)
    const ran = await posthorn(['flow', 'run', '-', '--body', '{"id":98765432109876543210}', '--json'], {
      input: yaml.replace('order: 12345678901234567890123', 'order: "{{ body.id }}"'),
    })
    expect(ran.out).toContain('"meta":{"order":98765432109876543210,"rate":0.1234567890123456789}')
    expect(await posthorn(['flow', 'export', 'copied', '--version', 'published', '-o', 'copied.json'])).toMatchObject({ code: 0, out: '' })
    expect((await posthorn(['flow', 'import', 'copied.json'])).out).toMatch(/saved, revision [\w-]{22}\n$/)
  })

  test('say with lines what the server warns of', async () => {
    const listener = { uid: 'once', name: 'Once', suffix: '/once', auth: { kind: 'none' }, reply: { mode: 'at_once' } }
    await api.call('POST /app', { body: { uid: 'warned', name: 'Warned' } })
    await api.call('POST /app/warned/listener', { body: listener })
    const input = 'uid: answers\nname: A\ntrigger: { kind: webhook, listener: once }\nsteps:\n  - { id: reply, kind: webhook_response }\n'
    const unheard = /^-:5:18: warning: \/steps\/0\/kind: Nobody hears this answer: .* \(unheard_response\)\nflow_\w+ (saved|published), /
    for (const more of [[], ['--publish']]) {
      const imported = await posthorn(['flow', 'import', '-', '--app', 'warned', ...more], { input })
      expect(imported).toMatchObject({ code: 0, out: expect.stringMatching(unheard) })
    }
  })

  test('report what is wrong with lines, and do not write over another', async () => {
    const wrong = await posthorn(['flow', 'import', '-'], { input: yaml.replace('kind: fail', 'kind: fial') })
    expect(wrong).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^-:26:9: \/steps\/2\/then\/0\/kind: There is no step of kind "fial"/),
    })
    const unpublished = await posthorn(['flow', 'import', '-', '--publish'], {
      input: yaml.replace('steps.total.output', 'steps.sum.output'),
    })
    expect(unpublished).toMatchObject({ code: 1, out: expect.stringMatching(/^-:22:5: .*there is no step "sum"/) })
    const old = await posthorn(['flow', 'import', '-', '--if-match', 'other'], { input: yaml })
    expect(old).toMatchObject({ code: 1, err: expect.stringMatching(/changed this draft/) })
    expect((await posthorn(['flow', 'import', '-'], { input: yaml.replace('uid: copied\n', '') })).code).toBe(2)
  })
})

describe('the commands of the API', () => {
  test('create from --data, from a file and from standard input', async () => {
    const listener = { name: 'Orders', auth: { kind: 'none' } }
    const { code, out } = await posthorn(['listener', 'create', '--data', JSON.stringify({ ...listener, uid: 'a', suffix: '/a' })])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ uid: 'a', publicUrl: 'https://hooks.example.com/in/default/a' })
    writeFileSync(join(folder, 'b.json'), JSON.stringify({ ...listener, uid: 'b', suffix: '/b' }))
    expect((await posthorn(['listener', 'create', '--data', '@b.json'])).code).toBe(0)
    const input = JSON.stringify({ ...listener, uid: 'c', suffix: '/c' })
    expect((await posthorn(['listener', 'create', '--data', '-'], { input })).code).toBe(0)
  })

  test('send numbers as they are written, whatever their size', async () => {
    const payload = '{ "total": 119.00, "id": 12345678901234567890, "text": "1.0" }'
    const { out } = await posthorn(['message', 'create', '--data', `{ "eventType": "order.made", "payload": ${payload} }`])
    const { text } = await api.call(`GET /app/default/msg/${(JSON.parse(out) as { id: string }).id}`)
    expect(text).toContain('{"total":119.00,"id":12345678901234567890,"text":"1.0"}')
  })

  test('print numbers as they were answered, whatever their size', async () => {
    const payload = '{"total":119.00,"id":12345678901234567890}'
    const sent = await posthorn(['message', 'create', '--data', `{ "eventType": "order.exact", "payload": ${payload} }`])
    const { id } = JSON.parse(sent.out) as { id: string }
    expect((await posthorn(['message', 'get', id])).out).toMatch(/"total": 119\.00,\s+"id": 12345678901234567890\n/)
    expect((await posthorn(['message', 'list', '--all'])).out).toContain(payload)
  })

  test('say of a rotated secret what holds now, and until when the old one signs', async () => {
    await api.call('POST /app/default/endpoint', { body: { uid: 'rotated', url: 'https://a.example/' } })
    const ended = await posthorn(['endpoint', 'rotate-secret', 'rotated'])
    expect(ended).toMatchObject({ code: 0, out: '' })
    expect(ended.err).toMatch(
      /^A new secret signs from now on\. The old one signs too until 20\S+Z\. Read it within 10 minutes: posthorn endpoint get-secret rotated --app default\n$/,
    )
    const atOnce = await posthorn(['endpoint', 'rotate-secret', 'rotated', '--with-secret', 'true', '-d', '{"gracePeriodSeconds":0}'])
    expect(JSON.parse(atOnce.out)).toEqual({ secret: expect.stringMatching(/^whsec_/) })
    expect(atOnce.err).toBe('A new secret signs from now on. Old ones sign no more.\n')
  })

  test('say of a message whose event type nobody defined which one is near, on standard error', async () => {
    await api.call('POST /event-type', { body: { name: 'invoice.paid', description: '' } })
    const send = (eventType: string) => posthorn(['message', 'create', '-d', JSON.stringify({ eventType, payload: {} })])
    expect(await send('invoice.payed')).toMatchObject({
      code: 0,
      out: expect.stringContaining('"eventType": "invoice.payed"'),
      err: 'There is no event type "invoice.payed" here. Did you mean "invoice.paid"? The message was accepted all the same, and goes to endpoints that take this name.\n',
    })
    expect((await send('invoice.paid')).err).toBe('')
  })

  test('that try something out end with 1 where it failed, and say of a test whose event type nobody defined', async () => {
    let status = 503
    const receiver = createServer((_, response) => void response.writeHead(status).end())
    await once(receiver.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => {
      receiver.close()
      receiver.closeAllConnections()
    })
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    await api.call('POST /app', { body: { uid: 'tries', name: 'Tries' } })
    await api.call('POST /app/tries/endpoint', { body: { uid: 'tested', url } })
    await api.call('POST /event-type', { body: { name: 'tested.once', description: '' } })
    const trying = (...more: string[]) => posthorn(['endpoint', 'test', 'tested', '--app', 'tries', ...more])
    const failed = await trying()
    expect(failed).toMatchObject({ code: 1, err: '' })
    expect(JSON.parse(failed.out)).toMatchObject({ ok: false, failure: 'http_503' })
    status = 200
    expect(await trying('-d', '{"eventType":"tested.once"}')).toMatchObject({ code: 0, err: '' })
    expect(await trying('-d', '{"eventType":"tested.onec"}')).toMatchObject({
      code: 0,
      err: 'There is no event type "tested.onec" here. Did you mean "tested.once"? The test was sent all the same.\n',
    })
    await api.call('POST /app/tries/listener', {
      body: { uid: 'verifying', name: 'Verifying', suffix: '/verifying', auth: { kind: 'bearer', tokens: ['one-of-its-own'] } },
    })
    const asked = '{"headers":{"authorization":"Bearer another"},"body":"{}"}'
    const verdict = await posthorn(['listener', 'verify', 'verifying', '--app', 'tries', '-d', asked])
    expect([verdict.code, JSON.parse(verdict.out)]).toEqual([1, expect.objectContaining({ taken: false })])
    const transformed = (expression: string) =>
      posthorn(['transformation', 'test', '-d', JSON.stringify({ expression, payload: { a: 1 } })])
    expect([(await transformed('$$')).code, (await transformed('$error("no")')).code]).toEqual([0, 1])
  })

  test('have columns for what any list of the API holds, also one that has no pages', async () => {
    const { paths, components } = (await (await fetch(`${api.url}/openapi.json`)).json()) as OpenApi
    const inner = (schema: Schema): Schema => (schema.$ref === undefined ? schema : components.schemas[schema.$ref.split('/').at(-1)!]!)
    const heads = apiOperations.flatMap(({ id, method, path }): [string, string[]][] => {
      const answered = paths[path]![method.toLowerCase()]!.responses['200']?.content?.['application/json']?.schema
      const items = method === 'GET' && answered ? inner(answered).properties?.['data']?.items : undefined
      if (items && inner(items).properties === undefined) return []
      const item = Object.fromEntries(Object.keys(items ? (inner(items).properties ?? {}) : {}).map((name) => [name, name]))
      return items ? [[id, tableOf([item]).split('\n')[0]!.split(/ +/)]] : []
    })
    expect(heads.length).toBeGreaterThan(25)
    expect(heads.filter(([, names]) => names.length < 2)).toEqual([])
  })

  test('list a page as JSON, or every item as a line', async () => {
    const page = await posthorn(['listener', 'list', '--limit', '2'])
    expect(JSON.parse(page.out)).toMatchObject({ data: [{ uid: 'a' }, { uid: 'b' }], done: false })
    const all = await posthorn(['listener', 'list', '--all', '--limit', '2'])
    expect(
      all.out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { uid: string }).uid),
    ).toEqual(['a', 'b', 'c'])
  })

  test('take the application with --app, and arguments in their order', async () => {
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    expect((await posthorn(['secret', 'put', 'erp', '--app', 'shop', '--data', '{"value":"x"}'])).code).toBe(0)
    expect(JSON.parse((await posthorn(['secret', 'get', 'erp', '-a', 'shop'])).out)).toMatchObject({ name: 'erp' })
    expect((await posthorn(['application', 'get', 'shop'])).code).toBe(0)
    expect((await posthorn(['app', 'get', 'shop'])).code).toBe(0)
  })

  test('report every wrong field, and exit with 1', async () => {
    const { code, err, out } = await posthorn(['listener', 'create', '--data', '{"name":"","suffix":"a b"}'])
    expect(code).toBe(1)
    expect(out).toBe('')
    for (const pointer of ['/name: ', '/suffix: ', '/auth: ']) expect(err).toContain(pointer)
  })

  test('exit with 2 without a key, and for a body that is no JSON', async () => {
    const without = await posthorn(['listener', 'list'], { environment: { POSTHORN_API_KEY: '' } })
    expect(without.code).toBe(2)
    expect(without.err).toContain('POSTHORN_API_KEY')
    expect((await posthorn(['listener', 'create', '--data', '{'])).code).toBe(2)
    const nowhere = await posthorn(['listener', 'list', '--url', 'posthorn.example.com'])
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('"posthorn.example.com" is no URL of a server') as string })
  })
})

test('says which Node it needs, where it is started by an older one', async () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { engines: { node: string } }
  const needed = engines.node.replace('>=', '')
  const startedBy = (version: string) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
    const parts = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, command, '--help']
    return new Promise<Ended>((resolve) => {
      execFile(process.execPath, parts, (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }))
    })
  }
  for (const version of ['20.20.2', '26.2.9']) {
    const { code, out, err } = await startedBy(version)
    expect([code, out, err.trim().split('\n').length], version).toEqual([1, '', 1])
    expect(err).toContain(`needs Node ${needed.replace(/\.0$/, '')} or newer, and this is ${version}`)
  }
  for (const version of [needed, '26.10.0', '27.0.0']) expect((await startedBy(version)).code, version).toBe(0)
})
