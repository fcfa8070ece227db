import { expect, test } from 'vitest'
import { openApiDocument } from './openapi.ts'

test('every parameter of a query says what it is, which the help of the command shows too', () => {
  const silent = Object.values(openApiDocument().paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ operationId, parameters }) =>
      parameters.filter((one) => one.in === 'query' && !one.schema['description']).map(({ name }) => `${operationId} ${name}`),
    ),
  )
  expect(silent).toEqual([])
})
