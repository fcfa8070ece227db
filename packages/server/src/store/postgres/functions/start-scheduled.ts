/**
 * Moves schedules on and makes the runs of their moments. What another process is just moving is skipped, so that nobody waits and nothing
 * deadlocks; what it moved before does not stand at its moment any more.
 */
export const startScheduled = `
create function posthorn.start_scheduled(ses text, moments json) returns json language plpgsql as $$
declare
  started json;
begin
  perform 1 from session where id = ses and alive = 1 and takes_runs = 1 for key share;
  if not found then
    return json_build_object('moved', 0, 'runs', '[]'::json);
  end if;
  with m as (
    select * from json_to_recordset(moments) as x(flow text, version bigint, "dueAt" bigint, "nextAt" bigint, run json)
  ), c as (
    select m.* from m join schedule s on s.flow_id = any(array[m.flow]) and s.due_at = m."dueAt"
      where exists (select 1 from flow f where f.id = any(array[m.flow]) and f.published_version = m.version and f.enabled = 1 and f.deleted_at is null)
      for no key update of s skip locked
  ), u as (
    update schedule s set due_at = c."nextAt" from c where s.flow_id = any(array[c.flow]) returning c.run
  ), r as (
    insert into run (id, application_id, flow_id, version, "trigger", request_id, key, status, rev, holder, created_at, input, steps, faults, meta)
      select x.id, x.application_id, x.flow_id, x.version, x."trigger", x.request_id, x.key, 'queued', 0, ses, x.created_at, x.input, '[]', '[]', x.meta
      from u, json_to_record(u.run) as x(id text, application_id text, flow_id text, version bigint, "trigger" text, request_id text, key text,
        created_at bigint, input text, meta text)
      where json_typeof(u.run) = 'object'
      returning id, application_id
  )
  select json_build_object('moved', (select count(*) from u), 'runs', coalesce((select json_agg(json_build_array(r.id, r.application_id) order by r.id) from r), '[]'))
    into started;
  return started;
end $$`
