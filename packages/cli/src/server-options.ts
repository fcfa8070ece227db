import { Posthorn, type PosthornOptions } from '@posthorn/sdk'
import type { Command } from 'commander'
import { UsageError } from './exit-codes.ts'

const SERVER_URL = 'http://localhost:8400'
const APPLICATION = 'default'

/** What every command that calls a server takes. */
export interface ServerOptions {
  readonly url?: string
  readonly token?: string
}

export function withServer(command: Command): Command {
  return command
    .option('--url <url>', 'The server. Environment: POSTHORN_URL.')
    .option('--token <key>', 'A key of the API. Environment: POSTHORN_API_KEY.')
}

/** Of commands below an application. */
export function withApplication(command: Command): Command {
  return command.option('-a, --app <id>', 'Application, by id or uid.', APPLICATION)
}

export function clientOf({ url, token }: ServerOptions, more: Pick<PosthornOptions, 'parse'> = {}): Posthorn {
  const key = token ?? process.env['POSTHORN_API_KEY']
  if (key === undefined || key === '') throw new UsageError('Give a key of the API: --token, or POSTHORN_API_KEY in the environment.')
  const serverUrl = url ?? process.env['POSTHORN_URL'] ?? SERVER_URL
  if (!/^https?:$/.test(URL.parse(serverUrl)?.protocol ?? ''))
    throw new UsageError(`"${serverUrl}" is no URL of a server. Give one such as ${SERVER_URL}: --url, or POSTHORN_URL in the environment.`)
  return new Posthorn({ serverUrl, token: key, ...more })
}
