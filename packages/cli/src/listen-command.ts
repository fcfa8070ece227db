import { Command } from 'commander'
import { type Posthorn, PosthornError, type RequestListOut } from '@posthorn/sdk'
import { parseExactly } from './exact-digits.ts'
import { exitCodes, UsageError } from './exit-codes.ts'
import { cell, printItem } from './print-answer.ts'
import { clientOf, withApplication, withServer } from './server-options.ts'

type Request = RequestListOut['data'][number]

const FORWARD_TIMEOUT_MS = 30_000
/** Of what came while the connection was lost, the newest are shown. */
const MISSED_MAX = 1000
/** They speak of the connection to Posthorn, not of the one from here. */
const NOT_FORWARDED =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|expect|accept-encoding)$/i

/** `posthorn listen`. */
export function listenCommand(): Command {
  const command = withApplication(new Command('listen'))
    .description('Show requests as they come, and hand them on to a program on this machine.')
    .argument('[listener]', 'Only of this listener, by id.')
    .option('-f, --forward-to <url>', 'Send each request that was accepted there as well, with its method, headers, query and body.')
    .option('--json', 'One JSON a line.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn listen
  posthorn listen lst_... --forward-to http://localhost:3000/webhooks
  posthorn listen --json | jq .eventType

It shows what comes from now on, goes on by itself when the connection is lost, and ends with Ctrl C. What is forwarded has answered its
caller already: what your program answers is shown here and goes to nobody. Credentials in headers are kept redacted, so they are not forwarded.
For runs, deliveries and endpoints as well: posthorn stream listen --topics run,delivery`,
    )
  return withServer(command).action(async (listener: string | undefined, options: Readonly<Record<string, string | true | undefined>>) => {
    const client = clientOf(options as Readonly<Record<string, string>>, { parse: parseExactly })
    const stop = new AbortController()
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
    const target = options['forwardTo'] === undefined ? undefined : targetOf(String(options['forwardTo']))
    try {
      await listen(client, { app: String(options['app']), listener, target, asJson: options['json'] === true, signal: stop.signal })
    } catch (error) {
      if (!(error instanceof PosthornError)) throw error
      console.error(error.message)
      process.exitCode = exitCodes.failed
    }
  })
}

interface Listening {
  readonly app: string
  readonly listener: string | undefined
  readonly target: URL | undefined
  readonly asJson: boolean
  readonly signal: AbortSignal
}

async function listen(client: Posthorn, listening: Listening): Promise<void> {
  const { app, listener, signal } = listening
  const of = listener === undefined ? `application ${app}` : `listener ${listener}`
  const onOpen = () => void process.stderr.write(`Listening to requests of ${of}. Ctrl C ends it.\n`)
  const onLost = () => void process.stderr.write('The connection is lost. Trying again.\n')
  let last: Request | undefined
  const show = async (request: Request): Promise<void> => {
    // A request comes again when its answer is known; ids rise with time.
    if ((last !== undefined && request.id <= last.id) || (listener !== undefined && request.listenerId !== listener)) return
    last = request
    if (listening.asJson) printItem(request)
    else process.stdout.write(lineOf(request))
    if (listening.target !== undefined && request.status === 'accepted') await forward(client, request, listening)
  }
  for await (const event of client.stream.listen(app, { topics: ['request'] }, { signal, onOpen, onLost })) {
    if (event.topic === 'request') await show(event.row)
    // More came than is sent, or nobody knows what came meanwhile: the list does.
    else if (event.topic === 'gap' && last !== undefined) {
      const missed = await Array.fromAsync(newest(client.request.searchAll(app, { after: last.receivedAt, limit: 250 })))
      for (const request of missed.toReversed()) await show(request)
    }
  }
}

async function* newest(requests: AsyncIterable<Request>): AsyncGenerator<Request> {
  let left = MISSED_MAX
  for await (const request of requests) {
    yield request
    if (--left === 0) return
  }
}

function targetOf(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError('--forward-to takes a URL, for example http://localhost:3000/webhooks.')
  return url
}

function lineOf({ id, receivedAt, status, method, path, eventType, reason, replyStatus }: Request): string {
  const parts = [receivedAt.slice(11, 19), status.padEnd(9), method, path, eventType ?? reason ?? '', replyStatus ?? '', id]
  return `${parts
    .filter((part) => part !== '')
    .map(cell)
    .join('  ')}\n`
}

async function forward(client: Posthorn, { id }: Request, { app, target, signal }: Listening): Promise<void> {
  const request = await client.request.get(app, id, { signal })
  const body = request.bodyBytes > 0 ? await client.request.getBody(app, id, { signal }) : undefined
  const url = new URL(target!)
  if (request.query !== '') url.search = request.query
  const headers = request.headers.filter(([name]) => !NOT_FORWARDED.test(name)).map(([name, value]): [string, string] => [name, value])
  const startedAt = performance.now()
  const took = () => `${Math.round(performance.now() - startedAt)} ms`
  try {
    const response = await fetch(url, {
      ...{
        method: request.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(FORWARD_TIMEOUT_MS)]),
      },
      ...(body !== undefined && !/^(?:GET|HEAD)$/.test(request.method) && { body: body as Uint8Array<ArrayBuffer> }),
    })
    await response.body?.cancel()
    process.stderr.write(`  ${id} forwarded: ${response.status} in ${took()}\n`)
  } catch (error) {
    if (!signal.aborted) process.stderr.write(`  ${id} was not forwarded: ${causeOf(error)}\n`)
  }
}

function causeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown }
  return cell(cause instanceof Error ? cause.message || String((cause as { readonly code?: unknown }).code) : (error as Error).message)
}
