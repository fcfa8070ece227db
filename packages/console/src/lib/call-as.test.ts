import { execFileSync, spawnSync } from 'node:child_process'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { type Call, curl, fetchCall, httpie, python, spelt } from './call-as.ts'

const nasty = `it's "q" $(id) \`id\` $HOME \\ \${x} %s !! é 😀\u2028\n@end`
const call: Call = {
  method: 'POST',
  url: [{ name: 'POSTHORN_URL' }, ...spelt(`/in/x/[a]?q=$(id)'"&token=[redacted]`)],
  headers: [
    ['Host', 'example.com'],
    ['Content-Type', 'text/plain'],
    ['X-Odd', `=it's "$(id)" \`id\``],
    ['X-Empty', ''],
    ['Authorization', 'Bearer [redacted]'],
    ['X-Twice', 'one'],
    ['X-Twice', 'two'],
  ],
  body: { content: `@${nasty}`, isBase64: false, isCut: false },
}
const environment = { ...process.env, POSTHORN_URL: 'https://hooks.example', SECRET: `s'"$(id)` }
const url = `https://hooks.example/in/x/[a]?q=$(id)'"&token=s'"$(id)`
const binary: Call = { ...call, headers: [], body: { content: Buffer.from([0, 1, 255]).toString('base64'), isBase64: true, isCut: true } }

/** What a program of this name is given by a shell: its arguments, and its input. */
function given(name: string, command: string): { readonly words: readonly string[]; readonly input: readonly number[] } {
  const program = `${name}() { printf '%s\\0' "$#" "$@"; cat; }\n`
  const out = execFileSync('sh', ['-c', program + command], { env: environment, input: '' })
  const [count, ...rest] = out.toString('latin1').split('\0')
  const words = rest.slice(0, Number(count)).map((word) => Buffer.from(word, 'latin1').toString())
  return { words, input: [...Buffer.from(rest.slice(Number(count)).join('\0'), 'latin1')] }
}

describe('a call as a shell reads it', () => {
  test('by curl: no text is looked into, and a secret is the one that is set', () => {
    const { words } = given('curl', curl(call))
    expect(words).toEqual([
      ...['--globoff', '--path-as-is', '-X', 'POST', url],
      ...['-H', 'Content-Type: text/plain', '-H', `X-Odd: =it's "$(id)" \`id\``, '-H', 'X-Empty;'],
      ...['-H', `Authorization: Bearer ${environment.SECRET}`, '-H', 'X-Twice: one', '-H', 'X-Twice: two'],
      ...['--data-raw', `@${nasty}`],
    ])
  })

  test('by HTTPie', () => {
    const { words } = given('http', httpie(call))
    expect(words).toEqual([
      ...['--ignore-stdin', 'POST', url, 'Content-Type:text/plain', `X-Odd:\\=it's "$(id)" \`id\``, 'X-Empty;'],
      ...[`Authorization:Bearer ${environment.SECRET}`, 'X-Twice:one', 'X-Twice:two', '--raw', `@${nasty}`],
    ])
  })

  test('bytes come through the input', () => {
    expect(given('curl', curl(binary)).words.slice(-4)).toEqual(['-H', 'Content-Type:', '--data-binary', '@-'])
    expect(given('curl', curl(binary)).input).toEqual([0, 1, 255])
    expect(given('http', httpie(binary)).input).toEqual([0, 1, 255])
  })
})

test('a call as fetch is given it', () => {
  const run = (one: Call): unknown => {
    let seen: unknown
    const fetch = (...given: unknown[]): object => ((seen = given), { status: 200, text: () => '' })
    runInNewContext(`(async () => {${fetchCall(one)}})()`, { fetch, Buffer, process: { env: environment }, console: { log: () => {} } })
    return JSON.parse(JSON.stringify(seen))
  }
  expect(run(call)).toEqual([
    url,
    {
      method: 'POST',
      headers: [
        ['Content-Type', 'text/plain'],
        ['X-Odd', `=it's "$(id)" \`id\``],
        ['X-Empty', ''],
        ['Authorization', `Bearer ${environment.SECRET}`],
        ['X-Twice', 'one'],
        ['X-Twice', 'two'],
      ],
      body: `@${nasty}`,
    },
  ])
  expect(run({ ...binary, method: 'PUT' })).toMatchObject([url, { body: { data: [0, 1, 255] } }])
  expect(fetchCall({ ...call, method: 'GET' })).not.toContain('body:')
})

test('a call as Python is given it', ({ skip }) => {
  const stand = `import sys, types, json
class Answer: status_code, text = 200, ''
def request(method, url, headers, data):
    print(json.dumps([method, url, headers, list(data)]))
    return Answer
sys.modules['requests'] = types.SimpleNamespace(request=request)`
  const env = { ...environment, PYTHONIOENCODING: 'utf8' }
  const { error, stdout } = spawnSync('python3', ['-c', [stand, python(call), python(binary)].join('\n')], { env })
  if (error !== undefined) return skip('There is no Python here.')
  const [first, , second] = stdout.toString().split('\n')
  expect(JSON.parse(first!)).toEqual([
    'POST',
    url,
    {
      ...{ 'Content-Type': 'text/plain', 'X-Odd': `=it's "$(id)" \`id\``, 'X-Empty': '' },
      ...{ Authorization: `Bearer ${environment.SECRET}`, 'X-Twice': 'one, two' },
    },
    [...Buffer.from(`@${nasty}`)],
  ])
  expect(JSON.parse(second!)).toEqual(['POST', url, {}, [0, 1, 255]])
})
