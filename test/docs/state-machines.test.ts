import { expect, test } from 'vitest'
import { deliveryMoves, newDeliveryStatuses, newRunStatuses, runMoves } from '../../packages/server/src/domain/index.ts'
import { codeBlocks, readPage } from './markdown.ts'

const machines = [
  { noun: 'delivery', moves: deliveryMoves, born: newDeliveryStatuses },
  { noun: 'run', moves: runMoves, born: newRunStatuses },
]

test.each(machines)('the drawing of a $noun has the moves that the code allows, and no others', ({ noun, moves, born }) => {
  const drawing = codeBlocks(readPage('docs/state-machines.md')).find(({ marker }) => marker === `moves of a ${noun}`)
  const drawn = [...drawing!.text.matchAll(/^ *(\S+) --> (\S+)$/gm)].map(([, from, to]) => `${from} ${to}`)
  const allowed = [...born.map((to) => `[*] ${to}`), ...moves.map(([from, to]) => `${from} ${to}`)]
  expect(drawn.filter((move) => !move.endsWith('[*]')).sort()).toEqual(allowed.sort())
})
