import { templateOperations, templateOut, walkSteps, type FlowDefinition, type TemplateOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import { routesOf, type Route } from '../route.ts'
import { applyTemplate } from './apply-template.ts'
import { allTemplates, piecesOf, templateOf, type Template } from './template.ts'

/** The catalogue of templates, which ships with the program, and making what one is of. */
export function templateRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, templateOperations, {
    list: (_deps, { query }) =>
      listPage(query, {
        kind: 'template',
        by: 'name',
        async read({ order, beyond, limit }) {
          const ordered = order === 'asc' ? allTemplates() : allTemplates().toReversed()
          const isBeyond = ({ name }: Template) => beyond === null || (order === 'asc' ? name > beyond : name < beyond)
          const isWanted = (template: Template) => query.system === undefined || systemsOf(template).includes(query.system)
          return ordered.filter((template) => isWanted(template) && isBeyond(template)).slice(0, limit)
        },
        item: templateJson,
      }),
    async get(_deps, { params }) {
      const template = templateOf(params['template_name'] ?? '')
      if (template === undefined) throw new AppError('not_found')
      return { status: 200, body: templateJson(template) }
    },
    apply: applyTemplate,
  })
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
