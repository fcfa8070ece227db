import type { Operation } from './operation.ts'

/** What an operation is called in the client: `posthorn[resource][verb]`. */
export interface OperationName {
  /** `eventType` */
  readonly resource: string
  /** `listVersions` */
  readonly verb: string
}

/**
 * What an operation is called in the client and in the command line, made of its id.
 *
 * @example operationName({ id: 'v1.flow.list-versions' }) // { resource: 'flow', verb: 'listVersions' }
 */
export function operationName({ id }: Pick<Operation, 'id'>): OperationName {
  // Svix's own ids of PATCH have another form.
  const patched = /^patch_(\w+)$/.exec(id)?.[1]
  const [, resource = '', verb = ''] = patched === undefined ? id.split('.') : ['', patched, 'patch']
  return { resource: camelCase(resource), verb: camelCase(verb) }
}

function camelCase(text: string): string {
  return text.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase())
}
