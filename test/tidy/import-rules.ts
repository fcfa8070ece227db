import { posix } from 'node:path'
import { doorsOfMain, doorsOfTests, keptIn, mayImport, packagesMayImport } from '../../architecture.ts'
import { isTest } from './source-files.ts'

const rooms: Readonly<Record<string, readonly string[]>> = mayImport
const workspaces: Readonly<Record<string, readonly string[]>> = packagesMayImport
const engines = doorsOfMain.filter((door) => door.includes('/'))

/** Where a file stands: its workspace, and in the server its room; the server's tests that stand outside the source are in none. */
interface Place {
  readonly path: string
  readonly workspace: string | undefined
  readonly room: string | undefined
  readonly test: boolean
}

/** Why this file may not import that module; nothing if it may. The same table as the linter's, and what patterns cannot say. */
export function faultOfImport(path: string, specifier: string): string | undefined {
  const from = placeOf(path)
  if (specifier.startsWith('.')) return faultOfRelative(from, posix.join(posix.dirname(path), specifier))
  if (specifier.startsWith('#')) return faultOfDoor(from, specifier.slice(1))
  if (specifier.startsWith('@posthorn/')) return faultOfWorkspace(from, specifier.slice('@posthorn/'.length))
  return faultOfPackage(from, specifier)
}

function placeOf(path: string): Place {
  const [, workspace, inside = ''] = /^packages\/([^/]+)\/(?:src|test)\/(.+)$/.exec(path) ?? []
  const inSource = path.startsWith('packages/server/src/')
  const room = inSource ? (inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : 'main') : undefined
  return { path, workspace, room, test: isTest(path) }
}

function faultOfDoor({ workspace, room, test }: Place, door: string): string | undefined {
  if (workspace !== 'server') return 'names a room from outside the server'
  if (door === room) return 'enters its own room through the door; import relatively'
  const everywhere = [...Object.keys(rooms), ...doorsOfMain]
  const allowed = !room || test ? [...everywhere, ...doorsOfTests] : room === 'main' ? everywhere : rooms[room]
  return allowed?.includes(door) ? undefined : `architecture.ts does not let ${room} know ${door}`
}

function faultOfWorkspace({ workspace, room, test }: Place, name: string): string | undefined {
  if (!workspace || test) return undefined
  const allowed = room && room !== 'main' ? rooms[room] : workspaces[workspace]
  return allowed?.includes(name) ? undefined : `architecture.ts does not let ${room ?? workspace} know ${name}`
}

function faultOfPackage({ path, test }: Place, specifier: string): string | undefined {
  const folder = keptIn[specifier as keyof typeof keptIn]
  if (!folder || test || path.startsWith(`packages/server/src/${folder}/`)) return undefined
  return `only ${folder} may import ${specifier}`
}

function faultOfRelative(from: Place, target: string): string | undefined {
  const to = placeOf(target)
  if (!from.workspace) {
    // Tests, scripts and benchmarks stand outside the packages, and enter them by the front.
    const front = !to.workspace || /\/(index|main|posthorn)\.tsx?$/.test(target)
    return front ? undefined : 'reaches past the door of a package; import its index.ts'
  }
  if (from.test && (target.startsWith('test/support/') || target.startsWith(`packages/${from.workspace}/test/`))) return undefined
  if (!target.startsWith(`packages/${from.workspace}/`)) return 'leaves its workspace by a relative path'
  if (to.room !== from.room && to.workspace) {
    return to.room ? `reaches into ${to.room} by a relative path; use #${to.room}` : 'is no test, and imports one'
  }
  const forTests = doorsOfTests.map((door) => `packages/server/src/${door}/`).find((door) => target.startsWith(door))
  if (forTests !== undefined && !from.test && !from.path.startsWith(forTests)) return 'is for tests only'
  const engine = engines.find((door) => target.startsWith(`packages/server/src/${door}/`))
  const entering = engine !== undefined && !from.path.startsWith(`packages/server/src/${engine}/`)
  return entering && !from.test ? `only main.ts may choose ${engine}` : undefined
}
