import { posix } from 'node:path'

/** Which files each file imports, by their paths. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** A relative specifier as the path of the file that it names; undefined: it names a package or a door. */
export function importedPath(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined
}

/** Files that import each other, however many steps it takes: what is understood only together. Each circle once, sorted (Tarjan 1972). */
export function circlesOf(graph: ImportGraph): readonly (readonly string[])[] {
  const indexes = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []
  const visit = (path: string): void => {
    const index = indexes.size
    indexes.set(path, index)
    lowest.set(path, index)
    open.push(path)
    for (const imported of graph.get(path) ?? []) {
      if (!indexes.has(imported)) visit(imported)
      if (open.includes(imported)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(imported)!))
    }
    if (lowest.get(path) !== index) return
    const members = open.splice(open.indexOf(path))
    if (members.length > 1 || graph.get(path)?.includes(path)) circles.push(members.sort())
  }
  for (const path of graph.keys()) if (!indexes.has(path)) visit(path)
  return circles
}
