import { expect, test } from 'vitest'
import { pages, readPage } from '../docs/markdown.ts'
import { decisions, missingCitations, missingInSource, missingPlaces, titleOf } from './cited-files.ts'
import { sourceFile, sourceFiles } from './source-files.ts'

test('no comment and no page cites a page, a source file or a decision that is not in the repository', () => {
  // What changed is history, and so are its names.
  const current = pages.filter((path) => path !== 'CHANGELOG.md')
  const faults = [
    ...sourceFiles().flatMap((file) => missingInSource(file).map((cited) => `${file.path} cites ${cited}`)),
    ...current.flatMap((path) =>
      [...missingCitations(path, readPage(path)), ...missingPlaces(readPage(path))].map((cited) => `${path} cites ${cited}`),
    ),
  ]
  expect(faults).toEqual([])
})

test('finds what is cited and not there', () => {
  const cited = (text: string) => missingInSource(sourceFile('packages/server/src/main.ts', text))
  expect(cited('/** The path of a request (design.md 3). */')).toEqual(['design.md'])
  expect(cited('// Every status, once (decisions.md 1); see docs/nowhere.md#here.')).toEqual(['decisions.md', 'docs/nowhere.md'])
  expect(cited("const help = 'docs/nowhere.md says more'")).toEqual(['docs/nowhere.md'])
  expect(cited('// An output of 1 MiB (decisions/weights), as `store/sizes.ts` says.')).toEqual(['decisions/weights', 'store/sizes.ts'])
  expect(
    cited('/** See docs/errors.md, sending.md#copies, https://example.com/other.md, decisions/sizes and `domain/limits.ts`. */'),
  ).toEqual([])
})

test('finds folders that a page names and that are not there', () => {
  const page =
    'See `store/sqlite/commits`, `packages/sdk/src`, `sdk/src/signing`, `contract/kept.ts`, `api/v1/app`, `packages/sdk/dist`, `image/png`.'
  expect(missingPlaces(page)).toEqual([])
  expect(missingPlaces('In `store/mysql` and `packages/server/src/nowhere`.')).toEqual(['store/mysql', 'packages/server/src/nowhere'])
})

test('every decision has its date, says what was decided, and stands in the index once', () => {
  const linked = [...readPage('docs/decisions/README.md').matchAll(/\]\((\d[^)]*)\)/g)].map(([, name]) => name!)
  expect(linked.toSorted()).toEqual(decisions.toSorted())
  const faults = decisions.filter((name) => {
    const date = /^(\d{4}-\d{2}-\d{2})-[a-z0-9-]+\.md$/.exec(name)?.[1]
    return date === undefined || !new RegExp(`^# .+\n\n${date}\n\n\\*\\*Decided\\.\\*\\* `).test(readPage(`docs/decisions/${name}`))
  })
  expect(faults).toEqual([])
})

test('no two decisions are cited by the same title', () => {
  const titles = decisions.map(titleOf)
  expect(new Set(titles).size).toBe(titles.length)
})
