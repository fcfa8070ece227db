/** Text in which a name stands for what is not known here: a secret that is not kept, or where the server is. */
export type Spelt = readonly (string | { readonly name: string })[]

/** A call as it was made, to be made once more by hand. */
export interface Call {
  readonly method: string
  readonly url: Spelt
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: { readonly content: string; readonly isBase64: boolean; readonly isCut: boolean } | null
}

/** What each tool says of the connection by itself. */
const ofTheConnection = new Set(
  'host content-length connection keep-alive accept-encoding transfer-encoding te trailer upgrade expect'.split(' '),
)

/** What a credential was replaced by when it was kept. */
const REDACTED = '[redacted]'

/** A secret stands as `SECRET`, which whoever runs the call sets. */
export function spelt(text: string): Spelt {
  return text
    .split(REDACTED)
    .flatMap((part, at) => [...(at > 0 ? [{ name: 'SECRET' }] : []), part])
    .filter((part) => part !== '')
}

/** The ways in which a call is written, by the names that people know. */
export const callForms: readonly { readonly label: string; write(call: Call): string }[] = [
  { label: 'curl', write: curl },
  { label: 'fetch (JavaScript)', write: fetchCall },
  { label: 'HTTPie', write: httpie },
  { label: 'requests (Python)', write: python },
]

const CUT = 'Only the beginning of the body is kept: this sends no more than that.'

export function curl({ method, url, headers, body }: Call): string {
  const sent = sentHeaders(headers)
  return shellCommand(body, [
    // Brackets and dots of the address are what they are.
    `curl --globoff --path-as-is -X ${shell([method])} ${shell(url)}`,
    ...sent.map(([name, value]) => `-H ${value === '' ? shell([`${name};`]) : shell([`${name}: `, ...spelt(value)])}`),
    ...(body === null ? [] : [...(hasType(sent) ? [] : [`-H 'Content-Type:'`]), piped(body) ? '--data-binary @-' : rawData(body)]),
  ])
}

/** Unlike `--data-binary`, it takes a text that begins with `@` for a text. */
const rawData = ({ content }: Body): string => `--data-raw ${shell([content])}`

export function httpie({ method, url, headers, body }: Call): string {
  const sent = sentHeaders(headers)
  return shellCommand(body, [
    `http${piped(body) ? '' : ' --ignore-stdin'} ${shell([method])} ${shell(url)}`,
    ...sent.map(([name, value]) => shell(value === '' ? [`${name};`] : [`${name}:${/^[=@]/.test(value) ? '\\' : ''}`, ...spelt(value)])),
    ...(body === null ? [] : [...(hasType(sent) ? [] : [`'Content-Type:'`]), ...(piped(body) ? [] : [`--raw ${shell([body.content])}`])]),
  ])
}

export function fetchCall({ method, url, headers, body }: Call): string {
  const bodiless = method === 'GET' || method === 'HEAD'
  const bytes = body?.isBase64 === true ? `Buffer.from(${JSON.stringify(body.content)}, "base64")` : JSON.stringify(body?.content)
  return [
    ...(body !== null && bodiless ? [`// fetch sends no body with ${method}: it is left out.`] : comment('//', body)),
    `const response = await fetch(${joined(url, 'process.env.')}, {`,
    `  method: ${JSON.stringify(method)},`,
    '  headers: [',
    ...sentHeaders(headers).map(([name, value]) => `    [${JSON.stringify(name)}, ${joined(spelt(value), 'process.env.')}],`),
    '  ],',
    ...(body === null || bodiless ? [] : [`  body: ${bytes},`]),
    '})',
    'console.log(response.status, await response.text())',
  ].join('\n')
}

export function python({ method, url, headers, body }: Call): string {
  const sent = Map.groupBy(sentHeaders(headers), ([name]) => name)
  const environment = (text: Spelt): string => joined(text, 'os.environ["', '"]')
  const bytes =
    body === null ? [] : [body.isBase64 ? `base64.b64decode(${JSON.stringify(body.content)})` : `${JSON.stringify(body.content)}.encode()`]
  const lines = [
    'response = requests.request(',
    `    ${JSON.stringify(method)},`,
    `    ${environment(url)},`,
    '    headers={',
    // A name stands in a dictionary once.
    ...[...sent].map(([name, all]) => `        ${JSON.stringify(name)}: ${environment(spelt(all.map(([, value]) => value).join(', ')))},`),
    '    },',
    ...bytes.map((data) => `    data=${data},`),
    ')',
    'print(response.status_code, response.text)',
  ]
  const modules = ['base64', 'os', 'requests'].filter((name) => lines.some((line) => line.includes(`${name}.`)))
  return [...comment('#', body), ...modules.map((name) => `import ${name}`), '', ...lines].join('\n')
}

type Body = NonNullable<Call['body']>

function sentHeaders(headers: Call['headers']): Call['headers'] {
  return headers.filter(([name]) => !ofTheConnection.has(name.toLowerCase()))
}

const hasType = (headers: Call['headers']): boolean => headers.some(([name]) => name.toLowerCase() === 'content-type')

const comment = (sign: string, body: Call['body']): readonly string[] => (body?.isCut === true ? [`${sign} ${CUT}`] : [])

/** What no argument of a command can hold comes through its input. */
const piped = (body: Call['body']): boolean => body !== null && (body.isBase64 || body.content.includes('\0'))

function shellCommand(body: Call['body'], parts: readonly string[]): string {
  const command = parts.join(' \\\n  ')
  const input = body !== null && piped(body) ? `printf %s ${shell([base64Of(body)])} | base64 -d | ` : ''
  return [...comment('#', body), `${input}${command}`].join('\n')
}

const base64Of = ({ content, isBase64 }: Body): string =>
  isBase64 ? content : btoa(Array.from(new TextEncoder().encode(content), (byte) => String.fromCharCode(byte)).join(''))

/** One word of a shell: nothing in it is looked into but the names. */
function shell(text: Spelt): string {
  const words = merged(text).map((part) => (typeof part === 'string' ? `'${part.replaceAll("'", `'\\''`)}'` : `"$${part.name}"`))
  return words.length === 0 ? "''" : words.join('')
}

/** A text of JavaScript or Python, both of which read what JSON has for one. */
function joined(text: Spelt, before: string, after = ''): string {
  const parts = merged(text).map((part) => (typeof part === 'string' ? JSON.stringify(part) : `${before}${part.name}${after}`))
  return parts.length === 0 ? '""' : parts.join(' + ')
}

function merged(text: Spelt): Spelt {
  const parts: (string | { readonly name: string })[] = []
  for (const part of text) {
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  return parts
}
