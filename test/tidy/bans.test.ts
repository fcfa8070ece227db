import { expect, test } from 'vitest'
import { bannedMentions, faultOfName, notesToSelf } from './bans.ts'
import { isTest, place, sourceFile, sourceFiles } from './source-files.ts'

test('nothing is called that a room must be handed', () => {
  const faults = sourceFiles().flatMap((file) => bannedMentions(file).map(({ line, fault }) => `${place(file, line)} ${fault}`))
  expect(faults).toEqual([])
})

test('every file is named for what it holds', () => {
  const faults = sourceFiles().flatMap(({ path }) => (faultOfName(path) ? [`${path} ${faultOfName(path)}`] : []))
  expect(faults).toEqual([])
})

/** Doors that name what they hand out, one by one, and what is made of the contract, all of which is public. */
const passedOnWhole = /^\.\/(?:client\/index|signing\/(?:index|browser)|browser|generated-schemas)\.ts$/

test('no door hands out a file whole; those of the sdk pass on each other, so that one list is enough', () => {
  const wholes = sourceFiles().flatMap(({ path, text }) =>
    /^packages\/\w+\/src\//.test(path) ? [...text.matchAll(/^export \* from '(.*)'/gm)].map(([, from]) => ({ path, from: from! })) : [],
  )
  const isDoorOfSdk = ({ path, from }: { path: string; from: string }) =>
    /^packages\/sdk\/src\/(?:\w+\/)?(?:index|browser)\.ts$/.test(path) && passedOnWhole.test(from)
  expect(wholes.filter((one) => !isDoorOfSdk(one))).toEqual([])
  expect(
    sourceFiles()
      .filter(({ text }) => /^export \*(?! from ')/m.test(text))
      .map(({ path }) => path),
  ).toEqual([])
})

test('no comment puts work off', () => {
  const faults = sourceFiles().flatMap((file) => notesToSelf(file).map(({ line, fault }) => `${place(file, line)} ${fault}`))
  expect(faults).toEqual([])
})

test('an event of the log is a room, its noun and what became of it, in small letters', () => {
  const events = sourceFiles()
    .filter(({ path }) => /^packages\/(server|cli)\/src\//.test(path) && !isTest(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\blog\.(?:info|warn|error)\(\s*'([^']+)'/g)].map(([, event]) => ({ path, event: event! })),
    )
  expect(events.length).toBeGreaterThan(50)
  expect(events.filter(({ event }) => !/^[a-z]+(\.[a-z][a-z_]*){1,2}$/.test(event))).toEqual([])
})

test('finds what is banned where it is banned, and only there', () => {
  const text = `
const at = Date.now()
const later = setTimeout(() => {}, 1)
const chance = Math.random()
const answer = await fetch('http://example.com')
const home = process.env['HOME']
console.log(new Date(), new Date(0))
`
  const linesIn = (path: string) => bannedMentions(sourceFile(path, text)).map(({ line }) => line)
  expect(linesIn('packages/server/src/flows/run/runner.ts')).toEqual([2, 3, 4, 5, 6, 7, 7])
  expect(linesIn('packages/server/src/platform/clock.ts')).toEqual([4, 5, 6, 7])
  expect(linesIn('packages/server/src/flows/run/runner.test.ts')).toEqual([7])
  expect(linesIn('packages/cli/src/posthorn.ts')).toEqual([4])
  expect(linesIn('test/support/server.ts')).toEqual([7])
  const lonely = sourceFile('test/a.test.ts', `test.${'only'}('x', () => {})`)
  expect(bannedMentions(lonely)).toHaveLength(1)
  expect(notesToSelf(sourceFile('a.ts', `// ${'TO'}DO: later\nconst name = '${'TO'}DO'`))).toHaveLength(1)
})

test('refuses names that say nothing, and names that are not kebab-case', () => {
  const refused = [
    'packages/a/src/utils.ts',
    'packages/a/src/lane-helpers.ts',
    'packages/a/src/types.test.ts',
    'packages/a/src/RetryPolicy.ts',
  ]
  expect(refused.filter((path) => !faultOfName(path))).toEqual([])
  const fine = ['packages/a/src/retry-policy.ts', 'packages/a/src/0001-tables.ts', 'packages/a/src/event-type.test.ts', 'vitest.config.ts']
  expect(fine.filter((path) => faultOfName(path))).toEqual([])
})
