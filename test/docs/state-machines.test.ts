import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deliveryMoves, newDeliveryStatuses, newRunStatuses, runMoves } from '../../packages/server/src/domain/index.ts'
import { codeBlocks, readPage, root } from './markdown.ts'

const machines = [
  { noun: 'delivery', moves: deliveryMoves, inserted: newDeliveryStatuses },
  { noun: 'run', moves: runMoves, inserted: newRunStatuses },
]

test.each(machines)('the drawing of a $noun has the moves that the code allows, and no others', ({ noun, moves, inserted }) => {
  const drawing = codeBlocks(readPage('docs/state-machines.md')).find(({ marker }) => marker === `moves of a ${noun}`)
  const drawn = [...drawing!.text.matchAll(/^ *(\S+) --> (\S+)$/gm)].map(([, from, to]) => `${from} ${to}`)
  const allowed = [...inserted.map((to) => `[*] ${to}`), ...moves.map(([from, to]) => `${from} ${to}`)]
  expect(drawn.filter((move) => !move.endsWith('[*]')).sort()).toEqual(allowed.sort())
})

test('the table of modes has the classes of server and command that have any, each with the modes of its code', () => {
  const table = /^<!-- modes of classes -->\n((?:\|.*\n)+)/m.exec(readPage('docs/state-machines.md'))![1]!
  const rows = [...table.matchAll(/^\| `(\w+)`, `([\w/.-]+)` \| ([^|]+) \|/gm)]
  const said = rows.map(([, name, path, modes]) => ({ name, path, modes: [...modes!.matchAll(/`(\w+)`/g)].map(([, mode]) => mode) }))
  const files = ['packages/cli/src', 'packages/server/src'].flatMap((source) =>
    readdirSync(join(root, source), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(source, name)),
  )
  const coded = files.flatMap((name) => {
    const text = readFileSync(join(root, name), 'utf8')
    const modes = /^ {2}#mode: ((?:'\w+'[ |]*)+)/m.exec(text)?.[1]
    if (modes === undefined) return []
    return {
      name: /^(?:export )?class (\w+)/m.exec(text)![1],
      path: name,
      modes: [...modes.matchAll(/'(\w+)'/g)].map(([, mode]) => mode),
    }
  })
  const byPath = (a: { path: string | undefined }, b: { path: string | undefined }) => (a.path! < b.path! ? -1 : 1)
  expect(said.sort(byPath)).toEqual(coded.sort(byPath))
})
