-- Replaces rows of tasks whose versions are still those the changes were made from, unless another task has the name, and
-- keeps the definitions that are replaced where they shall be kept. Of each task one change at most. A name that somebody
-- takes at the same moment is refused by tasks_by_name. Rows are looked up by their keys, and names by their index,
-- whatever was expected of the table's size when the plan was made: hence ANY twice, and OFFSET.
-- $1 seq, $2 expected version, $3 name, $4 group, $5 type, $6 tags, $7 enabled, $8 version, $9 definition, $10 paused at,
-- $11 pause reason, $12 run at start, $13 now, $14 by, $15 deleted at, $16 whether the replaced definition is kept
-- Result: a row for each whose version was the expected one, and whether it was left alone because its name is taken.
WITH locked AS MATERIALIZED (
  SELECT seq, name, tenant_id, version, definition, updated_at, updated_by, deleted_at FROM tasks
  WHERE seq = ANY($1::bigint[]) ORDER BY seq FOR NO KEY UPDATE
), judged AS MATERIALIZED (
  SELECT w.*, t.version AS old_version, t.definition AS old_definition, t.updated_at AS old_at, t.updated_by AS old_by,
         (t.name <> w.name OR t.deleted_at IS NOT NULL) AND w.deleted_at IS NULL AND EXISTS (
           SELECT 1 FROM tasks o
           WHERE o.name = w.name AND coalesce(o.tenant_id, '') = coalesce(t.tenant_id, '') AND o.deleted_at IS NULL
             AND o.seq <> t.seq
           OFFSET 0
         ) AS is_taken
  FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::integer[],
              $9::json[], $10::bigint[], $11::text[], $12::smallint[], $13::bigint[], $14::text[], $15::bigint[],
              $16::boolean[])
       AS w (seq, expected, name, task_group, type, tags, enabled, version, definition, paused_at, pause_reason,
             run_at_start, at, by, deleted_at, is_kept)
  JOIN locked t ON t.seq = w.seq AND t.version = w.expected
), kept AS (
  INSERT INTO task_revisions (task_seq, version, definition, at, by)
  SELECT seq, old_version, old_definition, old_at, old_by FROM judged WHERE is_kept AND NOT is_taken
  ON CONFLICT DO NOTHING
), saved AS (
  UPDATE tasks t
  SET name = j.name, task_group = j.task_group, type = j.type, tags = j.tags, enabled = j.enabled, version = j.version,
      definition = j.definition, paused_at = j.paused_at, pause_reason = j.pause_reason, run_at_start = j.run_at_start,
      updated_at = j.at, updated_by = j.by, deleted_at = j.deleted_at
  FROM judged j
  WHERE t.seq = ANY($1::bigint[]) AND t.seq = j.seq AND NOT j.is_taken
)
SELECT seq, is_taken AS "isTaken" FROM judged
