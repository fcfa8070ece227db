import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyDatabase, type FreshDatabase } from '../support/postgres.ts'
import { unprivilegedAccount } from '../support/postgres-binaries.ts'

/** What keeps the program from starting: one sentence that names the setting, what is wrong and what to do, and exit code 2. */

const program = fileURLToPath(new URL('../../packages/cli/bin/posthorn.mjs', import.meta.url))
/** Root may write everywhere, so it starts the program as somebody else. */
const account = unprivilegedAccount()

let folder: string
let taken: Server
let database: FreshDatabase
const path = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'posthorn-start-'))
  chmodSync(folder, 0o755)
  taken = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await once(taken, 'listening')
  database = await emptyDatabase()
})
afterAll(async () => {
  taken.close()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number | null
  readonly out: string
}

async function start(name: string, environment: Readonly<Record<string, string>>, more: readonly string[] = []): Promise<Ended> {
  const cwd = path(`cwd-${name.replaceAll(/\W/g, '-')}`)
  own(cwd)
  const env = {
    PATH: process.env['PATH'],
    POSTHORN_PORT: '0',
    POSTHORN_LOG_LEVEL: 'error',
    POSTHORN_DATA: join(cwd, 'data'),
    ...environment,
  }
  const life = spawn(process.execPath, [program, 'serve', ...more], { cwd, env, stdio: 'pipe', ...account })
  const deadline = setTimeout(() => life.kill('SIGKILL'), 30_000)
  const [out, error] = await Promise.all([text(life.stdout), text(life.stderr)])
  if (life.exitCode === null && life.signalCode === null) await once(life, 'exit')
  clearTimeout(deadline)
  return { code: life.exitCode, out: out + error }
}

/** A folder of whom the program runs as. */
function own(folderPath: string): string {
  mkdirSync(folderPath, { recursive: true })
  if (account) chownSync(folderPath, account.uid, account.gid)
  return folderPath
}

function owned(file: string, content: string | Uint8Array): string {
  writeFileSync(file, content)
  if (account) chownSync(file, account.uid, account.gid)
  return file
}

function ofOthers(): string {
  mkdirSync(path('others'), { recursive: true })
  chmodSync(path('others'), 0o555)
  return path('others')
}

const onDatabase = (change: (url: URL) => void): Record<string, string> => {
  const url = new URL(database.url)
  change(url)
  return { POSTHORN_DATABASE_URL: url.href }
}

interface Case {
  readonly name: string
  readonly environment: () => Record<string, string>
  readonly more?: readonly string[]
  /** Setting or file, what is wrong, what to do. */
  readonly says: readonly RegExp[]
}

const cases: readonly Case[] = [
  {
    name: 'a data folder that others own',
    environment: () => ({ POSTHORN_DATA: ofOthers() }),
    says: [/POSTHORN_DATA/, /may not be written by this user/, /or name another folder/],
  },
  {
    name: 'a data folder that cannot be made',
    environment: () => ({ POSTHORN_DATA: join(ofOthers(), 'within/deeper') }),
    says: [/POSTHORN_DATA/, /others may not be written/, /or name another folder/],
  },
  {
    name: 'a file in place of the data folder',
    environment: () => ({ POSTHORN_DATA: owned(path('file'), 'x') }),
    says: [/POSTHORN_DATA/, /is a file and no folder/, /Move it away/],
  },
  {
    name: 'a path that leads through a file',
    environment: () => ({ POSTHORN_DATA: join(owned(path('file'), 'x'), 'data') }),
    says: [/POSTHORN_DATA/, /file is a file and no folder/, /Move it away/],
  },
  {
    name: 'a link to a disk that is not mounted',
    environment() {
      symlinkSync(path('unmounted/posthorn'), path('link'))
      return { POSTHORN_DATA: join(path('link'), 'data') }
    },
    says: [/POSTHORN_DATA/, /link is a link to .*unmounted.posthorn, which is not there/, /Mount or make that/],
  },
  {
    name: 'a database file that others own',
    environment() {
      const data = own(path('readable'))
      owned(join(data, 'master.key'), 'a-master-key-that-has-enough-characters\n')
      chmodSync(join(data, 'master.key'), 0o600)
      writeFileSync(join(data, 'posthorn.db'), '')
      chmodSync(join(data, 'posthorn.db'), 0o444)
      return { POSTHORN_DATA: data }
    },
    says: [/POSTHORN_DATA/, /posthorn.db may not be written by this user/, /Give it to this user/],
  },
  {
    name: 'a database file that is none',
    environment() {
      const data = own(path('damaged'))
      owned(join(data, 'posthorn.db'), 'this is no database, and long enough to be seen as none. '.repeat(200))
      return { POSTHORN_DATA: data, POSTHORN_MASTER_KEY: 'a-master-key-that-has-enough-characters' }
    },
    says: [/posthorn.db in POSTHORN_DATA is damaged/, /posthorn check/, /restore a backup/],
  },
  {
    name: 'a port that is taken',
    environment: () => ({ POSTHORN_PORT: String((taken.address() as AddressInfo).port) }),
    says: [/is in use/, /POSTHORN_PORT/],
  },
  {
    name: 'a port of the listeners that is taken',
    environment: () => ({ POSTHORN_INGRESS_PORT: String((taken.address() as AddressInfo).port) }),
    says: [/is in use/, /POSTHORN_INGRESS_PORT/],
  },
  {
    name: 'a host of another machine',
    environment: () => ({ POSTHORN_HOST: '192.0.2.1' }),
    says: [/POSTHORN_HOST/, /no address of this machine/],
  },
  {
    name: 'a host name that there is not',
    environment: () => ({ POSTHORN_HOST: 'nowhere.invalid' }),
    says: [/POSTHORN_HOST/, /no address of this machine/],
  },
  {
    name: 'a file of authorities that is not there',
    environment: () => ({ POSTHORN_EGRESS_CA: path('none.pem') }),
    says: [/POSTHORN_EGRESS_CA/, /is not there/, /Name a file/],
  },
  {
    name: 'a file of authorities that may not be read',
    environment() {
      writeFileSync(path('secret.pem'), 'x', { mode: 0o000 })
      return { POSTHORN_EGRESS_CA: path('secret.pem') }
    },
    says: [/POSTHORN_EGRESS_CA/, /may not be read/],
  },
  {
    name: 'a file of authorities that holds none',
    environment: () => ({ POSTHORN_EGRESS_CA: owned(path('none-in-it.pem'), 'no certificates') }),
    says: [/POSTHORN_EGRESS_CA/, /holds no certificates/],
  },
  {
    name: 'a certificate that is not there',
    environment: () => ({ POSTHORN_TLS_CERT: path('none.pem'), POSTHORN_TLS_KEY: path('none.key') }),
    says: [/none\.pem that POSTHORN_TLS_CERT names is not there/, /Name a file with certificates/],
  },
  {
    name: 'a file with settings that is not there',
    environment: () => ({}),
    more: ['--config', 'none.yaml'],
    says: [/none.yaml/, /is not there/, /--config/],
  },
  { name: 'a folder as file with settings', environment: () => ({}), more: ['--config', '.'], says: [/is a folder/, /--config/] },
  {
    name: 'a file with settings that is no YAML',
    environment: () => ({ CONFIG: owned(path('bad.yaml'), 'port: [1') }),
    more: ['--config', '../bad.yaml'],
    says: [/posthorn.yaml cannot be read/],
  },
  {
    name: 'a database server that is not there',
    environment: () => ({ POSTHORN_DATABASE_URL: 'postgres://posthorn:hidden@127.0.0.1:1/posthorn' }),
    says: [/POSTHORN_DATABASE_URL/, /127\.0\.0\.1:1, where nothing listens/, /Start PostgreSQL/],
  },
  {
    name: 'a database host that there is not',
    environment: () => ({ POSTHORN_DATABASE_URL: 'postgres://posthorn:hidden@nowhere.invalid/posthorn' }),
    says: [/POSTHORN_DATABASE_URL/, /not found/],
  },
  {
    name: 'something else than PostgreSQL',
    environment: () => ({
      POSTHORN_DATABASE_URL: `postgres://posthorn:hidden@127.0.0.1:${(taken.address() as AddressInfo).port}/posthorn`,
    }),
    says: [/POSTHORN_DATABASE_URL/, /ended the connection|does not answer/],
  },
  {
    name: 'a wrong password',
    environment: () => onDatabase((url) => (url.password = 'wrong-hidden')),
    says: [/POSTHORN_DATABASE_URL/, /refuses the user/, /password/],
  },
  {
    name: 'a database that there is not',
    environment: () => onDatabase((url) => (url.pathname = '/nowhere')),
    says: [/POSTHORN_DATABASE_URL/, /no database "nowhere"/, /Create it/],
  },
]

describe('a start that cannot succeed', () => {
  test.for(cases)('$name: one sentence with the way out, and exit code 2', async ({ name, environment, more, says }) => {
    const { code, out } = await start(name, environment(), more)
    expect({ code, lines: out.trim().split('\n').length }, out).toEqual({ code: 2, lines: 1 })
    for (const words of says) expect(out).toMatch(words)
    expect(out).not.toContain('hidden')
  })

  test('a privileged port, where the system knows such', async ({ skip }) => {
    const { code, out } = await start('privileged', { POSTHORN_PORT: '1' })
    skip(!/may not be opened/.test(out) && code !== 2, 'This system lets everybody open every port.')
    expect(code).toBe(2)
    expect(out).toMatch(/Port 1 may not be opened by this user.*POSTHORN_PORT/)
  })

  test('a folder that another process has', async () => {
    const data = own(path('shared'))
    const env = { PATH: process.env['PATH'], POSTHORN_PORT: '0', POSTHORN_DATA: data }
    const first = spawn(process.execPath, [program, 'serve'], { cwd: dirname(data), env, stdio: ['ignore', 'pipe', 'ignore'], ...account })
    try {
      for await (const chunk of first.stdout) if (String(chunk).includes('listens on')) break
      const { code, out } = await start('second', { POSTHORN_DATA: data })
      expect(code, out).toBe(2)
      expect(out).toMatch(/is in use by another Posthorn process.*POSTHORN_DATA/)
    } finally {
      first.kill('SIGKILL')
    }
  })

  test('a first start that fails shows no key and makes none: the next one does', async () => {
    const data = own(path('first'))
    const port = String((taken.address() as AddressInfo).port)
    const { code, out } = await start('half-way', { POSTHORN_DATA: data, POSTHORN_PORT: port })
    expect({ code, shown: out.includes('First key') }, out).toEqual({ code: 2, shown: false })
    const env = { PATH: process.env['PATH'], POSTHORN_PORT: '0', POSTHORN_DATA: data }
    const next = spawn(process.execPath, [program, 'serve'], { cwd: dirname(data), env, stdio: ['ignore', 'pipe', 'ignore'], ...account })
    try {
      let shown = ''
      for await (const chunk of next.stdout) if ((shown += String(chunk)).includes('Authorization: Bearer')) break
      expect(shown).toMatch(/First key: +\S*phk_/)
    } finally {
      next.kill('SIGKILL')
    }
  })
})
