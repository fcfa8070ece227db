import type { Migration } from '../migrate.ts'

/** SQLite: where the tasks of resends are found by their delivery. The index that did it before slowed every settlement. */
export const manualTasks: Migration = {
  version: 10,
  name: 'manual_tasks',
  statements: ({ engine, key, int, table }) =>
    engine === 'sqlite'
      ? [
          table({
            name: 'manual_task',
            columns: `delivery ${key} not null, due ${int} not null, lane ${key} not null, primary key (delivery, due)`,
            inKey: true,
          }),
          'insert into manual_task (delivery, due, lane) select delivery, due, lane from task where manual = 1',
          'drop index task_manual',
        ]
      : [],
}
