import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { anchorsOf, pages, proseOf, readPage, root } from './markdown.ts'

/** What is wrong with a link from a page; nothing for those that lead out of the repository. */
function faultOfLink(page: string, target: string): string | undefined {
  if (/^[a-z]+:/i.test(target)) return undefined
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : relative(root, join(root, dirname(page), decodeURIComponent(path)))
  if (file.startsWith('..')) return 'leads out of the repository'
  if (!existsSync(join(root, file))) return 'leads nowhere'
  if (anchor === undefined) return undefined
  if (!file.endsWith('.md') || statSync(join(root, file)).isDirectory()) return 'names an anchor in what is no page'
  return anchorsOf(readPage(file)).has(anchor) ? undefined : 'names an anchor that is not there'
}

test('every link between the pages leads somewhere', () => {
  const faults = pages.flatMap((page) =>
    proseOf(readPage(page))
      .split('\n')
      .flatMap((line, i) => [...line.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ line: i + 1, target: target! })))
      .flatMap(({ line, target }) => {
        const fault = faultOfLink(page, target)
        return fault === undefined ? [] : [`${page}:${line} ${target} ${fault}`]
      }),
  )
  expect(faults).toEqual([])
  expect(pages).toContain('README.md')
})

test('finds links that lead nowhere, past their page, or to a heading that is not there', () => {
  expect(faultOfLink('README.md', 'docs/errors.md')).toBeUndefined()
  expect(faultOfLink('docs/errors.md', '../README.md#licence')).toBeUndefined()
  expect(faultOfLink('docs/errors.md', 'no-such-page.md')).toBe('leads nowhere')
  expect(faultOfLink('docs/errors.md', '../../elsewhere.md')).toBe('leads out of the repository')
  expect(faultOfLink('docs/errors.md', '../README.md#license')).toBe('names an anchor that is not there')
  expect(faultOfLink('docs/errors.md', 'https://example.com/')).toBeUndefined()
})
