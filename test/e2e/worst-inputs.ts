import { openApiDocument, operations, type Operation } from '@posthorn/contract'

/** A call of the API, or of a listener, that asks for as much work as the limits allow. */
export interface Attack {
  readonly name: string
  readonly method: string
  /** Below `/api/v1`, unless it begins with `/in/` or `/docs`. */
  readonly path: string
  readonly body?: string
  readonly contentType?: string
  /** It is within the limits, so it must not be refused. */
  readonly taken?: boolean
  /** The runs that it starts are waited for. */
  readonly runs?: boolean
}

const KIB = 1024
const MIB = 1024 * KIB
const times = <Item>(count: number, make: (index: number) => Item): Item[] => Array.from({ length: count }, (_, index) => make(index))

/** JSON of about so many bytes, of the shapes that cost most to read: many values, many names, deep nesting. */
export const shapes: Readonly<Record<string, (bytes: number) => string>> = {
  lists: (bytes) => `[${'[],'.repeat(bytes / 3 - 10)}1]`,
  objects: (bytes) => `[${'{},'.repeat(bytes / 3 - 10)}1]`,
  names: (bytes) => `{${times(Math.floor(bytes / 14), (index) => `"n${index}":1`).join(',')}}`,
  deep: (bytes) => `[${`${'['.repeat(200)}${']'.repeat(200)},`.repeat(bytes / 401 - 2)}1]`,
}

interface Described {
  readonly operationId: string
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
}

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, unknown>>
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

/** Every field of every body of the API, holding as much as a body may hold of what it is not, or of what it is. */
export function fieldAttacks(pathOf: (operation: Operation) => string): Attack[] {
  const document = openApiDocument() as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  }
  const resolved = (schema: Schema): Schema =>
    schema.$ref ? resolved(document.components.schemas[schema.$ref.split('/').at(-1)!]!) : schema
  const fieldsOf = (schema: Schema): string[] => {
    const { properties = {}, anyOf = [], oneOf = [] } = resolved(schema)
    return [...new Set([...Object.keys(properties), ...[...anyOf, ...oneOf].flatMap(fieldsOf)])]
  }
  const described = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const wholes = Object.entries(shapes).map(([shape, make]) => ({ shape, body: make(MIB - 4 * KIB) }))
  // Calls without a place for any JSON take a quarter of a megabyte; what is larger is refused before it is read.
  const values = ['objects', 'names'].map((shape) => ({ shape, value: shapes[shape]!(250 * KIB) }))
  return operations.flatMap((operation: Operation) => {
    const schema = described.find(({ operationId }) => operationId === operation.id)?.requestBody?.content['application/json'].schema
    if (schema === undefined) return []
    const about = { method: operation.method, path: pathOf(operation) }
    return [
      ...wholes.map(({ shape, body }) => ({ ...about, name: `${operation.id} with a megabyte of ${shape}`, body })),
      ...fieldsOf(schema).flatMap((field) =>
        values.map(({ shape, value }) => ({
          ...about,
          name: `${operation.id} with ${shape} in ${field}`,
          body: `{${JSON.stringify(field)}:${value}}`,
        })),
      ),
    ]
  })
}

const json = (value: unknown): string => JSON.stringify(value)

/** A draft may hold what cannot be read; trying and publishing it tells so. */
const unreadable: ReadonlySet<string> = new Set(['unknown names', 'expressions with joins', 'regular expressions'])

/**
 * Flows at the limits of what may be saved (16,384 characters between braces in a step, 262,144 characters and 500 steps in all; beside
 * one that is wrong in every step), each saved, read, tried, published, run and looked at.
 */
export function flowAttacks(app: string): Attack[] {
  const list = times(4000, (index) => `word${(index * 7919) % 4000}`)
  const sorting = '{{ body.list | sort_natural | reverse | sort_natural | join: "," | split: "," | sort_natural | size }}'
  const steps: Readonly<Record<string, readonly object[]>> = {
    'five hundred steps': times(500, (index) => ({ id: `s${index}`, kind: 'set_meta', meta: { [`k${index}`]: '{{ body.a }}' } })),
    'long templates': times(15, (index) => ({ id: `s${index}`, kind: 'set_meta', meta: { k: '{{body.a}}'.repeat(1600) } })),
    'long chains of filters': times(15, (index) => ({
      id: `s${index}`,
      kind: 'set_meta',
      meta: { k: `{{body.a${'|upcase'.repeat(2300)}}}` },
    })),
    'unknown names': times(15, (index) => ({ id: `s${index}`, kind: 'set_meta', meta: { k: '{{bod.a}}'.repeat(1800) } })),
    'many names': [{ id: 's', kind: 'set_meta', meta: Object.fromEntries(times(1600, (index) => [`k${index}`, '{{body.a}}'])) }],
    'the body many times': [{ id: 's', kind: 'set_meta', meta: Object.fromEntries(times(2000, (index) => [`k${index}`, '{{body}}'])) }],
    sorting: times(400, (index) => ({ id: `s${index}`, kind: 'set_meta', meta: { k: sorting } })),
    'sorting in one field': [{ id: 's', kind: 'set_meta', meta: { k: `{{ body.list${' | sort_natural | reverse'.repeat(70)} | size }}` } }],
    'wrong steps': times(500, () => ({ id: 's', kind: 'nope', notes: 'x'.repeat(400) })),
    conditions: times(23, (index) => ({
      ...{ id: `s${index}`, kind: 'filter', if: true },
      next: times(20, (row) => ({ status: 'OK', do: { steps: [{ id: `n${index}x${row}`, kind: 'stop' }] } })),
    })),
    branches: times(16, (index) => ({
      id: `s${index}`,
      kind: 'branch',
      if: `{{ body.a${' or body.a'.repeat(1500)} }}`,
      then: [],
      else: [],
    })),
    'an event': [{ id: 's', kind: 'emit_event', eventType: 'a.b', payload: { all: times(1250, () => '{{body.list}}') } }],
    'a reply': [{ id: 's', kind: 'webhook_response', body: times(1250, () => '{{body.list}}') }],
    'a request': times(20, (index) => ({
      ...{ id: `s${index}`, kind: 'send_webhook', url: 'https://receiver.example/{{body.a}}' },
      headers: Object.fromEntries(times(100, (header) => [`h${header}`, '{{body.a}}'.repeat(10)])),
    })),
    'expressions with joins': times(16, (index) => ({ id: `s${index}`, kind: 'transform', expression: '@$x.a'.repeat(3200) })),
    'regular expressions': times(14, (index) => ({
      id: `s${index}`,
      kind: 'transform',
      expression: `[${times(1450, () => '/\\w{500}/').join(',')}]`,
    })),
    'an expression that never ends': [{ id: 's', kind: 'transform', expression: '($f := function($n) { $f($n + 1) }; $f(0))' }],
    'a failure': [{ id: 's', kind: 'fail', message: '{{body.list}}'.repeat(1250) }],
    'a stop': [{ id: 's', kind: 'stop', when: `{{ ${'body.a and '.repeat(1480)}body.a }}` }],
  }
  return Object.entries(steps).flatMap(([name, all], index) => {
    const flow = { uid: `worst-${index}`, name, trigger: { kind: 'webhook', listener: 'worst' }, steps: all }
    const path = `/app/${app}/flow/worst-${index}`
    const taken = !name.startsWith('wrong')
    return [
      { name: `saving ${name}`, method: 'PUT', path, body: json(flow), taken },
      { name: `reading ${name}`, method: 'GET', path },
      {
        name: `trying ${name}`,
        method: 'POST',
        path: `${path}/test`,
        body: json({ simulated: { body: { a: 1, list } } }),
        taken: taken && !unreadable.has(name),
      },
      { name: `publishing ${name}`, method: 'POST', path: `${path}/publish` },
      { name: `running ${name}`, method: 'POST', path: `/in/${app}/worst`, body: json({ a: 1, list }) },
      { name: `reading the run of ${name}`, method: 'GET', path: `/app/${app}/run?limit=1` },
      { name: `taking ${name} away`, method: 'DELETE', path },
    ]
  })
}

/** Expressions of the largest length that take longest to read: none of it may happen on the event loop. */
const dear: Readonly<Record<string, string>> = {
  'repeats in a regular expression': `/(${'\\w{500}'.repeat(2000)})/`,
  'classes in a regular expression': `$match(a, /${'[\\pL\\d]'.repeat(300)}/i)`,
  joins: `a${'@$x.a'.repeat(3200)}`,
  'a path': `a${'.a'.repeat(8000)}`,
  sums: `1${'+1'.repeat(4900)}`,
  'an object': `{${times(1200, (index) => `"k${index}":a`).join(',')}}`,
  'a cheap one of a thousand parts': `[${times(400, (index) => `a.b${index}`).join(',')}]`,
}

/** Whatever is done with them, one after the other; a portal key may save an endpoint too. */
export function expressionAttacks(app: string): Attack[] {
  return Object.entries(dear).flatMap(([name, expression], index) => {
    const endpoint = `/app/${app}/endpoint/dear-${index}`
    const flow = `/app/${app}/flow/dear-${index}`
    const steps = times(16, (step) => ({
      id: `s${step}`,
      kind: 'transform',
      expression: `${expression.slice(0, 16_300)} ${'/* */'.repeat(step)}`,
    }))
    const definition = { uid: `dear-${index}`, name, trigger: { kind: 'job' }, steps }
    return [
      {
        name: `an endpoint with ${name}`,
        method: 'PUT',
        path: endpoint,
        body: json({ url: 'http://127.0.0.1:4999/', transformation: { expression } }),
      },
      { name: `a test event through ${name}`, method: 'POST', path: `${endpoint}/test`, body: json({}) },
      { name: `trying ${name}`, method: 'POST', path: `/app/${app}/transformation/test`, body: json({ expression, payload: { a: 1 } }) },
      { name: `saving a flow of ${name}`, method: 'PUT', path: flow, body: json(definition) },
      { name: `reading a flow of ${name}`, method: 'GET', path: flow },
      { name: `publishing a flow of ${name}`, method: 'POST', path: `${flow}/publish` },
      { name: `running a flow of ${name}`, method: 'POST', path: `${flow}/run`, body: json({ document: { a: 1 } }) },
      { name: `listing flows with ${name}`, method: 'GET', path: `/app/${app}/flow` },
    ]
  })
}

/** Flows as large as the limits of the whole allow. */
export function largestFlows(app: string): Attack[] {
  const headers = Object.fromEntries(times(7, (header) => [`h${header}`, '{{body.a}}']))
  const flows: Readonly<Record<string, readonly object[]>> = {
    'steps that send': times(500, (index) => ({
      id: `s${index}`,
      kind: 'send_webhook',
      url: 'https://receiver.example/{{body.a}}',
      headers,
    })),
    templates: times(100, (index) => ({ id: `s${index}`, kind: 'set_meta', meta: { k: '{{body}}'.repeat(300) } })),
    words: times(15, (index) => ({ id: `s${index}`, kind: 'set_meta', meta: { k: `{{1${' or 1'.repeat(3200)}}}` } })),
    'beginnings of tags': times(4, (index) => ({ id: `s${index}`, kind: 'set_meta', meta: { k: '{%'.repeat(32_000) } })),
    texts: times(6, (index) => ({ id: `s${index}`, kind: 'set_meta', meta: { k: times(1600, () => '{{body.a}}') } })),
    'wrong conditions': times(490, (index) => ({ id: `s${index}`, kind: 'stop', next: times(4, () => ({ status: 'x', do: 1 })) })),
    'wrong conditions within': [
      {
        ...{ id: 'b', kind: 'branch', if: true },
        then: times(490, (index) => ({ id: `s${index}`, kind: 'stop', next: times(4, () => ({ status: 'x', do: 1 })) })),
      },
    ],
    'wrong headers': [{ id: 's', kind: 'webhook_response', headers: Object.fromEntries(times(9900, (index) => [`h${index}`, 1])) }],
  }
  return Object.entries(flows).flatMap(([name, steps], index) => {
    const path = `/app/${app}/flow/largest-${index}`
    const definition = { uid: `largest-${index}`, name, trigger: { kind: 'job' }, steps }
    return [
      { name: `saving ${name}`, method: 'PUT', path, body: json(definition), taken: !name.startsWith('wrong') },
      { name: `reading ${name}`, method: 'GET', path },
      { name: `publishing ${name}`, method: 'POST', path: `${path}/publish` },
      { name: `listing flows with ${name}`, method: 'GET', path: `/app/${app}/flow` },
    ]
  })
}

/** Bodies of requests. */
export function bodyAttacks(path: string, mebibytes: number): Attack[] {
  const bytes = mebibytes * MIB - 4 * KIB
  const form = 'application/x-www-form-urlencoded'
  const bodies: readonly (readonly [name: string, body: string, contentType: string])[] = [
    ...Object.entries(shapes).map(([name, make]) => [name, make(bytes), 'application/json'] as const),
    ['numbers with one that no double holds', `[1e400,${'1,'.repeat(bytes / 2 - 20)}1]`, 'application/json'],
    ['brackets', '['.repeat(bytes), 'application/json'],
    ['brackets without a type', '['.repeat(bytes), ''],
    ['digits', `[${'9'.repeat(bytes - 10)}]`, 'application/json'],
    ['escapes', `"${'\\u0000'.repeat(bytes / 6 - 10)}"`, 'application/json'],
    ['pairs', 'a&'.repeat(bytes / 2), form],
    ['percent signs', `a=${'%e9'.repeat(bytes / 3 - 10)}`, `${form}; charset=windows-1252`],
    ['beginnings of charsets', 'x_charset_='.repeat(bytes / 11), form],
    ['text', 'é'.repeat(bytes / 2), 'text/plain; charset=windows-1252'],
    ['elements', `<a>${'<b/>'.repeat(Math.min(bytes / 4 - 10, 249_000))}</a>`, 'application/xml'],
    [
      'attributes',
      `<a>${`<b ${times(999, (index) => `c${index}=""`).join(' ')}/>`.repeat(Math.min(bytes / 8000 - 10, 249))}</a>`,
      'application/xml',
    ],
    ['entities', `<a>${'&lt;'.repeat(bytes / 4 - 10)}</a>`, 'application/xml'],
  ]
  return bodies.map(([name, body, contentType]) => ({
    name: `${mebibytes} MiB of ${name} to ${path}`,
    method: 'POST',
    path,
    body,
    contentType,
  }))
}

/** Messages, events and what is looked for in them, and the lists of all that was made before. */
export function messageAttacks(app: string): Attack[] {
  const payloads = Object.values(shapes).map((make) => `{"a":${make(MIB - 8 * KIB)}}`)
  return [
    ...payloads.map((payload, index) => ({
      ...{ name: `a message of ${Object.keys(shapes)[index]}`, method: 'POST', path: `/app/${app}/msg` },
      body: `{"eventType":"worst.one","payload":${payload}}`,
    })),
    ...payloads.map((payload, index) => ({
      ...{ name: `a job of ${Object.keys(shapes)[index]}`, method: 'POST', path: `/app/${app}/run` },
      body: `{"flow":"job","document":${payload}}`,
    })),
    ...[shapes['lists']!, shapes['names']!].map((make) => ({
      ...{ name: 'a batch of one', method: 'POST', path: `/app/${app}/msg/batch` },
      body: `{"messages":[{"eventType":"worst.one","payload":{"a":${make(1000 * KIB)}}}]}`,
    })),
    {
      name: 'a batch of lists',
      method: 'POST',
      path: `/app/${app}/msg/batch`,
      body: `{"messages":[${'[],'.repeat((4 * MIB) / 3 - 100)}1]}`,
    },
    {
      ...{ name: 'a batch of a thousand', method: 'POST', path: `/app/${app}/msg/batch` },
      body: json({ messages: times(1000, () => ({ eventType: 'worst.one', payload: { a: times(1800, () => 1) } })) }),
    },
    { name: 'a search in payloads', method: 'GET', path: `/app/${app}/delivery?text=nowhere&limit=250` },
    { name: 'all messages', method: 'GET', path: `/app/${app}/msg?limit=250` },
    { name: 'all event types', method: 'GET', path: '/event-type?limit=250&with_content=true' },
    { name: 'all audit entries', method: 'GET', path: '/audit?limit=250' },
    { name: 'the page of event types', method: 'GET', path: '/docs/events' },
    { name: 'the page of payloads', method: 'GET', path: '/docs/payloads' },
  ]
}

/** An endpoint filter as large as it may be, that looks at every item of a list for each of its conditions. */
export function largestFilter(): object {
  return { $or: times(500, (index) => ({ a: { $in: [`value${index}`] } })) }
}
