-- A crowd made by sets, on PostgreSQL: read by `tests.faults.crowd`, which binds the names with a colon.

CREATE FUNCTION pg_temp.mark_of(salt text, words text) RETURNS text LANGUAGE sql AS $$
    SELECT rtrim(translate(encode(sha256(convert_to(salt || chr(10) || words, 'UTF8')), 'base64'), '+/', '-_'), '=')
$$;

CREATE FUNCTION pg_temp.witnessed(of_table text, held text) RETURNS json LANGUAGE sql AS $$
    SELECT json_build_array(json_build_array(of_table, NULL,
                                             substr(encode(sha256(convert_to(held, 'UTF8')), 'hex'), 1, 32)))
$$;

CREATE FUNCTION pg_temp.random_id(seed text) RETURNS text LANGUAGE sql AS $$ SELECT substr(md5(seed), 1, 22) $$;

INSERT INTO unit (campaign_id, public_id, code, name, name_key, person, added_at)
SELECT :campaign, pg_temp.random_id('unit' || n), 'crowd-' || n, '学会' || n, '学会' || n, false, :at
FROM generate_series(1, :units) n;

CREATE TEMP VIEW its_unit AS SELECT * FROM unit WHERE code LIKE 'crowd-%';

INSERT INTO unit_key (unit_id, campaign_id, words, initials, sounds, name_order)
SELECT id, campaign_id, name, 'xh', 'xuehui', 'xue hui' FROM its_unit;

INSERT INTO unit_channel (unit_id, channel) SELECT id, 'societies' FROM its_unit;

INSERT INTO contact (campaign_id, public_id, unit_id, name, phones, email, email_key, active, added_at)
SELECT campaign_id, pg_temp.random_id('contact' || id), id, '联系人' || id, '010-1', code || '@crowd.example',
       code || '@crowd.example', true, added_at
FROM its_unit;

CREATE TEMP VIEW its_contact AS SELECT * FROM contact WHERE email LIKE 'crowd-%';

INSERT INTO nomination (campaign_id, public_id, unit_id, track, title, title_key, applicant, applicant_contact,
                        applicant_phones, materials, attributes, state, selected, salt, drafted_at, changed_at, version)
SELECT campaign_id, pg_temp.random_id('nomination' || id || '-' || n), id,
       (CAST(:tracks AS text[]))[1 + n % cardinality(CAST(:tracks AS text[]))],
       '项目' || id || '号' || n, '项目' || id || '号' || n, '某公司', '', '', '["application", "letter"]', '{}',
       'drafted', false, pg_temp.random_id('salt' || id || '-' || n), added_at, added_at, 1
FROM its_unit, generate_series(1, :each) n;

CREATE TEMP VIEW its_draft AS SELECT * FROM nomination WHERE title LIKE '项目%';

INSERT INTO nomination_key (nomination_id, campaign_id, unit_id, words, initials, sounds, title_order)
SELECT id, campaign_id, unit_id, title || chr(10) || applicant, 'xm', 'xiangmu', 'xiang mu' FROM its_draft;

INSERT INTO unit_tally (unit_id, track, state, n)
SELECT unit_id, track, state, count(*) FROM its_draft GROUP BY unit_id, track, state;

INSERT INTO track_tally (campaign_id, track, state, n)
SELECT campaign_id, track, state, count(*) FROM its_draft GROUP BY campaign_id, track, state;

-- What happened, in words: one line for each event and each word that it says.
CREATE TEMP VIEW told AS
SELECT 1 AS step, 'unit' AS subject, id, 'add' AS verb, 'code' AS key, code AS words FROM its_unit
UNION ALL SELECT 1, 'unit', id, 'add', 'name', name FROM its_unit
UNION ALL SELECT 2, 'unit', id, 'channels', 'now', 'societies' FROM its_unit
UNION ALL SELECT 3, 'contact', id, 'add', 'name', name FROM its_contact
UNION ALL SELECT 4, 'nomination', id, 'draft', 'title', title FROM its_draft;

CREATE TEMP VIEW marked AS
SELECT told.*, salt, pg_temp.mark_of(salt, words) AS mark
FROM told, LATERAL (SELECT subject || '-' || verb || '-' || key || '-' || id AS salt) salted;

INSERT INTO event_word (mark, campaign_id, salt, value) SELECT mark, :campaign, salt, words FROM marked;

CREATE TEMP VIEW changed AS
SELECT 'unit' AS subject, id, 'add' AS verb, NULL AS target, CAST('{}' AS json) AS details,
       pg_temp.witnessed('unit', format('[%s.0, "%s", "%s", 0.0, "%s"]', id, public_id, code, iso)) AS rows
FROM its_unit, LATERAL (SELECT to_char(added_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') AS iso) told
UNION ALL
SELECT 'unit', id, 'channels', NULL, '{"was": ""}',
       pg_temp.witnessed('unit_channel', format('[%s.0, "societies"]', id))
FROM its_unit
UNION ALL
SELECT 'contact', id, 'add', NULL, '{}', NULL FROM its_contact
UNION ALL
SELECT 'nomination', id, 'draft', 'drafted', json_build_object('track', track),
       pg_temp.witnessed('nomination', format(
           '[%s.0, "%s", %s.0, "%s", "%s", "%s", "某公司", ["application", "letter"], {}, null, null, null, null, null, '
           'null, "%s", "%s"]', id, public_id, unit_id, track, title, title_key, iso, salt))
FROM its_draft, LATERAL (SELECT to_char(drafted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') AS iso) told;

INSERT INTO event (campaign_id, at, role, actor, behalf, subject, subject_id, verb, to_state, details, rows, words)
SELECT :campaign, :at, :role, :actor, '', subject, id, verb, target, details, rows, words
FROM changed JOIN (
    SELECT min(step) AS step, subject, id, verb, json_object_agg(key, mark) AS words
    FROM marked GROUP BY subject, id, verb
) said USING (subject, id, verb)
ORDER BY step, id;
