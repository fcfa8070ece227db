import { parseSync, type Comment } from 'oxc-parser'
import { expect } from 'vitest'

type Scope = Readonly<Record<string, unknown>>

// There is no global name for it.
const AsyncFunction = (async () => undefined).constructor as new (...parts: string[]) => (...values: unknown[]) => Promise<unknown>

/**
 * Runs an example and compares each `call // result` in it, the result also on the lines below. `...` in a text of the result stands for
 * any characters; `// throws TypeError` says what is thrown. Answers how many were compared.
 */
export async function runExample(example: string, scope: Scope): Promise<number> {
  let compared = 0
  const compare = async (call: () => Promise<unknown>, said: string) => {
    compared++
    const thrown = /^throws (\w+)$/.exec(said)?.[1]
    if (thrown !== undefined) return expect(call(), example).rejects.toHaveProperty('name', thrown)
    const expected = await inScope(`return (${said})`, scope)
    expect(await call(), example).toEqual(withEllipses(expected))
  }
  await inScope(compiled(example), { ...scope, [COMPARE]: compare })
  return compared
}

const COMPARE = 'compareWithComment'

async function inScope(code: string, scope: Scope): Promise<unknown> {
  return new AsyncFunction(...Object.keys(scope), `'use strict'\n{\n${code}\n}`)(...Object.values(scope))
}

/** The example with every result in a comment made into a comparison. */
function compiled(example: string): string {
  const { program, comments, errors } = parseSync('example.mjs', example)
  if (errors[0]) throw new SyntaxError(`${errors[0].message}: ${example}`)
  let code = ''
  let at = 0
  for (const statement of program.body) {
    if (statement.type !== 'ExpressionStatement') continue
    const result = commentsAfter(statement.end, example, comments)
    if (result.length === 0) continue
    const said = result.map(({ value }) => value).join('\n')
    const call = example.slice(statement.expression.start, statement.expression.end)
    code += `${example.slice(at, statement.start)};await ${COMPARE}(async () => (${call}), ${JSON.stringify(said.trim())})`
    at = result.at(-1)!.end
  }
  return code + example.slice(at)
}

function commentsAfter(end: number, text: string, comments: readonly Comment[]): Comment[] {
  const found: Comment[] = []
  for (const comment of comments) {
    const from = found.at(-1)?.end ?? end
    if (comment.start >= from && text.slice(from, comment.start).trim() === '') found.push(comment)
  }
  return found
}

function withEllipses(expected: unknown): unknown {
  if (typeof expected === 'string' && expected.includes('...')) {
    const parts = expected.split('...').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    return expect.stringMatching(new RegExp(`^${parts.join('[^]*')}$`))
  }
  if (Array.isArray(expected)) return expected.map(withEllipses)
  // Bytes and the like are compared as they are.
  if (typeof expected !== 'object' || expected === null || Object.getPrototypeOf(expected) !== Object.prototype) return expected
  return Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, withEllipses(value)]))
}
