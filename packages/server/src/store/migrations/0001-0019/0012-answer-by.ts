import type { Migration } from '../migrate.ts'

/** When the caller of a run, if it has one, is answered without waiting for it any longer: a reply that the flow gives later reaches nobody. */
export const answerBy: Migration = {
  version: 12,
  name: 'answer_by',
  statements: ({ int }) => [`alter table run add column answer_by ${int}`],
}
