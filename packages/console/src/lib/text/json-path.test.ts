import { expect, test } from 'vitest'
import { pathOfLine } from './json-path.ts'
import { prettyJson } from '../pretty-json.ts'

test('each line of a body says the path that reads it', () => {
  const body = '{"order":{"id":"a: {","lines":[{"sku":"A"},[1,2],{},[]],"a name":1,"it\'s":null},"tags":["[","x"]}'
  const lines = prettyJson(body).text.split('\n')
  const paths = lines.map((_, at) => pathOfLine('body', lines, at))
  expect(paths).toEqual([
    'body',
    'body.order',
    'body.order.id',
    'body.order.lines',
    'body.order.lines[0]',
    'body.order.lines[0].sku',
    'body.order.lines[0]',
    'body.order.lines[1]',
    'body.order.lines[1][0]',
    'body.order.lines[1][1]',
    'body.order.lines[1]',
    'body.order.lines[2]',
    'body.order.lines[3]',
    'body.order.lines',
    "body.order['a name']",
    `body.order["it's"]`,
    'body.order',
    'body.tags',
    'body.tags[0]',
    'body.tags[1]',
    'body.tags',
    'body',
  ])
  expect(pathOfLine('body', ['"text"'], 0)).toBe('body')
})
