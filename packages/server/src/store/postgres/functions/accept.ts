import { insertRuns } from './insert-runs.ts'

/**
 * One group commit of what came in. Kinds of operations: 0 accepted, 1 duplicate, 2 stale. Each statement is paid for by every batch, so
 * what nothing in a batch needs is left out.
 *
 * `apps`, `versions` and `parts` are the distinct configurations that operations were made from (part 0: the whole, 1: inbound, 2: outbound), `op_apps[op]` points into them (0: none).
 * `keys` are the distinct deduplication keys with the reference of the first operation that wants each; entry i of `wants_*`
 * says that operation `wants_op[i]` wants key `wants_key[i]`. All keys are inserted in one order before any lane is locked:
 * unsorted they deadlocked. The winner of a key is read in a second statement, after its transaction was waited for.
 *
 * Parts of an operation are operations of their own with runs and one key, behind all others: \`parents[op]\` is the one that each is a part
 * of (0: it is no part); null where none has any.
 */
export const accept = `
create function posthorn.accept(ses text, apps text[], versions bigint[], parts int[], op_apps int[],
  keys posthorn.key_row[], wants_op int[], wants_key int[], wants_ref text[], wants_keep bigint[], requests posthorn.request_row[],
  runs posthorn.run_row[], messages posthorn.message_row[], deliveries posthorn.delivery_row[], skips posthorn.skip_row[], lanes text[],
  entries posthorn.entry_row[], parents int[])
returns json language plpgsql as $$
declare
  now bigint;
  me xid := pg_current_xact_id()::xid;
  kinds int[];
  refs text[];       -- of keys that were taken before this batch; null: won here
  holder int[];      -- the entry that holds a key won here
  op_ref text[];     -- of duplicates
  duplicates json[]; -- [operation, key, ref]
  misplaced boolean := false;
  i int := 1;
  j int;
  op int;
  first int;
  ref text;
  runner text;       -- who holds the runs
  takes boolean;     -- the session takes lanes
  inserted json;
begin
  if runs is not null or messages is not null then
    -- Not a fence: what was received is kept. But a dead session takes no lane.
    select case s.takes_runs when 0 then 'nobody' else ses end, s.takes_lanes = 1 into runner, takes
      from session s where s.id = ses and s.alive = 1 for key share;
    runner := coalesce(runner, ses);
  end if;
  now := posthorn.now_ms();

  select array_agg(case when x.app = 0 or v.current then 0 else 2 end order by x.n) into kinds
    from unnest(op_apps) with ordinality x(app, n) left join (
      select y.n, case y.part when 0 then a.version when 1 then a.inbound_version else a.outbound_version end is not distinct from y.version current
        from unnest(apps, versions, parts) with ordinality y(id, version, part, n) left join application a on a.id = any(array[y.id])
    ) v on v.n = x.app;

  if keys is not null then
    insert into dedup as d (scope, key, ref, expires_at)
      select k.scope, k.key, k.ref, now + k.keep from unnest(keys) k
      order by k.scope collate "C", k.key collate "C"
      on conflict (scope, key) do update set ref = excluded.ref, expires_at = excluded.expires_at where d.expires_at <= now;
    select array_agg(case when d.xmin <> me then d.ref end order by k.n) into refs
      from unnest(keys) k join dedup d on d.scope = any(array[k.scope]) and d.key = k.key;
    holder := array_fill(null::int, array[cardinality(refs)]);

    while i <= cardinality(wants_op) loop
      op := wants_op[i];
      first := null;
      j := i;
      while wants_op[j] = op loop
        if first is null and (refs[wants_key[j]] is not null or holder[wants_key[j]] is not null) then
          first := j;
        end if;
        j := j + 1;
      end loop;
      if kinds[op] = 0 and first is not null then
        ref := coalesce(refs[wants_key[first]], wants_ref[holder[wants_key[first]]]);
        kinds[op] := 1;
        op_ref[op] := ref;
        duplicates := duplicates || json_build_array(op, wants_key[first], ref);
      end if;
      for k in i..j - 1 loop
        if kinds[op] = 0 then
          holder[wants_key[k]] := k;
        elsif refs[wants_key[k]] is null and holder[wants_key[k]] is null then
          misplaced := true;
        end if;
      end loop;
      i := j;
    end loop;

    if misplaced then
      -- An operation that is not kept won keys: they go to the next one that wants them, or back.
      delete from dedup d using unnest(keys) k
        where d.scope = any(array[k.scope]) and d.key = k.key and refs[k.n] is null and holder[k.n] is null;
      update dedup d set ref = wants_ref[holder[k.n]], expires_at = now + wants_keep[holder[k.n]]
        from unnest(keys) k
        where d.scope = any(array[k.scope]) and d.key = k.key and refs[k.n] is null and holder[k.n] is not null;
    end if;
  end if;

  if parents is not null then
    -- All of whose parts are copies is one of the first one's.
    for op, first in select p.parent, min(p.n) from unnest(parents) with ordinality p(parent, n)
        where p.parent > 0 group by p.parent having bool_and(kinds[p.n] = 1) loop
      kinds[op] := 1;
      op_ref[op] := op_ref[first];
      duplicates := duplicates || json_build_array(op, wants_key[array_position(wants_op, first)], op_ref[first]);
    end loop;
  end if;

  if requests is not null then
    insert into request (id, application_id, listener_id, status, reason, detail, method, path, query, headers, ip, content_type, event_type,
        dedup_key, duplicate_of, run_ids, reply_status, received_at, body_bytes, body, form, verified, origin, took_ms)
      select x.id, x.application_id, x.listener_id, case kinds[x.op] when 1 then 'duplicate' else x.status end, x.reason, x.detail, x.method,
        x.path, x.query, x.headers, x.ip, x.content_type, x.event_type, x.dedup_key, op_ref[x.op],
        case when kinds[x.op] = 1 then '[]' when parents is null or not x.op = any(parents) then x.run_ids
          else coalesce((select json_agg(r.id order by r.id collate "C")::text from unnest(runs) r
            where parents[r.op] = x.op and kinds[r.op] = 0), '[]') end, x.reply_status, x.received_at, x.body_bytes, x.body,
        case kinds[x.op] when 1 then null else x.form end, x.verified, x.origin, x.took_ms
      from unnest(requests) x
      where kinds[x.op] < 2;
  end if;

  if entries is not null then
    insert into entry (id, application_id, listener_id, request_id, field, name, content_type, bytes, sha256, created_at)
      select x.id, x.application_id, x.listener_id, x.request_id, x.field, x.name, x.content_type, x.bytes, x.sha256, x.created_at
      from unnest(entries) x where kinds[x.op] = 0;
    -- In one order, so that two batches never wait for each other.
    insert into entry_usage as u (application_id, files, bytes)
      select x.application_id, count(*), sum(x.bytes) from unnest(entries) x where kinds[x.op] = 0
      group by x.application_id order by x.application_id collate "C"
      on conflict (application_id) do update set files = u.files + excluded.files, bytes = u.bytes + excluded.bytes;
  end if;

${insertRuns}

  if messages is not null then
    inserted := posthorn.insert_messages(ses, takes, now, kinds, messages, deliveries, skips, lanes);
  end if;
  return json_build_object('now', now, 'kinds', kinds, 'duplicates', duplicates, 'inserted', inserted);
end $$`
