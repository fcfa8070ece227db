import { describe, expect, test } from 'vitest'
import * as contract from '../../packages/contract/src/index.ts'
import * as sdk from '../../packages/sdk/src/index.ts'
import { docstringsIn, examplesOf, exportsOf, type PublicExport } from '../tidy/docstrings.ts'
import { sourceFiles } from '../tidy/source-files.ts'
import { runExample } from './docstring-examples.ts'

const { operations, operationName } = contract

/** Where calls of the client go: to a list, which answers that there is nothing. A stream is over at once, which its reader is told. */
function recorder() {
  const sent: { readonly method: string; readonly url: URL; readonly body: unknown }[] = []
  const send: typeof fetch = async (url, init) => {
    const body = init?.body as string | undefined
    sent.push({ method: init!.method ?? 'GET', url: new URL(url as string), body: body === undefined ? undefined : JSON.parse(body) })
    if (new Headers(init!.headers).get('accept') === 'text/event-stream') return Response.json({ code: 'over' }, { status: 410 })
    return Response.json({ id: 'lst_1', data: [], iterator: null, prevIterator: null, done: true })
  }
  class Posthorn extends sdk.Posthorn {
    constructor(options: sdk.PosthornOptions) {
      super({ ...options, fetch: send })
    }
  }
  return { sent, scope: { Posthorn, posthorn: new Posthorn({ token: 'phk_...' }), console: { log: () => undefined } } }
}

function withExamples(door: string): [string, PublicExport][] {
  const documented = exportsOf(door).filter(({ file }) => !file.path.includes('/generated-client'))
  return documented.filter(({ docstring = '' }) => examplesOf(docstring).length > 0).map((one) => [one.name, one])
}

/** A statement of no result proves nothing. */
async function expectTrue({ docstring, kind }: PublicExport, scope: Record<string, unknown>) {
  for (const example of examplesOf(docstring!)) {
    const compared = await runExample(example, scope)
    if (kind === 'function') expect(compared, `say what comes of it:\n${example}`).toBeGreaterThan(0)
  }
}

describe('the examples of the sdk', () => {
  test.each(withExamples('packages/sdk/src/index.ts'))('%s does what its example says', async (_, about) => {
    await expectTrue(about, { ...sdk, ...recorder().scope })
  })

  const client = sourceFiles().find(({ path }) => path === 'packages/sdk/src/client/generated-client.ts')!
  const examples = docstringsIn(client).flatMap(examplesOf)

  test('each operation has one', () => {
    const shown = examples.flatMap((example) => /(?:await|of) posthorn\.(\w+\.\w+)\(/.exec(example)?.[1] ?? [])
    const called = operations.map((operation) => Object.values(operationName(operation)).join('.'))
    expect(called.filter((name) => !shown.includes(name))).toEqual([])
  })

  test.each(examples)('the operations of the contract take what is sent by %s', async (example) => {
    const { sent, scope } = recorder()
    await runExample(example, scope).catch((error: unknown) => {
      if ((error as { status?: number }).status !== 410) throw error
    })
    expect(sent.length).toBeGreaterThan(0)
    for (const { method, url, body } of sent) {
      const called = operations.filter((one) => one.method === method)
      const fits = ({ path }: contract.Operation) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(url.pathname)
      const operation = called.find(({ path }) => path === url.pathname) ?? called.find(fits)!
      const schema = operation.documentedBody ?? operation.body
      if (schema) expect(schema.safeParse(body).error).toBeUndefined()
      else expect(body).toBeUndefined()
      const query = Object.fromEntries(url.searchParams)
      expect(operation.query ? operation.query.safeParse(query).error : Object.keys(query).length).toBe(operation.query ? undefined : 0)
    }
  })
})

describe('the examples of the contract', () => {
  test.each(withExamples('packages/contract/src/index.ts'))('%s does what its example says', async (_, about) => {
    await expectTrue(about, { ...contract })
  })
})

describe('an example', () => {
  test('that is wrong fails', async () => {
    const wrong = [
      '1 + 1 // 3',
      "'invoice.paid' // 'invoice...due'",
      "({ a: 1 })\n// {\n//   a: '...',\n// }",
      '1 // throws TypeError',
      'f() // 1',
    ]
    for (const example of wrong) await expect(runExample(example, { f: () => Promise.reject(new Error('no')) })).rejects.toThrow()
  })

  test('that is right does not', async () => {
    const f = async (value: unknown) => value
    const right = "const a = await f(1)\na // 1\nf({ b: 'abc' })\n// { b: 'a...' }\nf(null).x // undefined\nnull.x // throws TypeError"
    expect(await runExample(right, { f })).toBe(4)
  })
})
