import { openApiDocument, operations, type Operation } from '@posthorn/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAccessWorld, type AccessWorld } from '../../../../test/support/access-world.ts'
import type { TestAnswer } from '../../../../test/support/test-api.ts'

/** Every field of every body and every query of the description is given what it is not: the answer names it, and says what to give. */

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

interface Described {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

const document = openApiDocument() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}
const byId = new Map<string, Operation>(operations.map((operation) => [operation.id, operation]))
const described = Object.values(document.paths).flatMap((methods) => Object.values(methods))

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : resolved(document.components.schemas[name]!)
}

/** What a schema may be, its alternatives one by one. */
function alternatives(schema: Schema): readonly Schema[] {
  const own = resolved(schema)
  const inner = [...(own.anyOf ?? []), ...(own.oneOf ?? []), ...(own.allOf ?? [])].flatMap(alternatives)
  return inner.length > 0 ? inner : [own]
}

type Path = readonly (string | number)[]

interface Field {
  readonly path: Path
  readonly schemas: readonly Schema[]
  /** A body with this value in the field. Its objects say of which kind they are, where there are several. */
  readonly holding: (value: unknown) => unknown
}

/** Every field, with those of objects and of the items of lists inside it. */
function fieldsOf(schema: Schema, path: Path = [], around: Field['holding'] = (value) => value): Field[] {
  if (path.length > 3) return []
  return alternatives(schema).flatMap((one) => [
    ...Object.entries(one.properties ?? {}).flatMap(([name, inner]) => {
      const place = [...path, name]
      const holding = (value: unknown) => around({ ...kindOf(one), [name]: value })
      return [{ path: place, schemas: alternatives(inner), holding }, ...fieldsOf(inner, place, holding)]
    }),
    ...(one.items ? fieldsOf(one.items, [...path, 0], (value) => around([value])) : []),
  ])
}

function kindOf({ properties = {} }: Schema): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).flatMap(([name, inner]) => ('const' in inner ? [[name, inner.const]] : [])))
}

/** One of each kind, and none that anything means. */
const strange: readonly unknown[] = [
  ...[true, -1.5, '\u0000 \ud800?', { '': 1 }, [[]]],
  // What no object has of its own, and what cannot be made text.
  JSON.parse('{"__proto__":{"a":1},"toString":1,"constructor":null}'),
]

const SENTENCE = /^[A-Z"].{10,}\.$/s

/** The fault that is reported of a place or of what stands around it, in a sentence. */
function faultAt({ status, body, text }: TestAnswer, loc: readonly string[]): string | undefined {
  // Without a version nothing is replaced, and where no flow is published nothing runs; but the body was taken.
  if (status < 400 || status === 428 || String(body['code']) === 'nothing_to_run') return undefined
  expect(status, text).toBe(422)
  const faults = body['detail'] as unknown as { loc: string[]; msg: string; type: string }[]
  for (const { msg } of faults) expect(msg, text).toMatch(SENTENCE)
  return faults.find((fault) => loc.every((part, i) => fault.loc[i] === undefined || fault.loc[i] === part) && fault.loc.length > 1)?.msg
}

/** Fields that take any JSON: nothing given to them is wrong. */
const isOpen = (schemas: readonly Schema[]) =>
  schemas.some(({ type, properties, items, ...more }) => !type && !properties && !items && !('const' in more) && !('enum' in more))
/** Each message of a batch stands or falls alone: its faults are in the answer, and tested where the batch is. */
const answersInside = (id: string, path: Path) => id === 'v1.message.create-batch' && path.length > 1

let world: AccessWorld
/** What the world has of another kind: its entry is a file, which nobody replaces. */
const named: Record<string, string> = {}
beforeAll(async () => {
  world = await startAccessWorld('sqlite')
  const entry = await world.api.call(`POST /app/${world.own['app_id']}/entry`, { body: { document: {} } })
  named['entry_id'] = String(entry.body['id'])
})
afterAll(() => world.stop())

const pathOf = ({ path }: Operation) =>
  path.replace(/^\/api\/v1/, '').replaceAll(/\{(\w+)\}/g, (_, name: string) => named[name] ?? world.own[name] ?? 'order.paid')

const withBody = described.filter(({ requestBody }) => requestBody?.content['application/json'] !== undefined)
test.each(withBody.map((one) => [one.operationId, one] as const))(
  '%s names each field of its body that is wrong',
  async (id, { requestBody }) => {
    const operation = byId.get(id)!
    const fields = fieldsOf(requestBody!.content['application/json']!.schema)
    for (const { path, schemas, holding } of fields) {
      if (isOpen(schemas) || answersInside(id, path)) continue
      const said: (string | undefined)[] = []
      for (const value of strange) {
        const answer = await world.api.call(`${operation.method} ${pathOf(operation)}`, { body: holding(value) })
        expect(answer.status, `${path.join('.')}: ${answer.text}`).toBeLessThan(500)
        said.push(faultAt(answer, ['body', ...path.map(String)]))
      }
      expect(said.filter((msg) => msg !== undefined).length, `${path.join('.')}: ${JSON.stringify(said)}`).toBeGreaterThanOrEqual(2)
    }
  },
)

/** What else has to be asked for. */
const needed: Readonly<Record<string, string>> = { cron: '0+8+*+*+*' }

const withQuery = described.flatMap(({ operationId, parameters = [] }) => {
  const asked = parameters.filter((one) => one.in === 'query')
  return asked.length > 0 ? [[operationId, asked] as const] : []
})
test.each(withQuery)('%s understands each parameter of its query, or names it', async (id, asked) => {
  const operation = byId.get(id)!
  for (const { name } of asked) {
    const required = asked.filter((one) => one.required === true && one.name !== name).map((one) => `&${one.name}=${needed[one.name]}`)
    for (const value of ['-1.5', '%00', '%F0%9F%99%83', '2026-13-45', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', 'a,,b']) {
      const answer = await world.api.call(
        `${operation.method} ${pathOf(operation)}?${name}=${value}${required.join('')}`,
        operation.body && { body: {} },
      )
      expect(answer.status, `${name}=${value}: ${answer.text}`).toBeLessThan(500)
      // With another fault in the body or in what is asked for, the query need not be the one that is reported.
      if (answer.status === 422 && operation.body === undefined) expect(faultAt(answer, ['query', name]), answer.text).toBeDefined()
    }
  }
})
