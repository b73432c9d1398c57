-- Notes at an ended execution that an attempt of it was still running when others had taken it over.
-- ?1 id, ?2 the attempt (JSON)
UPDATE execution_history SET fenced = json_insert(ifnull(fenced, '[]'), '$[#]', json(?2)) WHERE id = ?1
