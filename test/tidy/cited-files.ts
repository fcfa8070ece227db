import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isTest, root, sourceFiles, type SourceFile } from './source-files.ts'

/**
 * What comments and pages cite: pages and source files by their names, decisions as `decisions/` and their titles. Each must be in the
 * repository, so that whoever follows a comment finds something.
 */

/** The files of the decisions, without the index. */
export const decisions: readonly string[] = readdirSync(join(root, 'docs/decisions')).filter((name) => name !== 'README.md')

const PAGE = /[^\s()[\]"'`<>|,;:${}*]*[\w-]\.md\b/g
const DECISION = /(?<![\w/-])decisions\/([a-z0-9-]+)(?![\w/-]|\.\w)/g
/** With more than one letter: `x.ts` is any file. */
const SOURCE = /(?<![\w*${}./-])(?:[\w.-]*\/)*[\w-]{2,}(?:\.[\w-]+)*\.(?:ts|mjs)\b/g

/** What of a page, or of the comments of a source file, is cited and not there. */
export function missingCitations(path: string, text: string): string[] {
  const missingDecisions = [...text.matchAll(DECISION)].filter(([, title]) => !decisions.some((name) => titleOf(name) === title))
  const missingSources = [...text.matchAll(SOURCE)].filter(([cited]) => !isSource(cited))
  return [...missingPages(path, text), ...[...missingDecisions, ...missingSources].map(([cited]) => cited)]
}

/** Also asked about texts of the product, because operators are sent to pages. */
function missingPages(path: string, text: string): string[] {
  return [...text.matchAll(PAGE)].map(([cited]) => cited).filter((cited) => !isPage(cited, path))
}

export function missingInSource(file: SourceFile): string[] {
  const comments = file.parsed.comments.map(({ value }) => value).join('\n')
  // Texts of tests may name what is not there.
  const texts = isTest(file.path) ? [] : missingPages(file.path, file.text)
  return [...new Set([...missingCitations(file.path, comments), ...texts])]
}

/** As comments cite it: without date and ending. */
export function titleOf(decision: string): string {
  return decision.slice('YYYY-MM-DD-'.length, -'.md'.length)
}

/** From the root, from beside the file, or among the pages. `//` begins an address of somebody else's page. */
function isPage(cited: string, path: string): boolean {
  return cited.startsWith('//') || [cited, join(dirname(path), cited), join('docs', cited)].some((place) => existsSync(join(root, place)))
}

/** By as much of its path as is cited. */
function isSource(cited: string): boolean {
  const name = cited.replace(/^(?:\.{1,2}\/)+/, '')
  return sourceFiles().some(({ path }) => path === name || path.endsWith(`/${name}`)) || existsSync(join(root, name))
}
