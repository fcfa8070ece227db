import { dirname, join } from 'node:path'
import type { Comment, Directive, Statement } from 'oxc-parser'
import { sourceFiles, type SourceFile } from './source-files.ts'

/** Something that a package's door hands out, at the place where it is declared. */
export interface PublicExport {
  /** As it is declared; a door may hand it out under another name. */
  readonly name: string
  readonly kind: 'function' | 'class' | 'constant' | 'type'
  readonly file: SourceFile
  readonly line: number
  /** The docstring directly above it, without stars; undefined if there is none. */
  readonly docstring: string | undefined
}

/** Everything that reaches a door, through whatever it passes on. */
export function exportsOf(door: string, fileOf = fileOfSource): PublicExport[] {
  const reached = new Set<PublicExport>()
  reach({ path: door, names: undefined, fileOf }, reached)
  return [...reached]
}

/** What is missing above an export; undefined if nothing is. */
export function faultOfDocstring({ docstring, kind }: PublicExport): string | undefined {
  if (docstring === undefined || docstring === '') return 'has no docstring directly above it'
  const isShown = kind === 'function' || kind === 'class'
  return isShown && examplesOf(docstring).length === 0 ? 'its docstring has no @example' : undefined
}

/** Every docstring of a file, wherever it stands. */
export function docstringsIn(file: SourceFile): string[] {
  return file.parsed.comments.filter(isDocstring).map(textOf)
}

/** The examples of a docstring, as they are written. */
export function examplesOf(docstring: string): string[] {
  return docstring
    .split(/^@example/m)
    .slice(1)
    .map((text) => text.split(/^@\w/m)[0]!.trim())
}

function fileOfSource(path: string): SourceFile {
  const file = sourceFiles().find((one) => one.path === path)
  if (!file) throw new Error(`there is no ${path}`)
  return file
}

interface Wanted {
  readonly path: string
  /** Undefined: all. */
  readonly names: readonly string[] | undefined
  readonly fileOf: (path: string) => SourceFile
}

/** Adds the declarations of what a file hands out under these names. */
function reach({ path, names, fileOf }: Wanted, reached: Set<PublicExport>): void {
  const file = fileOf(path)
  const own = declarations(file)
  for (const { entries } of file.parsed.module.staticExports) {
    for (const { moduleRequest, importName, exportName } of entries) {
      const name = exportName.name
      const isWanted = names === undefined || name === null || names.includes(name)
      if (!isWanted) continue
      if (!moduleRequest) {
        const declared = own.get(name!)
        if (declared) reached.add(declared)
      } else {
        const passedOn = importName.kind === 'AllButDefault' ? names : [importName.name!]
        reach({ path: join(dirname(path), moduleRequest.value), names: passedOn, fileOf }, reached)
      }
    }
  }
}

const read = new Map<string, ReadonlyMap<string, PublicExport>>()

/** What a file declares and exports in one statement, by name. */
function declarations(file: SourceFile): ReadonlyMap<string, PublicExport> {
  const known = read.get(file.path)
  if (known) return known
  const found = new Map<string, PublicExport>()
  for (const statement of file.parsed.program.body) {
    const about = { file, line: file.lineOf(statement.start), docstring: docstringAbove(file, statement.start) }
    for (const { name, kind } of declared(statement)) found.set(name, { ...about, name, kind })
  }
  read.set(file.path, found)
  return found
}

function declared(statement: Statement | Directive): Pick<PublicExport, 'name' | 'kind'>[] {
  if (statement.type !== 'ExportNamedDeclaration' || !statement.declaration) return []
  const { declaration } = statement
  switch (declaration.type) {
    case 'FunctionDeclaration':
      return [{ name: declaration.id!.name, kind: 'function' }]
    case 'ClassDeclaration':
      return [{ name: declaration.id!.name, kind: 'class' }]
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return [{ name: declaration.id.name, kind: 'type' }]
    case 'VariableDeclaration':
      return declaration.declarations.flatMap(({ id, init }) =>
        id.type === 'Identifier' ? [{ name: id.name, kind: init?.type === 'ArrowFunctionExpression' ? 'function' : 'constant' }] : [],
      )
    default:
      return []
  }
}

/** A blank line between them makes a comment the heading of what follows, not the docstring of the next export. */
function docstringAbove(file: SourceFile, start: number): string | undefined {
  const comment = file.parsed.comments.findLast((one) => one.end <= start)
  if (!comment || !isDocstring(comment) || !/^[ \t]*\n[ \t]*$/.test(file.text.slice(comment.end, start))) return undefined
  return textOf(comment)
}

function textOf({ value }: Comment): string {
  return value
    .slice(1)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim()
}

function isDocstring({ type, value }: Comment): boolean {
  return type === 'Block' && value.startsWith('*')
}
