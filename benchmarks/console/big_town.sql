-- A big town: for each statement, what is made of each number n from :first to :last. The heading names the kind and how many rows
-- one n makes. :whole is how many of the kind there will be, :residents and so on how many of another; :residents_before and so on
-- how many were there already, so that the first of ours is one more.

--- once 1
CREATE FUNCTION name_of(n bigint) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT (ARRAY['王','李','张','刘','陈','杨','黄','赵','吴','周','徐','孙','马','朱','胡'])[1 + n % 15]
        || (ARRAY['秀','桂','淑','玉','国','建','志','美','兰','德'])[1 + (n / 15) % 10]
        || (ARRAY['英','华','珍','芳','兰','强','明','生','琴','云','清','福'])[1 + (n / 150) % 12] $$;
-- The moment of the nth of many, which are spread over the two years until `ago_s` seconds ago.
CREATE FUNCTION moment_of(n bigint, whole bigint, ago_s integer) RETURNS timestamptz STABLE LANGUAGE sql AS $$
    SELECT now() - ago_s * interval '1 second' - (whole - n) * interval '2 years' / whole $$;

--- operators 1
INSERT INTO operators (login, name, role, seat, password_hash, active, totp_secret, totp_last, ended_visits, language, large_type,
        high_contrast)
    SELECT 'desk' || n, name_of(n * 7), 'operator', n + 1, (SELECT password_hash FROM operators WHERE login = 'demo'), true, '', 0,
        '{}', 'both', false, false
    FROM generate_series(:first, :last) AS n;

--- operators 1
INSERT INTO desk_spans (operator_id, state, reason, began_at)
    SELECT :operators_before + n, 'ready', '', now() - interval '2 hours' FROM generate_series(:first, :last) AS n;

--- operators 21
INSERT INTO shifts (operator_id, begins_at, ends_at, note)
    SELECT :operators_before + n, day + interval '8 hours', day + interval '16 hours', ''
    FROM generate_series(:first, :last) AS n, generate_series(current_date - 14, current_date + 6, interval '1 day') AS day;

--- residents 1
INSERT INTO residents (id, name, form_of_address, born, gender, area_id, address, latitude, longitude, language, notes,
        speech_pace_percent, louder_db, subsidy_percent, risks)
    SELECT :residents_before + n, name_of(n), left(name_of(n), 1) || CASE WHEN n % 2 = 0 THEN '奶奶' ELSE '爷爷' END,
        date '1936-01-01' + (n % 7000)::int, CASE WHEN n % 2 = 0 THEN 'female' ELSE 'male' END,
        (SELECT min(id) FROM areas) + abs(hashint8(n) % (SELECT count(*)::int FROM areas)), -- every family in every area
        '桂花苑' || (1 + n % 90) || '幢' || (1 + n % 6) || '单元' || (101 + n % 18 * 100) || '室', 30.25, 120.16, 'zh', '', 100, 0, 0,
        '["独居", "高血压"]'
    FROM generate_series(:first, :last) AS n;

--- residents 1
INSERT INTO resident_phones (resident_id, number)
    SELECT :residents_before + n, '139' || lpad(n::text, 8, '0') FROM generate_series(:first, :last) AS n;

--- residents 2
INSERT INTO contacts (resident_id, role, name, relation, number, call_order)
    SELECT :residents_before + n, CASE WHEN way = 1 THEN 'family' ELSE 'keyholder' END, name_of(n + 77 * way),
        CASE WHEN way = 1 THEN '女儿' ELSE '邻居' END, '13' || (5 + way) || lpad(n::text, 8, '0'), way
    FROM generate_series(:first, :last) AS n, generate_series(1, 2) AS way;

--- residents 1
INSERT INTO resident_events (resident_id, happened, at, by, note)
    SELECT :residents_before + n, 'added', moment_of(n, :whole, 3600), 'demo', '' FROM generate_series(:first, :last) AS n;

--- devices 1
INSERT INTO devices (resident_id, kind, status, number, model, place, secret, fitted_at, last_heard_at)
    SELECT :residents_before + n, 'one_key', 'installed', '0571' || lpad(n::text, 8, '0'), 'T' || n % 3, '床头', 's' || n,
        moment_of(n, :whole, 86400), now() - CASE WHEN n > :whole - 40 THEN interval '3 hours' ELSE interval '20 seconds' END
    FROM generate_series(:first, :last) AS n;

--- devices 2
INSERT INTO device_events (device_id, at, happened, by, details)
    SELECT :devices_before + n, moment_of(n, :whole, 86400), happened, 'demo', '{}'
    FROM generate_series(:first, :last) AS n, unnest(ARRAY['added', 'changed']) AS happened;

--- devices 8
INSERT INTO device_tests (device_id, at, result, by, note)
    SELECT :devices_before + n, now() - quarter * interval '91 days' - n % 90 * interval '1 day',
        CASE WHEN (n + quarter) % 20 = 0 THEN 'later' ELSE 'first_time' END, 'demo', ''
    FROM generate_series(:first, :last) AS n, generate_series(0, 7) AS quarter;

--- devices 1
INSERT INTO device_faults (device_id, silent_since, raised_at, ended_at)
    SELECT :devices_before + n, began - interval '7 minutes', began, CASE WHEN n <= :whole - 40 THEN began + interval '1 hour' END
    FROM (SELECT n, moment_of(n, :whole, 600) AS began FROM generate_series(:first, :last) AS n) AS one;

--- providers 1
INSERT INTO providers (name, number, skills, latitude, longitude, opens, closes, open_weekdays, rating, volunteer, active,
        confirmed_on)
    SELECT '服务商' || n, '136' || lpad(n::text, 8, '0'), (SELECT json_build_array(skill) FROM services ORDER BY id OFFSET n % 5 LIMIT 1),
        30.25, 120.16, '07:00', '20:00', '[0,1,2,3,4,5,6]', 4.5, n % 10 = 0, n % 40 <> 0, current_date
    FROM generate_series(:first, :last) AS n;

--- providers 2
INSERT INTO provider_areas (provider_id, area_id)
    SELECT :providers_before + n, (SELECT min(id) FROM areas) + (n / 5 + one) % (SELECT count(*) FROM areas)
    FROM generate_series(:first, :last) AS n, generate_series(0, 1) AS one;

--- providers 3
INSERT INTO workers (provider_id, name, number, gender, active)
    SELECT :providers_before + n, name_of(n * 3 + one), '135' || one || lpad(n::text, 7, '0'), 'male', true
    FROM generate_series(:first, :last) AS n, generate_series(1, 3) AS one;

--- providers 20
INSERT INTO credit_changes (provider_id, reason, change, credit, at, note)
    SELECT :providers_before + n, 'done', 0.1, 80, now() - one * interval '30 days', ''
    FROM generate_series(:first, :last) AS n, generate_series(1, 20) AS one;

--- calls 1
INSERT INTO calls (channel_id, number, resident_id, device_id, status, collected, outcome, answered_by, operator_id, started_at,
        handed_over_at, operator_at, ended_at, wrapped_up_at)
    SELECT 'b' || n, '139' || lpad((1 + n % :residents)::text, 8, '0'), :residents_before + 1 + n % :residents,
        CASE WHEN n % :residents < :devices AND n % 3 = 0 THEN :devices_before + 1 + n % :residents END,
        CASE WHEN n % 40 = 0 THEN 'abandoned' ELSE 'ended' END, '{"words": "水管漏水"}',
        CASE WHEN n % 3 = 0 OR n % 40 = 0 THEN 'operator:asked' ELSE 'goodbye' END,
        CASE WHEN n % 3 = 0 AND n % 40 > 0 THEN 'operator-' || 2 + n / 3 % :operators ELSE '' END,
        CASE WHEN n % 3 = 0 AND n % 40 > 0 THEN :operators_before + 1 + n / 3 % :operators END, began,
        CASE WHEN n % 3 = 0 OR n % 40 = 0 THEN began + interval '20 seconds' END,
        CASE WHEN n % 3 = 0 AND n % 40 > 0 THEN began + interval '26 seconds' END,
        began + interval '90 seconds', CASE WHEN n % 3 = 0 AND n % 40 > 0 THEN began + interval '120 seconds' END
    FROM (SELECT n, moment_of(n, :whole, 1800) AS began FROM generate_series(:first, :last) AS n) AS one;

--- calls 2
INSERT INTO turns (call_id, speaker, words, prompt, heard, at)
    SELECT :calls_before + n, speaker, CASE speaker WHEN 'system' THEN '您好，邻里热线。您要办什么事？' ELSE '我家水管漏水了，找人来修一下' END,
        CASE speaker WHEN 'system' THEN 'welcome' ELSE '' END, '{}', moment_of(n, :whole, 1790)
    FROM generate_series(:first, :last) AS n, unnest(ARRAY['system', 'caller']) AS speaker;

--- calls 1
INSERT INTO recordings (call_id, path, kind, made_at, sealed_at)
    SELECT :calls_before + n, 'b' || n || '.wav', 'call', began, began + interval '1 hour'
    FROM (SELECT n, moment_of(n, :whole, 1800) AS began FROM generate_series(:first, :last) AS n) AS one;

--- openings 1
INSERT INTO file_openings (resident_id, operator_id, call_id, reason, at)
    SELECT :residents_before + 1 + (3 * n) % :residents, :operators_before + 1 + n % :operators, :calls_before + 3 * n, '',
        moment_of(n, :whole, 1800)
    FROM generate_series(:first, :last) AS n;

--- backs 1
INSERT INTO call_backs (call_id, number, resident_id, urgent, waits_since, due_at, attempts, done_at, outcome)
    SELECT :calls_before + 40 * n, 'x' || n, :residents_before + 1 + (40 * n) % :residents, false, began, began + interval '10 minutes', 1,
        CASE WHEN n <= :whole - 12 THEN began + interval '8 minutes' END, CASE WHEN n <= :whole - 12 THEN 'reached' ELSE '' END
    FROM (SELECT n, moment_of(n, :whole, 300) AS began FROM generate_series(:first, :last) AS n) AS one;

--- mails 1
INSERT INTO voice_mails (call_id, path, words, left_at, heard_by, heard_at, sealed_at)
    SELECT :calls_before + n, 'm' || n || '.wav', '麻烦给我回个电话', began, 'demo', CASE WHEN n <= :whole - 15 THEN began + interval '2 hours' END,
        began
    FROM (SELECT n, moment_of(n, :whole, 3600) AS began FROM generate_series(:first, :last) AS n) AS one;

--- alarms 1
INSERT INTO alarms (channel_id, resident_id, device_id, number, kind, source, device_type, component, status_code, status_words,
        priority, place_code, place_value, place_words, reference, words, status, raised_at, first_ring_at, answered_at,
        answered_by, outcome, closed_at, investigated_by, finding, follow_up_due_at, followed_up_at, followed_up_by, follow_up_note)
    SELECT 'a' || n, :residents_before + 1 + n % :devices, :devices_before + 1 + n % :devices, '0571' || lpad(n::text, 8, '0'),
        'alarm', 'key', 'T1', 'red_key', '', '', 10, '', '桂花苑8幢', '床头', 'device-' || n, '', 'closed', began,
        began + interval '1 second', began + interval '7 seconds', 'desk-2', 'pressed_by_mistake', began + interval '9 minutes', '',
        '', began + interval '1 day', CASE WHEN n <= :whole - 8 THEN began + interval '20 hours' END, 'demo', ''
    FROM (SELECT n, moment_of(n, :whole, 3600) AS began FROM generate_series(:first, :last) AS n) AS one;

--- alarms 1
INSERT INTO alarm_attempts (alarm_id, channel_id, source, number, words, began_at, first_ring_at, answered_at, answered_by, ended_at,
        recording, recording_sha256, sealed_at)
    SELECT :alarms_before + n, 'a' || n, 'key', '0571' || lpad(n::text, 8, '0'), '', began, began + interval '1 second',
        began + interval '7 seconds', 'desk-2', began + interval '2 minutes', 'a' || n || '.wav', '', began
    FROM (SELECT n, moment_of(n, :whole, 3600) AS began FROM generate_series(:first, :last) AS n) AS one;

--- alarms 4
INSERT INTO alarm_events (alarm_id, happened, at, by, details)
    SELECT :alarms_before + n, happened, moment_of(n, :whole, 3600), 'desk-2', '{}'
    FROM generate_series(:first, :last) AS n, unnest(ARRAY['raised', 'answered', 'hung_up', 'closed']) AS happened;

--- orders 1
INSERT INTO orders (code, resident_id, service_id, call_id, starts_at, ends_at, when_words, words, note, status, details, provider_id,
        placed_at, price_fen, subsidy_fen, owed_fen)
    SELECT lpad((CASE WHEN n <= :whole - 700 THEN n % 10000 ELSE :whole - n END)::text, 4, '0'),
        :residents_before + 1 + n % :residents, (SELECT min(id) FROM services) + n % (SELECT count(*) FROM services),
        :calls_before + 2 * n, placed + interval '1 day', placed + interval '25 hours', '明天上午九点', '麻烦来修一下', '', status, '{}',
        CASE WHEN status NOT IN ('placed', 'offered', 'unfilled') THEN :providers_before + 1 + n % :providers END, placed, 5000,
        1000, 4000
    FROM (SELECT n, moment_of(n, :whole, 0) AS placed,
        CASE WHEN n > :whole - 40 THEN (ARRAY['placed', 'offered', 'unfilled', 'accepted'])[1 + n % 4]
            WHEN n > :whole - 700 THEN (ARRAY['accepted', 'accepted', 'accepted', 'on_the_way', 'arrived'])[1 + n % 5]
            WHEN n > :whole - 1300 THEN (ARRAY['completed', 'completed', 'completed', 'cancelled'])[1 + n % 4]
            WHEN n > :whole - 20000 THEN (ARRAY['confirmed', 'confirmed', 'confirmed', 'cancelled'])[1 + n % 4]
            ELSE (ARRAY['settled', 'settled', 'settled', 'cancelled'])[1 + n % 4] END AS status
        FROM generate_series(:first, :last) AS n) AS one;

--- orders 3
INSERT INTO order_events (order_id, happened, at, "by", details)
    SELECT :orders_before + n, CASE WHEN step = 3 AND n % 4 = 3 THEN 'cancelled' ELSE (ARRAY['placed', 'offered', 'accepted'])[step] END,
        moment_of(n, :whole, 0), 'resident', '{}'
    FROM generate_series(:first, :last) AS n, generate_series(1, 3) AS step;

--- orders 1
INSERT INTO order_events (order_id, happened, at, "by", details)
    SELECT :orders_before + n, happened, moment_of(n, :whole, -100000), 'provider', '{}'
    FROM generate_series(:first, :last) AS n, unnest(ARRAY['completed', 'confirmed']) AS happened
    WHERE n <= :whole - 1300 AND n % 4 <> 3;

--- orders 1
INSERT INTO offers (order_id, provider_id, status, way, made_at, expires_at, refused_because, reasons)
    SELECT :orders_before + n, :providers_before + 1 + n % :providers,
        CASE WHEN n <= :whole - 40 THEN 'accepted' ELSE (ARRAY['expired', 'open', 'refused', 'accepted'])[1 + n % 4] END, 'sms',
        moment_of(n, :whole, 0), now() + interval '1 hour', '', '{"distance_km": 1.0}'
    FROM generate_series(:first, :last) AS n;

--- orders 2
INSERT INTO messages (direction, number, body, status, order_id, offer_id, gateway, gateway_ref, attempts, error, created_at,
        updated_at, template, urgent, segments, sent_at, delivered_at, acted_at)
    SELECT way, '136' || lpad((1 + n % :providers)::text, 8, '0'), CASE way WHEN 'out' THEN '【邻里】新订单：水电维修，明天上午九点。' ELSE '1' END,
        CASE way WHEN 'out' THEN 'delivered' ELSE 'received' END, :orders_before + n, :offers_before + n, 'demo', way || n, 1, '',
        at, at, 'offer', true, 1, at, at, at
    FROM (SELECT n, moment_of(n, :whole, 0) AS at FROM generate_series(:first, :last) AS n) AS one, unnest(ARRAY['out', 'in']) AS way;

--- orders 1
INSERT INTO order_follow_ups (order_id, status, due_at, was_done, score, words, ended_at, by)
    SELECT :orders_before + n, CASE WHEN n <= :whole - 1300 THEN 'held' WHEN n <= :whole - 1270 THEN 'by_hand' ELSE 'due' END,
        moment_of(n, :whole, -180000), n <= :whole - 1300, CASE WHEN n <= :whole - 1300 THEN 3 + n % 3 END, '',
        CASE WHEN n <= :whole - 1300 THEN moment_of(n, :whole, -180000) END, 'resident'
    FROM generate_series(:first, :last) AS n WHERE n <= :whole - 700 AND n % 4 <> 3;

--- complaints 1
INSERT INTO complaints (order_id, provider_id, words, raised_at, raised_by, looked_at, looked_by, upheld, finding)
    SELECT :orders_before + 200 * n - 3, :providers_before + 1 + n % :providers, '来得太晚，地也没擦干净', began, 'resident',
        CASE WHEN n <= :whole - 10 THEN began + interval '1 day' END, 'demo', true, '已经谈过'
    FROM (SELECT n, moment_of(n, :whole, 7200) AS began FROM generate_series(:first, :last) AS n) AS one;

--- late 1
INSERT INTO supervisions (order_id, kind, raised_at, ended_at, ended_by, note)
    SELECT :orders_before + 50 * n, 'not_arrived', began, CASE WHEN n <= :whole - 15 THEN began + interval '1 hour' END, 'demo', ''
    FROM (SELECT n, moment_of(n, :whole, 600) AS began FROM generate_series(:first, :last) AS n) AS one;

--- care 1
INSERT INTO care_calls (resident_id, reason, status, due_at, planned_at, ended_at)
    SELECT :residents_before + 1 + n % :residents, 'routine', 'held', began, began - interval '1 day', began + interval '3 minutes'
    FROM (SELECT n, moment_of(n, :whole, 7200) AS began FROM generate_series(:first, :last) AS n) AS one;

--- care 1
INSERT INTO care_attempts (care_call_id, way, began_at, result, ended_at)
    SELECT :care_before + n, '139', began, 'held', began + interval '3 minutes'
    FROM (SELECT n, moment_of(n, :whole, 7200) AS began FROM generate_series(:first, :last) AS n) AS one;

--- care 2
INSERT INTO care_answers (care_call_id, question, words, meanings, at)
    SELECT :care_before + n, question, '挺好的', '[]', moment_of(n, :whole, 7100)
    FROM generate_series(:first, :last) AS n, unnest(ARRAY['care_how', 'care_eaten']) AS question;

--- tasks 1
INSERT INTO care_tasks (care_call_id, concern, words, raised_at, done_at, done_by, note)
    SELECT :care_before + 20 * n, 'unwell', '这两天头晕，药也吃完了', began, CASE WHEN n <= :whole - 25 THEN began + interval '6 hours' END, 'demo', ''
    FROM (SELECT n, moment_of(n, :whole, 900) AS began FROM generate_series(:first, :last) AS n) AS one;

--- audits 1
INSERT INTO audits (call_id, operator_id, month, place, seed, emergency, drawn_at, scores, note, done_at, done_by)
    SELECT :calls_before + 3 * n + CASE WHEN 3 * n % 40 = 0 THEN 1 ELSE 0 END, :operators_before + 1 + n % :operators,
        (date_trunc('month', now()) - n / :operators / 2 * interval '1 month')::date, 1 + n / :operators % 2, 'town', false,
        now() - interval '2 days', '{}', '', CASE WHEN n > 2 * :operators THEN now() - interval '1 day' END,
        CASE WHEN n > 2 * :operators THEN 1 END
    FROM generate_series(:first, :last) AS n;

--- days 1
INSERT INTO figure_days (day, counted_at, final)
    SELECT current_date - n, now(), n > 3 FROM generate_series(:first, :last) AS n ON CONFLICT DO NOTHING;

--- days 550
INSERT INTO daily_figures (day, part, part_id, calls, by_machine, waited, answered, in_15_s, abandoned, alarms, alarms_in_15_s,
        alarms_in_60_s, alarms_in_180_s, slowest_s, placed, at_once, in_15_min, accepted, done, cancelled, unfilled, complaints,
        scores, score_sum, offers, offers_accepted, offers_refused, offers_expired, ready_s, pause_s, wrap_up_s, talking_s)
    SELECT current_date - n, part, part_id, 100, 60, 35, 34, 33, 1, 2, 2, 2, 2, 12, 50, 40, 38, 48, 45, 4, 2, 1, 30, 130, 60, 48, 8, 4,
        20000, 3000, 2000, 4000
    FROM generate_series(:first, :last) AS n, (
        SELECT 'area' AS part, id AS part_id FROM areas UNION SELECT 'service', id FROM services
        UNION SELECT 'operator', id FROM operators UNION SELECT 'provider', id FROM providers) AS parts
    WHERE part <> 'provider' OR (part_id + n) % 2 = 0 ON CONFLICT DO NOTHING;

--- days 300
INSERT INTO daily_handling (day, part, part_id, up_to_s, calls)
    SELECT current_date - n, part, part_id, step, 8
    FROM generate_series(:first, :last) AS n, generate_series(30, 240, 30) AS step, (
        SELECT 'area' AS part, id AS part_id FROM areas UNION SELECT 'operator', id FROM operators) AS parts
    ON CONFLICT DO NOTHING;

-- And what is happening just now.

--- once 25
INSERT INTO calls (channel_id, number, resident_id, status, collected, outcome, answered_by, operator_id, started_at, handed_over_at,
        operator_at)
    SELECT 'now' || n, '139' || lpad((500 + n)::text, 8, '0'), :residents_before + 500 + n,
        CASE WHEN n <= 5 THEN 'waiting' WHEN n <= 17 THEN 'operator' ELSE 'talking' END, '{"words": "水管漏水"}',
        CASE WHEN n <= 17 THEN 'operator:asked' ELSE '' END, CASE WHEN n BETWEEN 6 AND 17 THEN 'operator-' || n ELSE '' END,
        CASE WHEN n BETWEEN 6 AND 17 THEN :operators_before + n - 1 END, now() - n * interval '20 seconds',
        CASE WHEN n <= 17 THEN now() - n * interval '15 seconds' END, CASE WHEN n BETWEEN 6 AND 17 THEN now() - n * interval '8 seconds' END
    FROM generate_series(1, 25) AS n;

--- once 3
WITH raised AS (INSERT INTO alarms (channel_id, gathers, resident_id, device_id, number, kind, source, device_type, component,
        status_code, status_words, priority, place_code, place_value, place_words, reference, words, status, raised_at, answered_at,
        answered_by, outcome, investigated_by, finding, followed_up_by, follow_up_note)
    SELECT 'sos' || n, 'device-' || :devices_before + n, :residents_before + n, :devices_before + n, '', 'alarm', 'key', 'T1', 'red_key',
        '', '', 10, '', '桂花苑8幢', '床头', 'device-' || :devices_before + n, '', CASE n WHEN 1 THEN 'raised' ELSE 'answered' END,
        now() - n * interval '30 seconds', CASE WHEN n > 1 THEN now() - n * interval '25 seconds' END, 'desk-3', '', '', '', '', ''
    FROM generate_series(1, 3) AS n RETURNING id, channel_id, status, raised_at, answered_at)
INSERT INTO alarm_attempts (alarm_id, channel_id, source, number, words, began_at, waiting_since, answered_at, answered_by, recording,
        recording_sha256)
    SELECT id, channel_id, 'key', '', '', raised_at, CASE status WHEN 'raised' THEN raised_at END, answered_at, 'desk-3', '', ''
    FROM raised;

--- once 25
INSERT INTO device_visits (device_id, reason, due_at, ended_by, note)
    SELECT :devices_before + :devices - 40 + n, 'silent', now(), '', '' FROM generate_series(1, 25) AS n;

--- once 3
INSERT INTO troubles (job, subject_id, times, first_at, last_at, error, ended_by)
    SELECT 'send_message', n, 4, now(), now(), 'GatewayUnavailable: timed out', '' FROM generate_series(1, 3) AS n;

--- once 500
INSERT INTO repeats (resident_id, service_id, details, weekdays, starts, ends, on_holidays, first_on, placed_at)
    SELECT :residents_before + 1 + n * 7 % :residents, (SELECT min(id) FROM services), '{}', '[0, 2, 4]', '09:00', '11:00', true, current_date,
        now()
    FROM generate_series(1, 500) AS n;
