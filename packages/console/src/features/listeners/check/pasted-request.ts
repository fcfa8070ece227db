import { shellWords } from './shell-words.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const
type Method = (typeof methods)[number]

/** A request as somebody has it at hand. */
export interface PastedRequest {
  readonly method?: Method
  readonly path?: string
  readonly query?: string
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: string
}

/** Reads a curl command, a request as HTTP writes it, or headers, an empty line and the body; or says what is wrong. */
export function pastedRequest(text: string): PastedRequest | string {
  if (text.trim() === '') return 'Paste a request: a curl command, or its headers, an empty line and its body.'
  return /^\s*\$?\s*curl\s/.test(text) ? ofCurl(text) : ofHttp(text)
}

const firstLine = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/

function ofHttp(text: string): PastedRequest | string {
  const [head, body] = parted(text.replaceAll('\r\n', '\n').replace(/^\n+/, ''))
  const lines = head.split('\n')
  const [, method, target] = firstLine.exec(lines[0] ?? '') ?? []
  const headers = new HeaderLines()
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '' || (at === 0 && method !== undefined)) continue
    if (!headers.add(line)) return `Line ${at + 1} is no header: write a name, a colon and its value, and an empty line before the body.`
  }
  const request = { ...(target !== undefined && addressOf(target)), headers: headers.byName(), body: asLongAsSaid(body, headers) }
  return withMethod(request, method)
}

/** The empty line stands between; a text that begins as JSON, XML or a form does is a body alone. */
function parted(text: string): readonly [head: string, body: string] {
  if (/^\s*[{["<]/.test(text)) return ['', text]
  const at = text.indexOf('\n\n')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 2)]
}

/** What was copied often ends in a line more than what was sent; Content-Length tells. */
function asLongAsSaid(body: string, headers: HeaderLines): string {
  const bytes = new TextEncoder().encode(body)
  const said = Number(headers.first('content-length') ?? Number.NaN)
  const rest = new TextDecoder().decode(bytes.subarray(said))
  return said < bytes.length && rest.trim() === '' ? new TextDecoder().decode(bytes.subarray(0, said)) : body
}

/** Options that have a value, by what is done with it. Any other one is passed by. */
const options: Readonly<Record<string, 'method' | 'header' | 'data' | 'json' | 'user' | 'url' | 'agent' | 'cookie' | 'passed'>> = {
  ...{ '-X': 'method', '--request': 'method', '-H': 'header', '--header': 'header', '--json': 'json', '--url': 'url' },
  ...{ '-d': 'data', '--data': 'data', '--data-raw': 'data', '--data-binary': 'data', '--data-ascii': 'data' },
  ...{ '-u': 'user', '--user': 'user', '-A': 'agent', '--user-agent': 'agent', '-b': 'cookie', '--cookie': 'cookie' },
  ...{ '-o': 'passed', '--output': 'passed', '-m': 'passed', '--max-time': 'passed', '--connect-timeout': 'passed', '-w': 'passed' },
}

function ofCurl(text: string): PastedRequest | string {
  const headers = new HeaderLines()
  const data: string[] = []
  let method: string | undefined
  let url: string | undefined
  const words = shellWords(text.trim().replace(/^\$?\s*curl\s/, ''))
  for (let at = 0; at < words.length; at++) {
    const { name, value } = optionOf(words[at]!)
    const what = name === undefined ? 'url' : options[name]
    if (what === undefined) continue
    const given = value ?? words[++at]
    if (given === undefined) return `${name ?? 'The command'} has no value.`
    if (what === 'method') method = given
    else if (what === 'url') url = given
    else if (what === 'header') headers.add(given)
    else if (what === 'agent') headers.add(`User-Agent: ${given}`)
    else if (what === 'cookie') headers.add(`Cookie: ${given}`)
    else if (what === 'user') headers.add(`Authorization: Basic ${btoa(given)}`)
    else if (what === 'data' || what === 'json') {
      if (given.startsWith('@') && name !== '--data-raw')
        return `The body stands in the file ${given.slice(1)}: paste its text in the place of ${given}.`
      data.push(given)
      if (what === 'json' && headers.first('content-type') === undefined) headers.add('Content-Type: application/json')
    }
  }
  if (url === undefined) return 'The command has no URL.'
  if (data.length > 0 && headers.first('content-type') === undefined) headers.add('Content-Type: application/x-www-form-urlencoded')
  return withMethod({ ...addressOf(url), headers: headers.byName(), body: data.join('&') }, method ?? (data.length > 0 ? 'POST' : 'GET'))
}

/** `-X POST`, `-XPOST` and `--request=POST` are the same; a word without a dash is the URL itself. */
function optionOf(word: string): { readonly name?: string; readonly value?: string } {
  if (!word.startsWith('-') || word === '-') return { value: word }
  const [, long, joined] = /^(--[\w-]+)=([\s\S]*)$/.exec(word) ?? []
  if (long !== undefined) return { name: long, value: joined ?? '' }
  const short = word.slice(0, 2)
  if (!word.startsWith('--') && word.length > 2 && options[short] !== undefined) return { name: short, value: word.slice(2) }
  return { name: word }
}

function withMethod(request: Omit<PastedRequest, 'method'>, method: string | undefined): PastedRequest | string {
  if (method === undefined) return request
  const known = methods.find((one) => one === method.toUpperCase())
  return known === undefined ? `A listener takes ${methods.join(', ')}, and no ${method}.` : { ...request, method: known }
}

function addressOf(target: string): { readonly path?: string; readonly query?: string } {
  const url = URL.parse(target, 'http://posthorn.invalid')
  if (url === null) return {}
  return { path: url.pathname, ...(url.search !== '' && { query: url.search.slice(1) }) }
}

/** Headers by their names as they were written, each with all its values. */
class HeaderLines {
  readonly #values = new Map<string, string[]>()

  /** Whether it is one. */
  add(line: string): boolean {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim()
    if (name === '' || /\s/.test(name)) return false
    const known = [...this.#values.keys()].find((one) => one.toLowerCase() === name.toLowerCase()) ?? name
    this.#values.set(known, [...(this.#values.get(known) ?? []), line.slice(colon + 1).trim()])
    return true
  }

  first(lowerName: string): string | undefined {
    return [...this.#values].find(([name]) => name.toLowerCase() === lowerName)?.[1][0]
  }

  byName(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(this.#values)
  }
}
