import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { explainFailure, sign, signingProfiles, verify, type SigningProfile } from '@posthorn/sdk'
import { exitCodes } from './exit-codes.ts'

interface SharedOptions {
  readonly profile?: SigningProfile
  readonly secret?: readonly string[]
  readonly json?: true
}

interface SignOptions extends SharedOptions {
  readonly id?: string
  readonly timestamp?: string
  readonly attemptId: string
  readonly eventType?: string
}

interface VerifyOptions extends SharedOptions {
  readonly header: readonly string[]
  readonly now?: string
  readonly tolerance: string
}

/** `posthorn sign`: offline; prints the headers that Posthorn would send with a body, for trying out a receiver. */
export function signCommand(): Command {
  const command = shared(new Command('sign'))
    .description('Print the headers that sign a body, as Posthorn would send them. Calls nobody.')
    .option('--id <id>', 'Id of the event. Made up if it is left out.')
    .option('--timestamp <seconds>', 'Unix seconds. Now if it is left out.')
    .option('--attempt-id <id>', 'Id of the attempt; the hex profile sends it.', 'atmpt_test')
    .option('--event-type <name>', 'Event type; the hex profile sends it. Otherwise "type" of the body.')
    .addHelpText(
      'after',
      `
Example:
  posthorn sign body.json --secret @secret.txt > headers.txt
  curl --data-binary @body.json -H 'Content-Type: application/json' -H @headers.txt http://localhost:9000/webhooks`,
    )
  return command.action((file: string | undefined, options: SignOptions) => {
    const body = readBody(command, file)
    const headers = signed(command, body, options)
    if (options.json) return print(JSON.stringify(headers, null, 2))
    for (const [name, value] of Object.entries(headers)) print(`${name}: ${value}`)
  })
}

/** `posthorn verify`: offline; says whether a request is authentic, and if not, why. */
export function verifyCommand(): Command {
  const command = shared(new Command('verify'))
    .description('Say whether a request was signed with a secret, and if not, why. Calls nobody.')
    .option('-H, --header <name: value>', 'A header of the request, or @file with one a line. May be repeated.', collect, [])
    .option('--now <seconds>', 'Judge as of this time, Unix seconds. Otherwise now.')
    .option('--tolerance <seconds>', 'How far the clocks may be apart.', '300')
    .addHelpText(
      'after',
      `
Example:
  posthorn verify body.json --header @headers.txt --secret @secret.txt

Exit codes: 0 verified, 1 refused, 2 wrong usage.`,
    )
  return command.action((file: string | undefined, options: VerifyOptions) => {
    const input = {
      profile: options.profile ?? signingProfiles,
      secrets: secretsOf(command, options),
      headers: headersIn(command, options.header),
      body: readBody(command, file),
      nowSeconds: options.now === undefined ? Date.now() / 1000 : numberOf(command, '--now', options.now),
      toleranceSeconds: numberOf(command, '--tolerance', options.tolerance),
    }
    const result = verify(input)
    const failure = explainFailure(input)
    if (options.json) print(JSON.stringify(failure ? { ok: false, ...failure } : result, null, 2))
    else if (result.ok)
      print(
        `Verified: ${result.profile}, id ${result.id}, ${ageOf(input.nowSeconds - result.timestampSeconds)}${whichOf(result.secretIndex, input.secrets)}.`,
      )
    else console.error(`Refused: ${result.code}${failure && causes[failure.cause]}. ${failure?.detail}`)
    if (!result.ok) process.exitCode = exitCodes.failed
  })
}

const causes = {
  header: ' (headers)',
  clock: ' (clock)',
  secret: ' (secret)',
  body: ' (body changed)',
  unknown: ' (secret or body)',
} as const

function shared(command: Command): Command {
  return command
    .argument('[file]', 'The body, byte for byte; - or nothing for standard input.')
    .addOption(
      new Option('-p, --profile <profile>', 'How it is signed. To verify: otherwise what the headers say.').choices(signingProfiles),
    )
    .option('-s, --secret <secret>', 'A secret, or @file. May be repeated while secrets rotate. Environment: WEBHOOK_SECRET.', collect)
    .option('--json', 'JSON, for programs.')
}

function signed(command: Command, body: Uint8Array, options: SignOptions): Record<string, string> {
  const { id = `evt_${crypto.randomUUID().replaceAll('-', '')}`, timestamp, attemptId, eventType = typeOf(body) } = options
  const timestampSeconds = timestamp === undefined ? Math.floor(Date.now() / 1000) : numberOf(command, '--timestamp', timestamp)
  try {
    const secrets = secretsOf(command, options)
    return sign({ profile: options.profile ?? 'standard', secrets, id, timestampSeconds, body, attemptId, eventType })
  } catch (error) {
    if (error instanceof TypeError) return command.error(error.message)
    throw error
  }
}

function typeOf(body: Uint8Array): string {
  try {
    const { type } = JSON.parse(new TextDecoder().decode(body)) as { type?: unknown }
    return typeof type === 'string' ? type : 'test'
  } catch {
    return 'test'
  }
}

/** A secret of the command line stands in the shell's history and in the list of processes: so a file or the environment will do. */
function secretsOf(command: Command, { secret }: SharedOptions): string[] {
  const given = secret ?? [process.env['WEBHOOK_SECRET'] ?? ''].filter(Boolean)
  if (given.length === 0) command.error('Give a secret: --secret, or WEBHOOK_SECRET in the environment.')
  return given.map((one) => (one.startsWith('@') ? read(command, one.slice(1)).toString('utf8').trimEnd() : one))
}

/** Names may come twice, as they may in a request; then verifying refuses them. */
function headersIn(command: Command, given: readonly string[]): Record<string, string[]> {
  const lines = given.flatMap((one) => (one.startsWith('@') ? read(command, one.slice(1)).toString('utf8').split(/\r?\n/) : [one]))
  const headers: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (const line of lines) {
    const colon = line.indexOf(':')
    // What curl -v and proxies print around headers is passed over: request lines, arrows, empty lines.
    const name = line
      .slice(0, colon)
      .replace(/^[<>] /, '')
      .trim()
      .toLowerCase()
    if (colon > 0 && /^[!-~]+$/.test(name)) (headers[name] ??= []).push(line.slice(colon + 1).trim())
  }
  return headers
}

function readBody(command: Command, file = '-'): Uint8Array {
  return read(command, file === '-' ? 0 : file)
}

function read(command: Command, path: string | number): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    return command.error(
      `${path === 0 ? 'Standard input' : path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function numberOf(command: Command, name: string, text: string): number {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : command.error(`${name} is a number of seconds, not ${JSON.stringify(text)}.`)
}

function ageOf(seconds: number): string {
  return seconds >= 0 ? `signed ${Math.round(seconds)} s ago` : `signed ${Math.round(-seconds)} s ahead`
}

function whichOf(index: number, secrets: readonly string[]): string {
  return secrets.length > 1 ? `, with secret ${index + 1} of ${secrets.length}` : ''
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
