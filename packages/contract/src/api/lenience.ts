import { olderNamesOfApplication, olderNamesOfEndpoint } from './older-names.ts'

/**
 * Inputs refuse what they do not know, because passing over a member may enlarge or change the act: a filter that is misplaced would
 * replay everything. This is the whole list of exceptions, field by field; a test holds every body and every query to it.
 */
interface Lenience {
  /** Ids of operations. */
  readonly operations: readonly string[]
  /** `*` for any. */
  readonly field: string
  readonly why: string
}

const endpoints = ['v1.endpoint.create', 'v1.endpoint.update', 'patch_endpoint']
const applications = ['v1.application.create', 'v1.application.update', 'patch_application']
const attempts = ['list-by-endpoint', 'list-by-msg', 'list-attempted-messages', 'get'].map((name) => `v1.message-attempt.${name}`)
const flows = ['v1.flow.create', 'v1.flow.update', 'v1.flow.patch']

export const lenience: readonly Lenience[] = [
  ...Object.entries(olderNamesOfEndpoint).map(([field, name]) => ({
    operations: endpoints,
    field,
    why: `Version 1 of Svix's clients calls ${name} so, and it is read as that.`,
  })),
  ...Object.entries(olderNamesOfApplication).map(([field, name]) => ({
    operations: applications,
    field,
    why: `Version 1 of Svix's clients calls ${name} so, and it is read as that.`,
  })),
  { operations: ['patch_endpoint'], field: 'secret', why: "Version 1 of Svix's clients has it; null alone, which changes nothing." },
  { operations: ['v1.message.create'], field: 'deliverAt', why: "Svix's clients have it; null alone, which changes nothing." },
  {
    operations: attempts,
    field: 'expanded_statuses',
    why: "Svix's clients send it with every call; statuses are always told apart as it asks.",
  },
  { operations: flows, field: '*', why: 'Read by the check of flow definitions, which refuses every unknown field with better words.' },
]
