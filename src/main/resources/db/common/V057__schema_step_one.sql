-- Again without harm, as every migration: one that was cut off is run once more.
INSERT INTO schema_step (id, step, least)
SELECT 1, 1, 1 FROM (SELECT COUNT(*) AS n FROM schema_step) known WHERE known.n = 0;
