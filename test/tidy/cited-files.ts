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

/** In a page, as code: a folder of the repository, a room or a package, and what is in it. What is built is there only at times. */
const PLACE =
  /`((?:packages|test|scripts|bench|examples|docs|contract|sdk|cli|console|server|domain|config|platform|store|coordination|ingest|flows|delivery|api|main)\/(?!v1\b)[\w./-]+)`/g
const BUILT = /(?:^|\/)dist(?:\/|$)/

/** The folders and files that a page names by their paths and that are not there. */
export function missingPlaces(page: string): string[] {
  return [...page.matchAll(PLACE)].map(([, cited]) => cited!).filter((cited) => !BUILT.test(cited) && !isPlace(cited))
}

/** From the root, a room's from the server's source, a package's with or without its `src`. */
function isPlace(cited: string): boolean {
  const ofPackage = cited.replace(/^(\w+)\//, '$1/src/')
  return [cited, `packages/server/src/${cited}`, `packages/${cited}`, `packages/${ofPackage}`].some((path) => existsSync(join(root, path)))
}

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
