import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const source = new URL('.', import.meta.url)
const files = globSync('**/*.{ts,tsx,css}', { cwd: source.pathname })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(new URL(path, source), 'utf8') }))

/** Where the owner of a portal gives a colour of their own. */
const OWN_COLOURS = ['lib/accent.ts', 'features/organisation/portal-page.tsx']

/** Whatever a page may say: what stands between tags, and in quotes. */
const sayings = ({ path, text }: (typeof files)[number]): readonly string[] =>
  path.endsWith('.css')
    ? []
    : [...text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '').matchAll(/>([^<>{}=;]*[a-z][^<>{}=;]*)<|'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)"/g)]
        .map(([, between, single, double]) => (between ?? single ?? double ?? '').trim())
        .filter((words) => words.includes(' '))

test('C16: what the pages say is plain: nobody is begged, blamed or cheered', () => {
  const found = files.flatMap((file) =>
    sayings(file)
      .filter((words) => /\b(please|oops|sorry|whoops|successfully|simply|invalid)\b|(^| )[a-z]+!( |$)/i.test(words))
      .map((words) => `${file.path}: ${words}`),
  )
  expect(found).toEqual([])
  expect(files.flatMap(sayings).length).toBeGreaterThan(500)
})

test('C18: colours stand in tokens.css alone, and nothing changes in all its properties', () => {
  const found = files
    .filter(({ path }) => !['styles/tokens.css', ...OWN_COLOURS].includes(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/['"\s[(:]#[0-9a-f]{3,8}\b(?=['"\s;\])])|\brgba?\(|\bhsla?\(|\boklch\(|transition-all\b|transition:\s*all/gi)].map(
        ([value]) => `${path}: ${value.trim()}`,
      ),
    )
  expect(found).toEqual([])
})
