import { templateOut, walkSteps, type FlowDefinition, type templateOperations, type TemplateOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { listShipped } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'
import { allTemplates, piecesOf, templateOf, type Template } from './template.ts'

export function listTemplates(_: ApiDeps, { query }: Call<typeof templateOperations.list>): Promise<Answer> {
  const isWanted = (template: Template) => query.system === undefined || systemsOf(template).includes(query.system)
  return listShipped(query, { kind: 'template', by: 'name', rows: allTemplates().filter(isWanted), item: templateJson })
}

export async function getTemplate(_: ApiDeps, { params }: Call<typeof templateOperations.get>): Promise<Answer> {
  const template = templateOf(params['template_name'] ?? '')
  if (template === undefined) throw new AppError('not_found')
  return { status: 200, body: templateJson(template) }
}

/** Without what only the program need know of them. */
const shownInput = templateOut.shape.inputs.element
const shownSecret = templateOut.shape.secrets.element

function systemsOf({ listeners }: Template): string[] {
  return listeners.map(({ system }) => String(system ?? 'custom'))
}

function templateJson(template: Template): TemplateOut {
  const { name, title, summary, inputs, secrets, notes } = template
  return {
    ...{ name, title, summary, notes },
    systems: systemsOf(template),
    inputs: inputs.map((input) => shownInput.parse(input)),
    secrets: secrets.map((secret) => shownSecret.parse(secret)),
    makes: piecesOf(template).map(({ kind, written }) => ({ kind, name: String(written['name'] ?? written['description']) })),
    steps: template.flows.flatMap(stepsOf),
  }
}

function stepsOf(flow: Template['flows'][number]): TemplateOut['steps'] {
  const steps: TemplateOut['steps'] = []
  walkSteps(flow as unknown as FlowDefinition, ({ kind, name, id }) => void steps.push({ kind, name: name ?? id }))
  return steps
}
