import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from '../clock.ts'
import { createComputePool } from './compute-pool.ts'

const pool = createComputePool({ clock: systemClock })
afterAll(() => pool.stop())
const run = (source: string, body: unknown = { a: 1 }) =>
  pool.compute({ kind: 'code', source, input: JSON.stringify({ body, secrets: { hidden: 1 } }) }, 'app')

/** Each would take for ever or fill the memory. */
const bombs: readonly string[] = [
  'while (true) {}',
  'for (;;) JSON.stringify(body)',
  '(function f() { return f() })()',
  'const f = () => f() + 1; return f()',
  'const all = []; for (;;) all.push(new Array(10000).fill("x"))',
  'let s = "x"; for (;;) s += s',
  'return "x".repeat(2 ** 29)',
  'return new ArrayBuffer(2 ** 31)',
  'return /(x+x+)+y/.test("x".repeat(60))',
  'return [..."x".repeat(1e7)].map((c) => ({ c }))',
  'let o = {}; for (let i = 0; i < 1e6; i++) o = { o }; return o',
  'const a = []; a[0] = a; return a',
  'return JSON.parse("[".repeat(1e6))',
  'return Promise.resolve().then(function again() { return Promise.resolve().then(again) })',
  'return new Promise(() => {})',
  'return { get a() { for (;;) {} } }',
  'return { toJSON() { for (;;) {} } }',
  'return new Proxy({}, { ownKeys() { for (;;) {} } })',
  'return BigInt(9) ** BigInt(1e9)',
  'Array.prototype.push = () => { for (;;) {} }; [].push(1)',
  'const m = new Map(); for (let i = 0; ; i++) m.set(i, "x".repeat(1000))',
  'function* g() { for (;;) yield 1 } return [...g()]',
  'return { *[Symbol.iterator]() { for (;;) yield 1 }, get [Symbol.toPrimitive]() { for (;;) {} } } + ""',
  'return new Array(2 ** 32 - 1).fill(0).map((_, i) => i)',
  'return "x".padEnd(2 ** 30)',
  'return Array.from({ length: 2 ** 31 })',
  'return new Uint8Array(1e9).sort(() => 1)',
  'return (async () => { for (;;) await null })()',
  'return "a".repeat(50000).replace(/(a|a)*$/g, "b".repeat(50000)).replace(/(b+)+c/, "")',
  'return JSON.stringify(Array.from({ length: 1e6 }, () => body).map((b) => [b, b, b, b]))',
  'try { for (;;) {} } catch { for (;;) {} } finally { for (;;) {} }',
]

const escapes: readonly string[] = [
  ...['process', 'require', 'globalThis.process', 'fetch', 'WebAssembly', 'Worker', 'navigator', 'std', 'os', 'Deno', 'secrets'].map(
    (name) => `return ${name}.toString()`,
  ),
  'return new Function("return process")().env',
  'return [].constructor.constructor("return this.process")().pid',
  'return (async () => {}).constructor("return import(\'node:fs\')")().then((fs) => fs.readFileSync)',
  'return import("node:fs").then((fs) => fs.readdirSync("/"))',
  'return eval("process.env")',
  'return this.process.env',
  'return (0, eval)("this").process.pid',
  'return (function* () {}).constructor("return process.pid")().next().value.x',
  'return Reflect.construct(Function, ["return process.pid"])()',
  'return Error.prepareStackTrace(new Error(), [])[0].getThis().process',
  'const e = new Error(); return e.stack[0].getFunction().caller.x',
  'return arguments.callee.caller.arguments[0].x',
  'return module.exports.x',
  'return global.process.x',
  'return XMLHttpRequest.x',
  'return setTimeout(() => 1, 1).x',
  'return new SharedArrayBuffer(8).constructor("return process").x.y',
  'return Object.getPrototypeOf(body).constructor.constructor("return process.mainModule")().require("fs")',
  'return import("/etc/passwd")',
]

describe('code', () => {
  it('sees the names of the mapping without secrets, and what it returns is the output', async () => {
    expect(await run('return { sum: body.a + 1, seen: typeof secrets }')).toEqual({ ok: true, output: '{"sum":2,"seen":"undefined"}' })
    expect(await run('const later = await_(); function await_() { return Promise.resolve([body.a]) }; return later')).toMatchObject({
      output: '[1]',
    })
    expect(await run('body.a')).toEqual({ ok: true, output: 'null' })
  })

  it('says what it threw, with the line', async () => {
    expect(await run('const a = 1\nreturn a.b.c')).toMatchObject({
      ok: false,
      code: 'code_error',
      message: expect.stringMatching(/TypeError.*\(line 2\)/),
    })
    expect(await run('throw { sku: "A" }')).toMatchObject({ message: 'The code threw {"sku":"A"}' })
    expect(await run('throw { message: "no customer" }')).toMatchObject({ message: 'no customer' })
    expect(await run('throw "no customer"')).toMatchObject({ ok: false, message: expect.stringContaining('no customer') })
  })

  it('S13: ends every bomb, and works on', async () => {
    for (const bomb of bombs) expect((await run(bomb)).ok, bomb).toBe(false)
    expect(bombs.length).toBeGreaterThanOrEqual(30)
    expect(await run('return 1')).toEqual({ ok: true, output: '1' })
  })

  it('S13: reaches nothing of the machine', async () => {
    for (const escape of escapes) expect(await run(escape), escape).toMatchObject({ ok: false })
    expect(escapes.length).toBeGreaterThanOrEqual(30)
    expect(await run('Object.prototype.polluted = 1; globalThis.kept = 1; return 1')).toMatchObject({ ok: true })
    expect(await run('return [typeof kept, typeof ({}).polluted]')).toMatchObject({ output: '["undefined","undefined"]' })
  })

  it('is read without being run', async () => {
    expect(await pool.read({ kind: 'code', source: 'while (true) {}' }, 'app')).toEqual({ fault: null, stepsRead: [] })
    expect(await pool.read({ kind: 'code', source: 'return 1 +' }, 'app')).toMatchObject({
      fault: expect.stringMatching(/^SyntaxError: .* \(at its end\)$/),
    })
    expect(await pool.read({ kind: 'code', source: 'return 1 +\n) + 2' }, 'app')).toMatchObject({
      fault: expect.stringMatching(/^SyntaxError: .* \(line 2\)$/),
    })
  })
})

const typeNames = 'one of "null", "boolean", "object", "array", "number", "string", "integer"'

describe('schemas', () => {
  const schema = {
    type: 'object',
    required: ['id'],
    additionalProperties: false,
    properties: {
      id: { type: 'string' },
      lines: { type: 'array', items: { properties: { price: { type: 'number' }, 'a b': { format: 'email' } } } },
    },
  }
  const check = (value: unknown, of: unknown = schema) =>
    pool.compute({ kind: 'schema', schema: JSON.stringify(of), input: JSON.stringify({ name: 'body', value }) }, 'app')

  it('take what fits, and report every place that does not', async () => {
    expect(await check({ id: 'x', lines: [] })).toEqual({ ok: true, output: 'null' })
    expect(await check({ id: 5, lines: [{}, { price: 'a', 'a b': 'c' }] })).toEqual({
      ok: false,
      code: 'invalid',
      message: 'body.id: Instance type "number" is invalid. Expected "string". There are 2 more faults.',
      paths: ['body.id', 'body.lines[1].price', 'body.lines[1]["a b"]'],
    })
    expect(await check({ ID: 1 })).toMatchObject({ paths: ['body', 'body.ID'] })
    expect(await check([], true)).toMatchObject({ ok: true })
  })

  it('that would check for ever are ended', async () => {
    expect(await check('x'.repeat(60), { pattern: '^(x+x+)+y$' })).toMatchObject({ ok: false, code: 'timeout' })
    expect(await check({}, { $ref: '#' })).toMatchObject({ ok: false })
  })

  it.each<[schema: unknown, fault: string]>([
    [{ type: 'objekt' }, `type is "objekt", and has to be ${typeNames}, or a list with at least one part, each part one of these.`],
    [{ items: [{}, { type: ['string', 'txt'] }] }, `items[1].type[1] is "txt", and has to be ${typeNames}.`],
    [{ properties: { 'a b': { required: 'id' } } }, 'properties["a b"].required is "id", and has to be a list, each part a text.'],
    [{ dependencies: { a: 5 } }, 'dependencies.a is 5, and has to be a list, each part a text, or a schema (an object, true or false).'],
    [{ properties: { a: null } }, 'properties.a is null, and has to be a schema (an object, true or false).'],
    [{ properties: [] }, 'properties is [], and has to be an object, each field a schema (an object, true or false).'],
    [{ uniqueItems: 'yes' }, 'uniqueItems is "yes", and has to be true or false.'],
    [{ minLength: -1 }, 'minLength is -1, and has to be a whole number of 0 or more.'],
    [{ multipleOf: 0 }, 'multipleOf is 0, and has to be a number above 0.'],
    [{ not: { propertys: {} } }, 'not.propertys is none of the keywords of JSON Schema.'],
    [{ properties: { a: { pattern: '(' } } }, 'properties.a: "(" is not a regular expression.'],
    [
      { properties: { a: { $ref: '#/$defs/b' } } },
      'properties.a: $ref "#/$defs/b" leads nowhere; only schemas within this one can be referred to.',
    ],
    [
      { $ref: 'https://example.com/schema' },
      '$ref "https://example.com/schema" leads nowhere; only schemas within this one can be referred to.',
    ],
  ])('%j is refused', async (wrong, fault) => {
    expect(await pool.read({ kind: 'schema', schema: JSON.stringify(wrong) }, 'app')).toMatchObject({ fault })
  })

  it.each<unknown>([
    true,
    {},
    schema,
    { items: { $ref: '#' } },
    { $ref: '#/$defs/a', $defs: { a: { const: 1 } } },
    { properties: { pattern: { const: { pattern: '(' } } } },
  ])('%j is one', async (good) =>
    expect(await pool.read({ kind: 'schema', schema: JSON.stringify(good) }, 'app')).toMatchObject({ fault: null }),
  )
})
