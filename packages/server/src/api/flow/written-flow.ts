import { parseFlowDefinition, type FlowDefinition } from '@posthorn/contract'
import { AppError, isUid } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { moveSecrets } from './flow-secrets.ts'

/** The body of a flow: its definition, and what stands beside every version. */
export interface WrittenFlow {
  readonly uid?: string | null | undefined
  readonly enabled?: boolean | undefined
  readonly [field: string]: unknown
}

/** Reads what somebody wrote; its secrets move to named ones. */
export function readDraft(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  written: { readonly uid: string | null; readonly definition: unknown },
) {
  const parsed = parseFlowDefinition(written.definition)
  if (!parsed.ok) throw new AppError('validation_error', { fields: parsed.faults })
  const definition: FlowDefinition = parsed.definition
  const secrets = moveSecrets(deps, application, { definition, purpose: written.uid ?? definition.name })
  return { definition, text: JSON.stringify(definition), secrets }
}

export function checkUid(uid: string | null): void {
  if (uid === null || isUid('flow', uid)) return
  const message = 'A uid is made of letters, digits, "-", "_" and ".", and does not begin as an id does.'
  throw new AppError('validation_error', { fields: [{ pointer: '/uid', code: 'bad_uid', message }] })
}
