-- Where an attempt runs that does not run on the server: the node, and how it was found (JSON, see ports/placer.ts).
ALTER TABLE executions ADD COLUMN node_id TEXT;
ALTER TABLE executions ADD COLUMN placement TEXT;
ALTER TABLE execution_history ADD COLUMN node_id TEXT;
ALTER TABLE execution_history ADD COLUMN placement TEXT;
CREATE INDEX history_by_node ON execution_history (node_id, seq) WHERE node_id IS NOT NULL;
