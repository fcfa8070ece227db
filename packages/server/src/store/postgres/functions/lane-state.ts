/**
 * Management's change of a lane. When an unowned lane is due is computed anew as in a release; a lane that is being enqueued to cannot
 * be locked for that, so it is declared due now, which costs a claim at most.
 */
export const laneState = `
create function posthorn.lane_state(which text, new_state bigint, reset boolean) returns void language plpgsql as $$
declare
  now bigint := posthorn.now_ms();
begin
  perform 1 from lane l where l.lane = which for update skip locked;
  if found then
    update lane l set state = new_state, failures = case when reset then 0 else l.failures end,
        circuit_until = case when reset then 0 else l.circuit_until end,
        next_due = case when l.owner is not null then l.next_due else greatest(
          coalesce((select t.due from task t where t.lane = l.lane order by t.due limit 1), 9007199254740991),
          case when reset then 0 else l.circuit_until end, l.blocked_until, l.throttled_until) end
      where l.lane = which;
  else
    update lane l set state = new_state, failures = case when reset then 0 else l.failures end,
        circuit_until = case when reset then 0 else l.circuit_until end,
        next_due = case when l.owner is not null then l.next_due
          else least(l.next_due, greatest(now, case when reset then 0 else l.circuit_until end, l.blocked_until, l.throttled_until)) end
      where l.lane = which;
  end if;
end $$`
