// `npm run requirements`: takes the rows that a test names off the list of those not built, and says how many are left.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { namedRows, requirementRows } from '../test/tidy/requirement-rows.ts'

const path = fileURLToPath(new URL('../test/tidy/requirements-not-built.ts', import.meta.url))
const named = namedRows()
const lines = readFileSync(path, 'utf8').split('\n')
writeFileSync(path, lines.filter((line) => !named.has(/^ {2}(R\d+): /.exec(line)?.[1] ?? '')).join('\n'))
console.log(`${named.size} of ${requirementRows.length} requirements are named by a test.`)
