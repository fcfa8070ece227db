import { gates } from '../../records/run.ts'

/** The gate's row is locked first, so that two sessions never count the same room; a flow without one has no gate (any more). */
export const enterGate = `
create function posthorn.enter_gate(ses text, run_id text, run_rev bigint, flow text) returns boolean language plpgsql as $$
declare
  room bigint;
  at bigint;
begin
  select g.runs_max into room from flow_gate g where g.flow_id = flow for update;
  select coalesce(r.gate, 0) into at from run r where r.id = run_id and r.holder = ses and r.rev = run_rev for no key update;
  if not found then
    return false;
  end if;
  if at = ${gates.within} or room is null then
    return true;
  end if;
  if exists (select 1 from run r where r.gate = ${gates.waits} and r.flow_id = flow and r.finished_at is null)
      or (select count(*) from run r where r.gate = ${gates.within} and r.flow_id = flow and r.finished_at is null) >= room then
    update run r set gate = ${gates.waits}, holder = null, rev = r.rev + 1 where r.id = run_id;
    return false;
  end if;
  update run r set gate = ${gates.within} where r.id = run_id;
  return true;
end $$`

/** Flow by flow along the index. A gate that another session is at is left to it. */
export const openGates = `
create function posthorn.open_gates(ses text, most int) returns json language plpgsql as $$
declare
  opened json[] := '{}';
  chunk json[];
  flow text := '';
  room bigint;
  gated boolean;
begin
  perform 1 from run r where r.gate = ${gates.waits} and r.finished_at is null limit 1;
  if not found then
    return '[]';
  end if;
  perform 1 from session where id = ses and alive = 1 and takes_runs = 1 for key share;
  if not found then
    return '[]';
  end if;
  loop
    select r.flow_id into flow from run r where r.gate = ${gates.waits} and r.finished_at is null and r.flow_id > flow order by r.flow_id limit 1;
    exit when not found or cardinality(opened) >= most;
    gated := exists (select 1 from flow_gate g where g.flow_id = flow);
    room := most;
    if gated then
      select g.runs_max into room from flow_gate g where g.flow_id = flow for update skip locked;
      continue when not found;
      room := room - (select count(*) from run r where r.gate = ${gates.within} and r.flow_id = flow and r.finished_at is null);
    end if;
    continue when room <= 0;
    with c as (
      select r.id from run r where r.gate = ${gates.waits} and r.flow_id = flow and r.finished_at is null
        order by r.id limit least(room, most - cardinality(opened)) for no key update of r skip locked
    ), u as (
      update run r set gate = case when gated then ${gates.within} end, holder = ses, rev = r.rev + 1 from c where r.id = any(array[c.id])
        returning r.id, r.application_id, r.rev
    )
    select array_agg(json_build_array(u.id, u.application_id, u.rev) order by u.id) into chunk from u;
    opened := opened || coalesce(chunk, '{}');
  end loop;
  return array_to_json(opened);
end $$`
