import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Of files and folders below `root`, their names and what is in them, tests aside: the same text means that nothing need be built again. */
export function hashOf(root, parts) {
  const hash = createHash('sha256')
  for (const path of parts.flatMap((part) => filesIn(join(root, part)))) hash.update(path.slice(root.length)).update(readFileSync(path))
  return hash.digest('hex')
}

function filesIn(path) {
  if (statSync(path).isFile()) return [path]
  const entries = readdirSync(path, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1))
  return entries.flatMap((entry) => (entry.name.includes('.test.') ? [] : filesIn(join(path, entry.name))))
}
