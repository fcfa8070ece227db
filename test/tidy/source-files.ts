import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join, relative } from 'node:path'
import { parseSync, Visitor, type Expression, type ParseResult } from 'oxc-parser'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** One file of the source, read and parsed once for all tests of a worker. */
export interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string
  readonly text: string
  readonly parsed: ParseResult
  lineOf(offset: number): number
}

export function sourceFile(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text)
  return { path, text, parsed, lineOf: (offset) => text.slice(0, offset).split('\n').length }
}

let all: readonly SourceFile[] | undefined

/** Everything we wrote in TypeScript or JavaScript. */
export function sourceFiles(): readonly SourceFile[] {
  all ??= [
    ...filesBelow('packages'),
    ...filesBelow('test'),
    ...filesBelow('scripts'),
    ...filesBelow('bench'),
    ...filesBelow('examples'),
  ].map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')))
  return all
}

function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return ['node_modules', 'dist', 'test-data'].includes(entry.name) ? [] : filesBelow(path)
    return /\.(ts|tsx|mjs|js)$/.test(entry.name) ? [path] : []
  })
}

function entriesOf(folder: string) {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
  } catch {
    return []
  }
}

/** Tests and what only they use: free of some rules that keep the product testable. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|^(packages\/[^/]+\/)?test\/|^bench\//.test(path)
}

/** Every module that a file names, in whatever form: import, export from, import(), import type. */
export function importsOf(file: SourceFile): { specifier: string; line: number }[] {
  const { module, program } = file.parsed
  const found = [...module.staticImports, ...module.staticExports.flatMap(({ entries }) => entries)].flatMap(({ moduleRequest }) =>
    moduleRequest ? [{ specifier: moduleRequest.value, start: moduleRequest.start }] : [],
  )
  const literal = (source: Expression) => {
    if (source.type === 'Literal' && typeof source.value === 'string') found.push({ specifier: source.value, start: source.start })
  }
  new Visitor({
    ImportExpression: ({ source }) => literal(source),
    TSImportType: ({ source }) => literal(source),
  }).visit(program)
  return found.map(({ specifier, start }) => ({ specifier, line: file.lineOf(start) }))
}

/** Calls and mentions that a rule may refuse: `name` for a call of a plain name, `object.member` for any mention of a member. */
export function mentionsOf(file: SourceFile): { mention: string; line: number }[] {
  const found: { mention: string; start: number }[] = []
  new Visitor({
    CallExpression({ callee, start }) {
      if (callee.type === 'Identifier') found.push({ mention: callee.name, start })
    },
    NewExpression({ callee, start, arguments: given }) {
      if (callee.type === 'Identifier' && given.length === 0) found.push({ mention: `new ${callee.name}()`, start })
    },
    MemberExpression(node) {
      if (node.object.type !== 'Identifier' || node.computed || node.property.type !== 'Identifier') return
      found.push({ mention: `${node.object.name}.${node.property.name}`, start: node.start })
    },
  }).visit(file.parsed.program)
  return found.map(({ mention, start }) => ({ mention, line: file.lineOf(start) }))
}

/** The titles of the tests and groups in a file, of whatever kind: test, test.each, describe. */
export function titlesOf(file: SourceFile): string[] {
  const titles: string[] = []
  new Visitor({
    CallExpression({ callee, arguments: [title] }) {
      if (!/^(test|it|describe)\b/.test(file.text.slice(callee.start, callee.end))) return
      if (title?.type === 'Literal' && typeof title.value === 'string') titles.push(title.value)
      if (title?.type === 'TemplateLiteral') titles.push(title.quasis.map(({ value }) => value.raw).join('…'))
    },
  }).visit(file.parsed.program)
  return titles
}

/** For messages that a person can click. */
export function place(file: SourceFile, line: number): string {
  return `${relative('.', file.path)}:${line}`
}
