/** What reads expressions, for tests that do so in their own process. The server does it in children only, and never enters here. */
export { readExpression } from './read-expression.ts'
export { compilationOf, type TransformCompilation } from './transform-cache.ts'
