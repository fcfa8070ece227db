import { describe, expect, it } from 'vitest'
import { createTransformPool, systemClock } from '#platform'
import { compileFlow } from '../index.ts'
import { openFlowsHarness, type FlowsHarness } from '../../../../../test/support/flows-harness.ts'

const reply = (fields: object = {}) => ({ id: 'reply', kind: 'webhook_response', ...fields })
const code = (source: string, fields: object = {}) => ({ id: 'code', kind: 'code', source, ...fields })
const validate = (schema: unknown, fields: object = {}) => ({ id: 'order', kind: 'validate', schema, ...fields })

async function runOf(harness: FlowsHarness, steps: unknown[], rescue: unknown[] = []) {
  const flow = await harness.addFlow(steps, { rescue })
  const { run } = await harness.accept(flow)
  const row = await harness.run(run)
  return { row, steps: JSON.parse(row.steps) as Record<string, unknown>[], reply: await harness.reply(run) }
}

describe('code and validate', () => {
  it('code shapes what later steps see', async () => {
    await using harness = await openFlowsHarness()
    const steps = [
      code('return { sum: body.lines.reduce((sum, line) => sum + line.amount, 0), page: query.page }'),
      reply({ body: '{{ steps.code.output }}' }),
    ]
    expect(JSON.parse((await runOf(harness, steps)).reply.body!)).toEqual({ sum: 7, page: '2' })
  })

  it('code that never ends is KO with timeout, and `next` takes it', async () => {
    await using harness = await openFlowsHarness()
    const next = [{ status: 'TIMEOUT', do: { steps: [reply({ status: 202 })] } }]
    const { row, reply: answer } = await runOf(harness, [code('for (;;) {}', { next })])
    expect([row.status, answer.status]).toEqual(['ok', 202])
  })

  it('a document that does not fit makes a fault with its places, and `rescue` runs', async () => {
    await using harness = await openFlowsHarness()
    const schema = { properties: { lines: { items: { properties: { amount: { type: 'string' } } } } } }
    const { row, reply: answer } = await runOf(harness, [validate(schema)], [reply({ status: 422, body: '{{ faults }}' })])
    expect(row).toMatchObject({ status: 'ko', error_code: 'invalid' })
    expect(JSON.parse(answer.body!)).toMatchObject([
      { provider: 'validate', step_id: 'order', paths: ['body.lines[0].amount', 'body.lines[1].amount'] },
    ])
  })

  it('a value of the flow is checked instead of the body', async () => {
    await using harness = await openFlowsHarness()
    const { steps } = await runOf(harness, [validate({ maximum: 1000 }, { value: '{{ body.total }}' })])
    expect(steps).toMatchObject([{ status: 'KO', code: 'invalid', faults: [{ paths: ['value'] }] }])
  })

  it('mistakes are reported with their place when the flow is compiled, and cannot be published', async () => {
    await using transforms = createTransformPool({ clock: systemClock })
    const definition = { name: 'A', trigger: { kind: 'job' }, steps: [code('return 1 +'), validate({ type: 'objekt' })] }
    expect(await compileFlow(definition, { transforms, owner: 'app' })).toMatchObject({
      ok: false,
      faults: [
        { pointer: '/steps/0/source', code: 'invalid_code' },
        { pointer: '/steps/1/schema', code: 'invalid_schema' },
      ],
    })
  })

  it('code that seems to read a step that is not there, or not yet, is a warning with its place', async () => {
    await using transforms = createTransformPool({ clock: systemClock })
    const source = `// steps.nope is nobody's, and neither is "steps.none"
const { output } = steps.later // nor body.steps.nope
return ["steps.none", body.steps.none, { ...steps['no pe'] }, \`Don't \${steps?.sum.total}\`, steps.sum.output, steps.later.output]`
    const definition = {
      name: 'A',
      trigger: { kind: 'job' },
      steps: [
        { ...code('return 1'), id: 'sum' },
        { ...code(source), id: 'reads' },
        { ...code('return 1'), id: 'later' },
      ],
    }
    const compiled = await compileFlow(definition, { transforms, owner: 'app' })
    expect(compiled.ok && compiled.warnings).toEqual([
      { pointer: '/steps/1/source', code: 'step_not_before', message: expect.stringContaining('(line 2, column 9)'), position: 64 },
      { pointer: '/steps/1/source', code: 'unknown_step', message: expect.stringContaining('(line 3, column 45)'), position: 154 },
      {
        pointer: '/steps/1/source',
        code: 'unknown_field',
        message: expect.stringContaining('steps.sum.output.total? (line 3, column 72)'),
        position: 181,
      },
    ])
    const silent = { ...definition, steps: [code('body.total * 2')] }
    expect(await compileFlow(silent, { transforms, owner: 'app' })).toMatchObject({
      warnings: [{ pointer: '/steps/0/source', code: 'no_return', message: expect.stringContaining('the output is null') }],
    })
    const checks = { ...definition, steps: [code('if (body.total < 0) throw new Error("too little")')] }
    expect(await compileFlow(checks, { transforms, owner: 'app' })).toMatchObject({ ok: true, warnings: [] })
    const own = { ...definition, steps: [code('for (const steps of body) return steps.x')] }
    expect(await compileFlow(own, { transforms, owner: 'app' })).toMatchObject({ ok: true, warnings: [] })
  })
})
