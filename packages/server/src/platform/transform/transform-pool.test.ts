import { afterAll, describe, expect, it } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'
import { sleep, systemClock, type Clock } from '../clock.ts'
import { applyTransform } from './apply-transform.ts'
import { processorMsOf } from '../sandbox/processor-time.ts'
import { readTransform } from '../../../../../test/support/read-transform.ts'
import { createTransformCache } from './transform-cache.ts'
import { createTransformPool } from './transform-pool.ts'

const input = JSON.stringify({
  body: { a: 'a'.repeat(28), list: Array.from({ length: 2000 }, (_, index) => index), text: 'x'.repeat(100_000) },
})

/** Each would take seconds or fill the memory; JSONata's own guards stop some, the kill stops the rest. */
const bombs: readonly string[] = [
  '($f := function($n) { $f($n + 1) }; $f(0))',
  '($f := function($n) { $f($n + 1) + 1 }; $f(0))',
  '($f := function($n) { $n < 2 ? 1 : $f($n - 1) + $f($n - 2) }; $f(60))',
  '($y := function($f) { $f($f) }; $y($y))',
  '($a := function($x) { $b($x) }; $b := function($x) { $a($x) }; $a(1))',
  '$map([1..9999999], function($i) { $i * $i })',
  '$reduce([1..9999999], function($a, $b) { $a + $b })',
  '[1..9999999].[1..9999999]',
  '[1..3000].($x := $; [1..3000].($x * $))',
  '$count([1..900000].{ "a": $ })',
  '$sum([1..900000].[1..900000])',
  '$join([1..900000].$string($), "' + 'x'.repeat(1000) + '")',
  '$pad("x", 500000000)',
  '$pad("x", -500000000, "ab")',
  '$length($pad("x", 400000000))',
  '[1..10000].$pad("x", 1000000)',
  '($s := "xxxxxxxxxxxxxxxx"; $d := function($t, $n) { $n = 0 ? $t : $d($t & $t, $n - 1) }; $length($d($s, 40)))',
  '($l := [1, 2]; $d := function($t, $n) { $n = 0 ? $t : $d($append($t, $t), $n - 1) }; $count($d($l, 40)))',
  '$match(body.text & "!", /(x+x+)+y/)',
  '$replace(body.text, /x/, "' + 'y'.repeat(10_000) + '")',
  '$split(body.text, "").$split($$.body.text, "")',
  'body.list.($x := $; $$.body.list.($y := $; $$.body.list.($x + $y + $)))',
  '$sort(body.list, function($a, $b) { $count([1..100000]) > 0 })',
  '$map(body.list, function($v) { $map($$.body.list, function($w) { $v * $w }) })',
  '$filter([1..900000], function($v) { $contains($$.body.text, $string($v)) })',
  '$each($merge([1..100000].{ "k" & $: $ }), function($v, $k) { [1..10000] })',
  '$eval("($f := function($n) { $f($n + 1) }; $f(0))")',
  '$eval("[1..9999999].[1..9999999]")',
  '$distinct($map([1..100000], function($v) { { "a": $v } }))',
  '**.**.**.**.**.**',
  '$zip([1..900000], [1..900000]).$sum($zip([1..900000], [1..900000]))',
  '$formatNumber(1e300, "' + '0'.repeat(5000) + '")~>$pad(300000000)',
  '$power(9, 99)~>$formatBase(2)~>$pad(500000000)',
] // oxfmt-ignore

const escapes: readonly string[] = [
  'constructor', 'body.constructor', 'body.constructor.constructor("return process")()', '$sum.constructor', '$sum.implementation', '$sum.environment',
  '$string.constructor("return 1")', '(function($x){$x}).constructor', '(function($x){$x}).environment', '(function($x){$x}).apply', '$.__proto__', 'body["__proto__"]',
  '$lookup(body, "constructor")', '$lookup(body, "__proto__")', '$lookup($sum, "implementation")', '$lookup($sum, "constructor")', '$keys($sum)', '$spread($sum)',
  '$process', '$globalThis', '$require("fs")', '$eval("$process")', '$eval("body.constructor")', '$each($sum, function($v, $k) { $k })', '$sift($sum, function($v) { true })',
  '$merge([{ "__proto__": { "polluted": 1 } }]).polluted', '{ "__proto__": { "polluted": 1 } }.polluted', '$clone(body).constructor',
  'body ~> |$|{ "__proto__": { "polluted": true } }|', '{ "constructor": 1 }.constructor.constructor', '$now.constructor', '$map.prototype', 'toString', 'hasOwnProperty', '$.valueOf()',
] // oxfmt-ignore

/** On a busy machine no child is given up for the processor time that it did not get: the answer is what is waited for. */
const patientClock: Clock = { ...systemClock, monotonic: () => 0 }

describe('transform pool', { timeout: 600_000 }, () => {
  const pool = createTransformPool({ clock: patientClock })
  afterAll(() => pool.stop())
  const evaluate = (expression: string) => pool.evaluate({ expression, input }, 'app')

  it('R91: evaluates JSONata, keeping numbers that no double holds', async () => {
    expect(
      await pool.evaluate(
        {
          expression: '{ "id": body.id, "n": $sum(body.l.a) }',
          input: '{"body":{"id":12345678901234567890,"l":[{"a":1},{"a":2}]}}',
        },
        'app',
      ),
    ).toEqual({
      ok: true,
      output: '{"id":12345678901234567890,"n":3}',
    })
    expect(await evaluate('$split("a1b22c", /[0-9]+/)')).toEqual({ ok: true, output: '["a","b","c"]' })
    expect(await evaluate('$replace("John Smith", /(\\w+)\\s(\\w+)/, "$2, $1")')).toEqual({ ok: true, output: '"Smith, John"' })
    expect(await evaluate('$match("ababbabbcc",/a(b+)/).{ "m": match, "i": index, "g": groups }')).toEqual({
      ok: true,
      output: '[{"m":"ab","i":0,"g":["b"]},{"m":"abb","i":2,"g":["bb"]},{"m":"abb","i":5,"g":["bb"]}]',
    })
    expect(await evaluate('$contains("Hello", /hELLO/i)')).toEqual({ ok: true, output: 'true' })
    expect(await evaluate('body.absent')).toEqual({ ok: true, output: 'null' })
  })

  it('reports an error of the expression with its code', async () => {
    expect(await evaluate('body.a + 1')).toMatchObject({ ok: false, code: 'transform_error', message: expect.stringContaining('T2001') })
    expect(await evaluate('$error("no customer")')).toMatchObject({ ok: false, message: expect.stringContaining('no customer') })
    expect(await evaluate('[1..400000].$string($)')).toMatchObject({ ok: false })
  })

  it('F26 S13: stops every bomb in time, without holding up the main loop, and works on afterwards', async () => {
    await using bombed = createTransformPool({ clock: systemClock })
    const evaluate = (expression: string) => bombed.evaluate({ expression, input }, 'app')
    await Promise.all([evaluate('1'), evaluate('2')])
    for (const expression of bombs) {
      await evaluate('1') // a killed child is replaced; its start is not the bomb's time
      let turns = 0
      const turning = setInterval(() => turns++, 1)
      const start = performance.now()
      const answer = await evaluate(expression)
      const tookMs = performance.now() - start
      clearInterval(turning)
      const name = expression.slice(0, 60)
      expect(answer.ok && answer.output.length > 1000, `${name} gave ${JSON.stringify(answer).slice(0, 100)}`).toBe(false)
      // Unkilled, the worst of them run for minutes up to for ever. The limit is 250 ms of processor time, and ten seconds in all.
      expect(tookMs, name).toBeLessThan(15_000)
      if (tookMs > 100) expect(turns, `${name} held up the main loop`).toBeGreaterThan(2)
    }
    expect(bombs.length).toBeGreaterThanOrEqual(30)
    expect(await evaluate('1 + 1')).toEqual({ ok: true, output: '2' })
  })

  it('kills one child without touching the job of the other', async () => {
    const [bomb, ...others] = await Promise.all([evaluate(bombs[5]!), ...Array.from({ length: 20 }, () => evaluate('1 + 1'))])
    expect(bomb.ok).toBe(false)
    expect(others).toEqual(Array.from({ length: 20 }, () => ({ ok: true, output: '2' })))
  })

  it('S13: no expression reaches code, the environment or a prototype', async () => {
    for (const expression of escapes) {
      const answer = await evaluate(expression)
      const text = JSON.stringify(answer)
      expect(text, expression).not.toMatch(/native code|processing|"env"|POSTHORN|polluted":|node_modules/)
      if (answer.ok && !expression.startsWith('{')) expect(answer.output, expression).toMatch(/^(null|\{.*\}|""|\[.*\]|true|"<.*")$/s)
    }
    expect(await evaluate('{}.polluted')).toEqual({ ok: true, output: 'null' })
    expect(escapes.length).toBeGreaterThanOrEqual(30)
  })

  it('what a process keeps of many large expressions does not fill its heap', async () => {
    await using one = createTransformPool({ clock: patientClock, processes: 1, cache: createTransformCache(0) })
    const failures: unknown[] = []
    for (let index = 0; index < 100; index++) {
      const expression = `[${'a.b.c,'.repeat(1600)}${index}][-1]`
      const answer = await one.evaluate({ expression, input: '{}' }, 'owner')
      if (!answer.ok || answer.output !== String(index)) failures.push(answer)
    }
    expect(failures).toEqual([])
  })

  it('answers rather than waits when its queue is full, and when it stops', async () => {
    const small = createTransformPool({ clock: systemClock, processes: 1, queueMax: 2 })
    const answers = [1, 2, 3].map((n) => small.evaluate({ expression: String(n), input: '{}' }, 'app'))
    expect(await answers[2]).toMatchObject({ ok: false, code: 'overloaded' })
    await small.stop()
    expect((await Promise.all(answers)).map((answer) => answer.ok)).toEqual([false, false, false])
    expect(await small.evaluate({ expression: '1', input: '{}' }, 'app')).toMatchObject({ ok: false, code: 'stopping' })
  })
})

describe('compiling a transform', () => {
  it('answers for what nests as deep as its text allows, and never overflows', () => {
    const shapes = [
      (n: number) => `1${'+1'.repeat(n)}`,
      (n: number) => `${'['.repeat(n)}1${']'.repeat(n)}`,
      (n: number) => `${'a ? '.repeat(n)}1`,
      (n: number) => `${'-'.repeat(n)}1`,
      (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`,
    ]
    for (let n = 500; n < 6000; n += 250) {
      for (const shape of shapes) {
        const compiled = readTransform(shape(n))
        if (compiled.ok) compiled.transform.inline?.({ a: 1 })
        else expect(compiled.message).toMatch(/^it nests too deep$|^it is made of more than/)
      }
    }
  })

  it('says where a syntax error is, and refuses patterns that have no linear form', () => {
    expect(readTransform('body.(')).toMatchObject({ ok: false, message: expect.stringContaining('(column 7)'), at: 6 })
    expect(readTransform('body\n  .lines)')).toMatchObject({ message: 'Syntax error: ")" (line 2, column 9)', at: 13 })
    expect(readTransform('{ "a" 1 }')).toMatchObject({ message: 'Expected ":", got 1 (column 7)', at: 6 })
    expect(readTransform('$match(body.x, /(?=a)b/)')).toMatchObject({
      ok: false,
      message: expect.stringContaining('regular expression'),
    })
    expect(readTransform('$match(body.x, /(a)\\1/)')).toMatchObject({ ok: false })
    expect(readTransform('$match(body.x, /^(a+)+$/)')).toMatchObject({ ok: true })
  })
})

describe('applying a transform', { timeout: 600_000 }, () => {
  const pool = createTransformPool({ clock: patientClock })
  afterAll(() => pool.stop())
  const apply = (expression: string, json: string) => {
    return applyTransform(pool, expression, { json, variables: { kind: 'x' }, owner: 'app' })
  }

  it('answers inline and from a process alike, with all digits of numbers', async () => {
    for (const expression of ['{ "k": $kind, "id": id }', '($f := function($x) { $x }; { "k": $kind, "id": id })']) {
      expect(await apply(expression, '{"id":12345678901234567890}'), expression).toEqual({
        ok: true,
        output: '{"k":"x","id":12345678901234567890}',
      })
    }
    expect(await apply('absent', '{}')).toEqual({ ok: true, output: 'null' })
  })

  it('what is too large or no JSON is a fault, and what nests deep is never an exception', async () => {
    expect(await apply('a & a', JSON.stringify({ a: 'x'.repeat(600_000) }))).toMatchObject({ ok: false, code: 'output_too_large' })
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    for (const expression of ['{ "b": a }', '$string(a)', 'a.b']) expect(await apply(expression, deep), expression).toHaveProperty('ok')
    expect(await apply('a', 'not JSON')).toMatchObject({ ok: false, code: 'transform_error' })
  })
})

describe.skipIf(process.platform !== 'linux')('on a busy machine', () => {
  /** The only child of this process that evaluates expressions. */
  const childPid = () => {
    const children = readdirSync('/proc/self/task').flatMap((task) =>
      readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
    return children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('transform-process'))!
  }

  it('counts processor time: an expression whose process had none for long is not stopped for that', async () => {
    await using pool = createTransformPool({ clock: systemClock, processes: 1 })
    const job = { expression: '$count($map([1..200], function($i) { $i * 2 }))', input: '{}' }
    expect(await pool.evaluate(job, 'app')).toEqual({ ok: true, output: '200' })
    const pid = childPid()
    process.kill(pid, 'SIGSTOP')
    const answer = pool.evaluate(job, 'app')
    await sleep(systemClock, 700)
    process.kill(pid, 'SIGCONT')
    expect(await answer).toEqual({ ok: true, output: '200' })
    expect(childPid()).toBe(pid)
  })

  it('an expression is not given up because the child that was to read it had ended, whatever ended it', async () => {
    await using pool = createTransformPool({ clock: systemClock, processes: 1 })
    const ends: readonly NodeJS.Signals[] = ['SIGABRT', 'SIGKILL', 'SIGSEGV']
    for (const [index, signal] of ends.entries()) {
      expect(await pool.evaluate({ expression: '1', input: '{}' }, 'app')).toEqual({ ok: true, output: '1' })
      process.kill(childPid(), signal)
      const expression = `[${index}]`
      // A child that broke says nothing of the expression: it is read when it is asked for again.
      const compiled = await pool.compile(expression, { owner: 'app' })
      if (signal === 'SIGSEGV') expect(compiled).toEqual({ ok: 'busy' })
      else expect(compiled).toMatchObject({ ok: true })
      expect(await pool.compile(expression, { owner: 'app' })).toMatchObject({ ok: true })
    }
  })

  it('measures the processor time of a process, and that it does not know one', () => {
    const { user, system } = process.cpuUsage()
    expect(Math.abs(processorMsOf(process.pid) - (user + system) / 1000)).toBeLessThan(500)
    expect(processorMsOf(undefined)).toBe(Infinity)
  })
})
