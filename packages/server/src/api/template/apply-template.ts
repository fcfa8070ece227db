import type { EndpointMade, FlowHeadOut, ListenerOut, TemplateApplied, templateOperations } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, generateSecret, pointerParts, type EndpointId, type FlowId, type ListenerId } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeApplication, type Change } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { planEndpoint } from '../endpoint/create-endpoint.ts'
import type { EndpointFields } from '../endpoint/endpoint-row.ts'
import { compileForPublish } from '../flow/compile-for-publish.ts'
import { publishStatements, versionOfDraft } from '../flow/publish-flow.ts'
import { planFlow } from '../flow/create-flow.ts'
import { flowHead } from '../flow/flow-row.ts'
import type { WrittenFlow } from '../flow/written-flow.ts'
import { planListener } from '../listener/create-listener.ts'
import type { Answer, Call } from '../route.ts'
import { secretRow } from '../secret/named-secret.ts'
import { secretJson } from '../secret/read-secrets.ts'
import { filledIn, pointerInCall, readFillings, type Fillings } from './fill-template.ts'
import { pieceSchemas, piecesOf, templateOf, type PieceKind, type Template, type TemplateSecret, type Written } from './template.ts'

type ApplyCall = Call<typeof templateOperations.apply>

/** Makes everything that a template is of, in one commit: all or none. */
export async function applyTemplate(deps: ApiDeps, call: ApplyCall): Promise<Answer> {
  const template = templateOf(call.params['template_name'] ?? '')
  if (template === undefined) throw new AppError('not_found')
  const fillings = readFillings(deps, template, call.body)
  const pieces = piecesOf(template).map(({ kind, written }) => ({ kind, written, id: deps.ids.make(prefixes[kind]) }))
  const body = await changeApplication(deps, call, async (application) => {
    refuseNameTaken(application, template, fillings)
    const making = new Making(deps, application)
    const secrets = template.secrets.map((one) => making.secret(one, { fillings, given: call.body.secrets[one.name] }))
    for (const { kind, id, written } of pieces)
      await withPlaces(written, () => making.piece(kind, { id, filled: fill(kind, written, fillings) }, call))
    const { listeners, endpoints, flows } = making
    const result: TemplateApplied = { template: template.name, name: fillings.get('name')!, listeners, endpoints, flows, secrets }
    return {
      statements: [],
      parts: making.parts,
      action: 'template.applied',
      target: template.name,
      after: { template: result.template, name: result.name, made: pieces.map(({ id }) => id) },
      result,
    }
  })
  return { status: 201, body }
}

const prefixes = { listener: 'lst', endpoint: 'ep', flow: 'flow' } as const satisfies Readonly<Record<PieceKind, string>>

/** Said first and in one place: each piece alone would say it of itself. */
function refuseNameTaken(application: ApplicationSnapshot, template: Template, fillings: Fillings): void {
  const taken = (['listeners', 'endpoints', 'flows'] as const).flatMap((kind) => {
    const uids = template[kind].map(({ uid }) => filledIn(uid, fillings))
    return application[kind].filter(({ uid }) => uids.includes(uid)).map(({ uid }) => `the ${kind.slice(0, -1)} ${uid}`)
  })
  const names = template.secrets.map(({ name }) => fillings.get(`secret:${name}`))
  taken.push(...application.secrets.filter(({ name }) => names.includes(name)).map(({ name }) => `the secret ${name}`))
  if (taken.length === 0) return
  const detail = `There is already ${taken.join(', ')}. Give another "name", and this is made beside it; or delete what is there.`
  throw new AppError('conflict', { detail })
}

function fill(kind: PieceKind, written: Written, fillings: Fillings): unknown {
  return check(pieceSchemas[kind] as z.ZodType, filledIn(written, fillings), 'body')
}

/** What is wrong with a piece is wrong with what was filled in. */
async function withPlaces(written: Written, make: () => Promise<void>): Promise<void> {
  try {
    await make()
  } catch (error) {
    if (!(error instanceof AppError) || error.fields.length === 0) throw error
    const fields = error.fields.map((fault) => ({ ...fault, pointer: pointerInCall(written, pointerParts(fault.pointer)) }))
    throw new AppError(error.code, { fields, cause: error })
  }
}

/** One plan made of many: each sees the application as those before it will have left it. */
class Making {
  readonly parts: Change<unknown>[] = []
  readonly listeners: ListenerOut[] = []
  readonly endpoints: EndpointMade[] = []
  readonly flows: FlowHeadOut[] = []
  readonly #deps: ApiDeps
  #application: ApplicationSnapshot

  constructor(deps: ApiDeps, application: ApplicationSnapshot) {
    this.#deps = deps
    this.#application = application
  }

  /** One that its sender has yet to show is made up, so that nothing is let in before it is known. */
  secret(
    { form, ...about }: TemplateSecret,
    { fillings, given }: { readonly fillings: Fillings; readonly given: string | undefined },
  ): TemplateApplied['secrets'][number] {
    const { store, random } = this.#deps
    const name = fillings.get(`secret:${about.name}`)!
    const text = given ?? generateSecret(form === 'signing' ? 'standard' : 'hex', (target) => random.fill(target))
    const row = secretRow(this.#deps, this.#application.id, { name, text })
    this.parts.push({
      statements: [store.statements.secrets.insert(row)],
      action: 'secret.created',
      target: name,
      after: secretJson(row),
      result: undefined,
    })
    this.#application = { ...this.#application, secrets: [...this.#application.secrets, row] }
    const asked = given === undefined && about.from === 'sender'
    return { ...about, secret: name, value: given === undefined && !asked ? text : null, asked }
  }

  async piece(kind: PieceKind, { id, filled }: { readonly id: string; readonly filled: unknown }, { actor }: ApplyCall): Promise<void> {
    if (kind === 'listener') this.#listener(id as ListenerId, filled as Parameters<typeof planListener>[2]['written'])
    else if (kind === 'endpoint') await this.#endpoint(id as EndpointId, filled as EndpointFields, actor)
    else await this.#flow(id as FlowId, filled as WrittenFlow, actor)
  }

  #listener(id: ListenerId, written: Parameters<typeof planListener>[2]['written']): void {
    const { row, ...change } = planListener(this.#deps, this.#application, { id, written })
    this.parts.push(change)
    this.listeners.push(change.result)
    this.#application = { ...this.#application, listeners: [...this.#application.listeners, row] }
  }

  async #endpoint(id: EndpointId, fields: EndpointFields, actor: ApplyCall['actor']): Promise<void> {
    const change = await planEndpoint(this.#deps, this.#application, { id, fields, actor })
    this.parts.push(change)
    this.endpoints.push(change.result)
  }

  /** Made and published. */
  async #flow(id: FlowId, written: WrittenFlow, actor: ApplyCall['actor']): Promise<void> {
    const made = await planFlow(this.#deps, this.#application, { id, written, by: actor.id })
    const row = made.result
    await compileForPublish(this.#deps, this.#application, row)
    const version = versionOfDraft(row, { version: 1, created_at: row.created_at, created_by: actor.id, note: null })
    const { dueAt, statements } = await publishStatements(this.#deps, row, version)
    this.parts.push(made, {
      statements,
      action: 'flow.published',
      target: id,
      before: { version: null },
      after: { version: 1 },
      result: undefined,
    })
    this.flows.push(flowHead({ ...row, changed: 0, published_version: 1, due_at: dueAt }))
    this.#application = { ...this.#application, flows: [...this.#application.flows, { ...row, published_version: 1, published: version }] }
  }
}
