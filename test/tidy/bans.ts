import { isTest, mentionsOf, type SourceFile } from './source-files.ts'

interface Ban {
  /** As `mentionsOf` says them. */
  readonly mentions: readonly string[]
  readonly instead: string
  /** Where the ban holds. */
  readonly holds: (path: string) => boolean
}

const inServer = (path: string) => path.startsWith('packages/server/src/') && !isTest(path)
const inRooms = (path: string) => inServer(path) && !path.startsWith('packages/server/src/platform/')
const inProduct = (path: string) => path.startsWith('packages/') && !isTest(path)
const mayReadEnvironment = /^packages\/(server\/src\/(main\.ts|config\/)|cli\/|console\/vite\.config\.ts)/
const mayPrint = /^packages\/cli\/|^(scripts|bench|examples)\/|^test\/chaos\/main\.ts$/

/** A simulation can run the rooms only if time, chance, network and settings are handed to them. */
const bans: readonly Ban[] = [
  { mentions: ['Date.now', 'new Date()', 'performance.now', 'process.hrtime'], instead: 'the Clock that is handed in', holds: inRooms },
  {
    mentions: ['setTimeout', 'setInterval', 'globalThis.setTimeout', 'globalThis.setInterval'],
    instead: 'clock.after or sleep of #platform',
    holds: inRooms,
  },
  {
    mentions: ['Math.random', 'crypto.randomUUID', 'crypto.getRandomValues', 'randomUUID', 'randomBytes', 'randomInt'],
    instead: 'the Random that is handed in',
    holds: inRooms,
  },
  { mentions: ['Math.random'], instead: 'randomness that is handed in', holds: inProduct },
  {
    mentions: ['fetch', 'globalThis.fetch'],
    instead: 'the Egress that is handed in: it guards addresses and keeps the deadline',
    holds: inServer,
  },
  {
    mentions: ['process.env'],
    instead: 'a setting in packages/server/src/config',
    holds: (path) => inProduct(path) && !mayReadEnvironment.test(path),
  },
  {
    mentions: ['console.log', 'console.error', 'console.warn', 'console.info', 'console.debug'],
    instead: 'the log that is handed in',
    holds: (path) => !mayPrint.test(path),
  },
  { mentions: ['process.exit'], instead: 'a result or a throw; main.ts stops the process', holds: inRooms },
  {
    mentions: ['test.only', 'it.only', 'describe.only', 'test.skip', 'it.skip', 'describe.skip', 'test.todo', 'it.todo'],
    instead: 'a test that runs; to run one alone use "npx vitest -t"',
    holds: () => true,
  },
]

const banned = ['utils', 'util', 'helpers', 'helper', 'common', 'types', 'interfaces', 'manager', 'misc']

/** Every banned call in a file, with what to use instead. */
export function bannedMentions(file: SourceFile): { line: number; fault: string }[] {
  const here = bans.filter(({ holds }) => holds(file.path))
  return mentionsOf(file).flatMap(({ mention, line }) => {
    const ban = here.find(({ mentions }) => mentions.includes(mention))
    return ban ? [{ line, fault: `${mention}: use ${ban.instead}` }] : []
  })
}

/** Why a file may not be called so; nothing if it may. */
export function faultOfName(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(test\.)?\w+$/, '')
  if (name.split(/[-.]/).some((word) => banned.includes(word))) return 'says nothing of what is inside; name it for its main export'
  return /^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name) ? undefined : 'is not kebab-case'
}

/** Notes to oneself: an issue or a decision says more. */
export function notesToSelf(file: SourceFile): { line: number; fault: string }[] {
  return file.parsed.comments
    .filter(({ value }) => /\b(?:TODO|FIXME|XXX|HACK)\b/.test(value))
    .map(({ start }) => ({ line: file.lineOf(start), fault: 'a note to oneself: do it, or open an issue' }))
}
