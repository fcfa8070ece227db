import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every page of the repository, from its root. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      // What the bench compares with may be installed there.
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  ),
]

export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** The HTML comment on the line above, without its arrows; empty if there is none. */
  readonly marker: string
  readonly line: number
}

export function readPage(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Fenced blocks, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const fence = /(?:^<!-- (.*) -->\n)?^```(\w*)\n([^]*?)^```$/gm
  return [...markdown.matchAll(fence)].map((match) => ({
    marker: match[1] ?? '',
    language: match[2]!,
    text: match[3]!,
    line: markdown.slice(0, match.index).split('\n').length,
  }))
}

/** The page with its code taken out, line by line, so that line numbers stay. */
export function proseOf(markdown: string): string {
  const blank = (code: string) => code.replaceAll(/[^\n]/g, ' ')
  return markdown.replaceAll(/^```[^]*?^```$/gm, blank).replaceAll(/`[^`\n]*`/g, blank)
}

/** The anchors of a page's headings, made as GitHub makes them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of markdown.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const plain = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-')
    let anchor = slug
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`
    anchors.add(anchor)
  }
  return anchors
}

/** The cells of the table below a line, row by row, without its head. */
export function tableBelow(page: string, line: string): string[][] {
  const rows = /^\|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page.slice(page.indexOf(line)))![1]!
  return rows
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}

/** The code spans of a text. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span!)
}

/** The code spans in the first column of the table below a line. */
export function firstColumn(page: string, below: string): string[] {
  return tableBelow(page, below).flatMap(([first]) => codeSpans(first!))
}
