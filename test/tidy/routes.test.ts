import { Visitor } from 'oxc-parser'
import { expect, test } from 'vitest'
import { isTest, place, sourceFile, sourceFiles, type SourceFile } from './source-files.ts'

/** What a file of routes does itself. It only names what does an operation, so that each operation is found by its own name. */
function handlersIn(file: SourceFile): string[] {
  const found: number[] = []
  new Visitor({
    FunctionDeclaration({ id, start }) {
      if (!id?.name.endsWith('Routes')) found.push(start)
    },
    ArrowFunctionExpression({ async: isAsync, body, start }) {
      if (isAsync || body.type === 'BlockStatement') found.push(start)
    },
    Property({ method: isMethod, start }) {
      if (isMethod) found.push(start)
    },
  }).visit(file.parsed.program)
  return found.map((start) => place(file, file.lineOf(start)))
}

test('every operation is a function of a file of its own, and files of routes only name it', () => {
  const files = sourceFiles().filter(({ path }) => /^packages\/server\/src\/api\/.*-routes\.ts$/.test(path) && !isTest(path))
  expect(files.length).toBeGreaterThan(30)
  expect(files.flatMap(handlersIn)).toEqual([])
})

test('finds an operation that stands among the routes', () => {
  const text = `
export const aRoutes = (deps) => [route(one, (call) => getOne(deps, call))]
export function bRoutes(deps) {
  return routesOf(deps, operations, {
    one: async () => ({ status: 204 }),
    two: () => {
      return answer
    },
    async three() {},
    four,
  })
}
async function four() {}
`
  expect(handlersIn(sourceFile('b-routes.ts', text))).toEqual([5, 6, 9, 13].map((line) => `b-routes.ts:${line}`))
})
