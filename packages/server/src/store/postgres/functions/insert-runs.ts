/** A statement of those functions in whose commit runs are born. Reads `runs`, `ok`, `ses`, and `runner`: who holds them. */
export const insertRuns = `
  if runs is not null then
    insert into run (id, application_id, flow_id, version, "trigger", request_id, key, status, rev, holder, waiter, created_at, input, steps, faults, meta)
      select x.id, x.application_id, x.flow_id, x.version, x.trigger, x.request_id, x.key, 'queued', 0, runner, case when x.awaited then ses end,
        x.created_at, x.input, '[]', '[]', x.meta
      from unnest(runs) x
      where ok[x.op];
  end if;`
