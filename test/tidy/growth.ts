import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Visitor, type ArrowFunctionExpression, type Function } from 'oxc-parser'
import { isTest, root, type SourceFile } from './source-files.ts'

const FUNCTION_LINES_MAX = 70
/** Most of a component is markup, which is read as a picture and not step by step. */
const COMPONENT_LINES_MAX = 120
export const FOLDER_FILES_MAX = 25
const FILE_LINES_MAX = 400
const SUBJECT_CHARACTERS_MAX = 72

/** What was larger than that when the rule was made: it may shrink and go, and nothing joins it. */
export type Allowances = Readonly<Record<string, number>>

const isProduct = ({ path }: SourceFile) => /^packages\/\w+\/src\//.test(path) && !isTest(path) && !/\/generated-[\w-]+\.ts$/.test(path)

/** The functions of the product that are too long, as `path name`, with their lines. What stands inside one counts to it, too. */
export function longFunctions(files: readonly SourceFile[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const file of files.filter(isProduct)) {
    const note = (name: string, { start, end }: { start: number; end: number }) => {
      const lines = file.lineOf(end) - file.lineOf(start) + 1
      if (lines > (file.path.endsWith('.tsx') ? COMPONENT_LINES_MAX : FUNCTION_LINES_MAX)) found.set(`${file.path} ${name}`, lines)
    }
    const named = new Map<Function | ArrowFunctionExpression, string>()
    new Visitor({
      VariableDeclarator({ id, init }) {
        if (id.type === 'Identifier' && isFunction(init)) named.set(init, id.name)
      },
      Property({ key, value }) {
        if (key.type === 'Identifier' && isFunction(value)) named.set(value, key.name)
      },
      MethodDefinition({ key, value }) {
        named.set(value, file.text.slice(key.start, key.end))
      },
      FunctionDeclaration: (node) => note(node.id?.name ?? 'default', node),
      FunctionExpression: (node) => note(named.get(node) ?? `line ${file.lineOf(node.start)}`, node),
      ArrowFunctionExpression: (node) => note(named.get(node) ?? `line ${file.lineOf(node.start)}`, node),
    }).visit(file.parsed.program)
  }
  return found
}

function isFunction(node: { type: string } | null): node is Function | ArrowFunctionExpression {
  return node?.type === 'FunctionExpression' || node?.type === 'ArrowFunctionExpression'
}

/** Folders of the product with more source files than a reader takes in at a glance. */
export function largeFolders(files: readonly SourceFile[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { path } of files.filter(isProduct)) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  return new Map([...counts].filter(([, count]) => count > FOLDER_FILES_MAX))
}

/** Files of the product that nobody reads in one go. */
export function longFiles(files: readonly SourceFile[]): Map<string, number> {
  const lines = files.filter(isProduct).map(({ path, text }) => [path, text.trimEnd().split('\n').length] as const)
  return new Map(lines.filter(([, count]) => count > FILE_LINES_MAX))
}

/** What has grown beyond its allowance, and allowances that are larger than what they allow for. */
export function faultsOf(found: ReadonlyMap<string, number>, allowed: Allowances): string[] {
  return [...new Set([...found.keys(), ...Object.keys(allowed)])].flatMap((name) => {
    const [is, may] = [found.get(name), allowed[name]]
    if (may === undefined) return [`${name}: ${is} is too many. Split it.`]
    if (is === undefined) return [`${name} is not too large any more. Take it from the list.`]
    if (is === may) return []
    return [is > may ? `${name}: ${is}, and ${may} were allowed. Split it.` : `${name}: ${is} now. Write that down instead of ${may}.`]
  })
}

/** Subjects of commits since the rule was made that a list of commits would cut off. */
export function longSubjects(since: string): string[] {
  // An archive of the sources has no history.
  if (!existsSync(join(root, '.git'))) return []
  const subjects = execFileSync('git', ['log', '--no-merges', `--since=${since}`, '--format=%s'], { cwd: root, encoding: 'utf8' })
  return subjects.split('\n').filter((subject) => subject.length > SUBJECT_CHARACTERS_MAX)
}
