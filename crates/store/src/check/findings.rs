//! What compares rows of several tables: each statement finds what does not hold, as a place and what is wrong there.

use domain::check::{Fault, Rule};

use crate::{Query, Sql, StoreError, params, sql};

/// Most findings of one statement.
const MOST: i64 = 200;

sql! {
    OPEN_SESSIONS = "SELECT 'vis_' || REPLACE(visitor_id, '-', ''),
            'has ' || CAST(COUNT(*) AS TEXT) || ' open sessions in chn_' || REPLACE(channel_id, '-', '')
        FROM sessions WHERE stage <> 'ended' GROUP BY visitor_id, channel_id HAVING COUNT(*) > 1
        ORDER BY 1 LIMIT $1";
    MESSAGE_KEYS = "SELECT 'sender ' || COALESCE(sender_id, 'nobody'),
            'stored the key ' || client_id || ' ' || CAST(COUNT(*) AS TEXT) || ' times'
        FROM entries WHERE client_id IS NOT NULL GROUP BY sender_id, client_id HAVING COUNT(*) > 1
        ORDER BY 1 LIMIT $1";
    ENTRY_IDS = "SELECT 'ent_' || REPLACE(id, '-', ''), 'names ' || CAST(COUNT(*) AS TEXT) || ' lines'
        FROM entries GROUP BY id HAVING COUNT(*) > 1 ORDER BY 1 LIMIT $1";
    LOADS = "SELECT 'agt_' || REPLACE(c.id, '-', ''),
            'load is ' || CAST(c.load AS TEXT) || ', serves ' || CAST(c.serves AS TEXT) || ' sessions'
        FROM (SELECT a.id, a.load, (SELECT COUNT(*) FROM sessions s WHERE s.agent_id = a.id AND s.stage = 'active')
                  AS serves FROM agents a) c
        WHERE c.load <> c.serves ORDER BY 1 LIMIT $1";
    ABOVE_CEILING = "SELECT 'agt_' || REPLACE(id, '-', ''), 'load ' || CAST(load AS TEXT) || ' is above the ceiling'
        FROM agents WHERE load > $2 ORDER BY 1 LIMIT $1";
    NOT_ELIGIBLE = "SELECT 'ses_' || REPLACE(s.id, '-', ''),
            'is served by agt_' || REPLACE(a.id, '-', '') || CASE WHEN a.is_deleted = TRUE THEN ', who was deleted'
                ELSE ', who was forced offline' END
        FROM sessions s JOIN agents a ON a.id = s.agent_id
        WHERE s.stage = 'active' AND (a.is_deleted = TRUE OR a.is_forced_offline = TRUE) ORDER BY 1 LIMIT $1";
    QUEUE_NUMBERS = "SELECT 'grp_' || REPLACE(skill_group_id, '-', ''),
            'gave number ' || CAST(queue_number AS TEXT) || ' to ' || CAST(COUNT(*) AS TEXT) || ' sessions'
        FROM sessions WHERE skill_group_id IS NOT NULL AND queue_number IS NOT NULL
        GROUP BY skill_group_id, queue_number HAVING COUNT(*) > 1 ORDER BY 1 LIMIT $1";
    BEYOND_NEWEST = "SELECT 'ses_' || REPLACE(s.id, '-', ''),
            'has number ' || CAST(s.queue_number AS TEXT) || ' of a queue whose newest is ' || CAST(g.last_number AS TEXT)
        FROM sessions s JOIN skill_groups g ON g.id = s.skill_group_id
        WHERE s.queue_number > g.last_number ORDER BY 1 LIMIT $1";
    TIMER_SUBJECTS = "SELECT 'timer ' || t.kind || ' of ' || t.subject_id, 'points to nothing in its contact centre'
        FROM timers t
        WHERE (t.kind = 'agent_grace' OR NOT EXISTS (SELECT 1 FROM sessions s
                                                     WHERE s.id = t.subject_id AND s.tenant_id = t.tenant_id))
          AND (t.kind <> 'agent_grace' OR NOT EXISTS (SELECT 1 FROM agents a
                                                      WHERE a.id = t.subject_id AND a.tenant_id = t.tenant_id))
        ORDER BY 1 LIMIT $1";
    GRACES = "SELECT 'agt_' || REPLACE(a.id, '-', ''), 'lost the connection and has no timer for the grace, so it would never end'
        FROM agents a
        WHERE a.connection = 'disconnected'
          AND NOT EXISTS (SELECT 1 FROM timers t WHERE t.kind = 'agent_grace' AND t.subject_id = a.id)
        ORDER BY 1 LIMIT $1";
    GRACES_OF_NOBODY = "SELECT 'agt_' || REPLACE(a.id, '-', ''), 'is ' || a.connection || ' and has a timer for the grace all the same'
        FROM timers t JOIN agents a ON a.id = t.subject_id
        WHERE t.kind = 'agent_grace' AND a.connection <> 'disconnected' ORDER BY 1 LIMIT $1";
    OUTBOX_STATES = "SELECT 'out_' || REPLACE(id, '-', ''),
            'is ' || state || CASE WHEN finished_at IS NULL THEN ' without an end' ELSE ' with an end' END
                || CASE WHEN body = '' THEN ', without a text' ELSE ', with its text' END
                || ', tried ' || CAST(attempts AS TEXT) || ' times'
        FROM outbox
        WHERE NOT ((state = 'kept' AND finished_at IS NULL AND attempts = 0 AND lease = 0)
                   OR (state = 'pending' AND finished_at IS NULL)
                   OR (state = 'sent' AND finished_at IS NOT NULL AND body = '' AND attempts > 0)
                   OR (state = 'dead' AND finished_at IS NOT NULL AND body = ''))
        ORDER BY 1 LIMIT $1";
    OUTBOX_OWNERS = "SELECT 'out_' || REPLACE(o.id, '-', ''), 'belongs to no contact centre'
        FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = o.tenant_id) ORDER BY 1 LIMIT $1";
    STREAM_POSITIONS = "SELECT 'agt_' || REPLACE(a.id, '-', ''),
            'stream stands at ' || CAST(a.stream_pos AS TEXT) || ', its newest event is ' || CAST(e.newest AS TEXT)
        FROM agents a JOIN (SELECT agent_id, MAX(pos) AS newest FROM agent_events GROUP BY agent_id) e
          ON e.agent_id = a.id
        WHERE a.stream_pos < e.newest ORDER BY 1 LIMIT $1";
    LOGIN_EPOCHS = "SELECT 'agt_' || REPLACE(a.id, '-', ''),
            'has sign-in number ' || CAST(l.newest AS TEXT) || ', counted are ' || CAST(a.epoch AS TEXT)
        FROM agents a JOIN (SELECT agent_id, MAX(epoch) AS newest FROM logins GROUP BY agent_id) l ON l.agent_id = a.id
        WHERE l.newest > a.epoch ORDER BY 1 LIMIT $1";
    STORAGE = "SELECT 'storage of ' || o.owner,
            'counts ' || CAST(o.noted AS TEXT) || ' bytes of attachments, there are ' || CAST(o.kept AS TEXT)
        FROM (SELECT p.owner, SUM(p.noted) AS noted, SUM(p.kept) AS kept
              FROM (SELECT owner, bytes AS noted, 0 AS kept FROM storage
                    UNION ALL SELECT tenant_id, 0, size FROM attachments
                    UNION ALL SELECT uploader_id, 0, size FROM attachments) p
              GROUP BY p.owner) o
        WHERE o.noted <> o.kept ORDER BY 1 LIMIT $1";
    SPAN_NUMBERS = "SELECT 'agt_' || REPLACE(agent_id, '-', ''),
            'has ' || CAST(COUNT(*) AS TEXT) || ' spans, numbered to ' || CAST(MAX(number) AS TEXT)
        FROM agent_spans GROUP BY agent_id HAVING COUNT(*) <> MAX(number) ORDER BY 1 LIMIT $1";
    SPAN_TIMES = "SELECT 'agt_' || REPLACE(agent_id, '-', ''), 'has span ' || CAST(number AS TEXT) || ', which ends before it begins'
        FROM agent_spans WHERE until < since ORDER BY 1 LIMIT $1";
    NEWEST_SPANS = "SELECT 'agt_' || REPLACE(a.id, '-', ''),
            'is ' || a.status || ' and ' || a.connection || ', the newest of the spans says '
                || CASE WHEN a.is_deleted = TRUE THEN 'on, for somebody deleted'
                        WHEN s.until <> 9223372036854775807 THEN 'that it is over'
                        ELSE s.status || ' and ' || s.connection END
        FROM agents a JOIN agent_spans s ON s.agent_id = a.id
          AND s.number = (SELECT MAX(n.number) FROM agent_spans n WHERE n.agent_id = a.id)
        WHERE (s.until = 9223372036854775807) = a.is_deleted
           OR (a.is_deleted = FALSE AND (s.status <> a.status OR s.connection <> a.connection))
        ORDER BY 1 LIMIT $1";
    OPEN_SPANS = "SELECT 'agt_' || REPLACE(agent_id, '-', ''), 'has ' || CAST(COUNT(*) AS TEXT) || ' spans that did not end'
        FROM agent_spans WHERE until = 9223372036854775807 GROUP BY agent_id HAVING COUNT(*) > 1 ORDER BY 1 LIMIT $1";
    SESSION_VISITORS = "SELECT 'ses_' || REPLACE(s.id, '-', ''),
            'belongs to vis_' || REPLACE(s.visitor_id, '-', '') || ', not a visitor of this contact centre'
        FROM sessions s
        WHERE NOT EXISTS (SELECT 1 FROM visitors v WHERE v.id = s.visitor_id AND v.tenant_id = s.tenant_id)
        ORDER BY 1 LIMIT $1";
    SESSION_CHANNELS = "SELECT 'ses_' || REPLACE(s.id, '-', ''),
            'came through chn_' || REPLACE(s.channel_id, '-', '') || ', not a channel of this contact centre'
        FROM sessions s
        WHERE NOT EXISTS (SELECT 1 FROM channels c WHERE c.id = s.channel_id AND c.tenant_id = s.tenant_id)
        ORDER BY 1 LIMIT $1";
    SESSION_FLOWS = "SELECT 'ses_' || REPLACE(s.id, '-', ''),
            'runs version ' || CAST(s.flow_version AS TEXT) || ' of flw_' || REPLACE(s.flow_id, '-', '')
                || ', which this contact centre does not have'
        FROM sessions s
        WHERE NOT EXISTS (SELECT 1 FROM flow_versions f
                          WHERE f.flow_id = s.flow_id AND f.version = s.flow_version AND f.tenant_id = s.tenant_id)
        ORDER BY 1 LIMIT $1";
    SESSION_AGENTS = "SELECT 'ses_' || REPLACE(s.id, '-', ''),
            'names agt_' || REPLACE(s.agent_id, '-', '') || ', not an agent of this contact centre'
        FROM sessions s
        WHERE s.agent_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM agents a WHERE a.id = s.agent_id AND a.tenant_id = s.tenant_id)
        ORDER BY 1 LIMIT $1";
    SESSION_GROUPS = "SELECT 'ses_' || REPLACE(s.id, '-', ''),
            'waits in or came from grp_' || COALESCE(REPLACE(s.skill_group_id, '-', ''), 'none') || ', not a group of this contact centre'
        FROM sessions s
        WHERE s.stage IN ('waiting', 'active')
          AND NOT EXISTS (SELECT 1 FROM skill_groups g WHERE g.id = s.skill_group_id AND g.tenant_id = s.tenant_id)
        ORDER BY 1 LIMIT $1";
    MEMBERS = "SELECT 'agt_' || REPLACE(m.agent_id, '-', ''),
            'is in grp_' || REPLACE(m.skill_group_id, '-', '') || ', of another contact centre'
        FROM skill_group_members m
        WHERE NOT EXISTS (SELECT 1 FROM agents a WHERE a.id = m.agent_id AND a.tenant_id = m.tenant_id)
           OR NOT EXISTS (SELECT 1 FROM skill_groups g WHERE g.id = m.skill_group_id AND g.tenant_id = m.tenant_id)
        ORDER BY 1 LIMIT $1";
    VISITOR_CHANNELS = "SELECT 'vis_' || REPLACE(v.id, '-', ''),
            'came through chn_' || REPLACE(v.channel_id, '-', '') || ', not a channel of this contact centre'
        FROM visitors v
        WHERE NOT EXISTS (SELECT 1 FROM channels c WHERE c.id = v.channel_id AND c.tenant_id = v.tenant_id)
        ORDER BY 1 LIMIT $1";
    VISITOR_TOKENS = "SELECT 'vis_' || REPLACE(k.visitor_id, '-', ''),
            'can be opened from another contact centre or channel'
        FROM visitor_tokens k
        WHERE NOT EXISTS (SELECT 1 FROM visitors v WHERE v.id = k.visitor_id AND v.tenant_id = k.tenant_id
                            AND v.channel_id = k.channel_id)
        ORDER BY 1 LIMIT $1";
    LOGINS = "SELECT 'log_' || REPLACE(l.id, '-', ''),
            'signs in agt_' || REPLACE(l.agent_id, '-', '') || ', not an agent of this contact centre'
        FROM logins l WHERE NOT EXISTS (SELECT 1 FROM agents a WHERE a.id = l.agent_id AND a.tenant_id = l.tenant_id)
        ORDER BY 1 LIMIT $1";
    EVENTS = "SELECT 'agt_' || REPLACE(e.agent_id, '-', '') || ' event ' || CAST(e.pos AS TEXT),
            'speaks of a session that does not exist'
        FROM agent_events e
        WHERE e.session_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = e.session_id)
        ORDER BY 1 LIMIT $1";
    FILE_OWNERS = "SELECT 'att_' || REPLACE(f.id, '-', ''),
            'belongs to vis_' || REPLACE(f.visitor_id, '-', '') || ', not a visitor of this contact centre'
        FROM attachments f
        WHERE NOT EXISTS (SELECT 1 FROM visitors v WHERE v.id = f.visitor_id AND v.tenant_id = f.tenant_id)
        ORDER BY 1 LIMIT $1";
    FILE_SESSIONS = "SELECT 'att_' || REPLACE(f.id, '-', ''),
            'was posted in ses_' || REPLACE(f.session_id, '-', '') || ', not a session of its visitor'
        FROM attachments f
        WHERE f.session_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = f.session_id AND s.visitor_id = f.visitor_id)
        ORDER BY 1 LIMIT $1";
    RATING_SESSIONS = "SELECT 'rating of ses_' || REPLACE(r.session_id, '-', ''), 'belongs to another contact centre'
        FROM ratings r WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = r.session_id AND s.tenant_id = r.tenant_id)
        ORDER BY 1 LIMIT $1";
    RATING_LINES = "SELECT 'rating of ses_' || REPLACE(r.session_id, '-', ''),
            CASE WHEN r.answered_at IS NULL THEN 'has no answer, its session has one'
                ELSE 'has an answer, its session has none' END
        FROM ratings r
        WHERE (r.answered_at IS NULL) = EXISTS (SELECT 1 FROM entries e WHERE e.session_id = r.session_id
                                                  AND e.body LIKE '{\"kind\":\"rated\"%')
        ORDER BY 1 LIMIT $1";
    API_CALLS = "SELECT 'call ' || CAST(c.number AS TEXT) || ' of ses_' || REPLACE(c.session_id, '-', ''),
            'belongs to another contact centre'
        FROM api_calls c
        WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = c.session_id AND s.tenant_id = c.tenant_id)
        ORDER BY 1 LIMIT $1";
    CHANNEL_RATINGS = "SELECT 'chn_' || REPLACE(c.id, '-', ''),
            'is bound to rtg_' || REPLACE(c.rating_config_id, '-', '') || ', not a rating config of this contact centre'
        FROM channels c
        WHERE c.rating_config_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM rating_configs r WHERE r.id = c.rating_config_id AND r.tenant_id = c.tenant_id)
        ORDER BY 1 LIMIT $1";
    AUDIT_TENANTS = "SELECT 'audit ' || a.id, 'belongs to no contact centre'
        FROM audit a WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = a.tenant_id) ORDER BY 1 LIMIT $1";
}

/// Which invariant a statement asks.
static ASKED: &[(Rule, &Sql)] = &[
    (Rule::OpenSessions, &OPEN_SESSIONS),
    (Rule::Keys, &MESSAGE_KEYS),
    (Rule::Keys, &ENTRY_IDS),
    (Rule::Loads, &LOADS),
    (Rule::Eligible, &NOT_ELIGIBLE),
    (Rule::QueueNumbers, &QUEUE_NUMBERS),
    (Rule::QueueNumbers, &BEYOND_NEWEST),
    (Rule::Timers, &TIMER_SUBJECTS),
    (Rule::Timers, &GRACES),
    (Rule::Timers, &GRACES_OF_NOBODY),
    (Rule::Outbox, &OUTBOX_STATES),
    (Rule::Outbox, &OUTBOX_OWNERS),
    (Rule::Counters, &STREAM_POSITIONS),
    (Rule::Counters, &LOGIN_EPOCHS),
    (Rule::Counters, &STORAGE),
    (Rule::Row, &RATING_LINES),
    (Rule::References, &RATING_SESSIONS),
    (Rule::References, &CHANNEL_RATINGS),
    (Rule::References, &API_CALLS),
    (Rule::Counters, &SPAN_NUMBERS),
    (Rule::Counters, &SPAN_TIMES),
    (Rule::Counters, &NEWEST_SPANS),
    (Rule::Counters, &OPEN_SPANS),
    (Rule::References, &SESSION_VISITORS),
    (Rule::References, &SESSION_CHANNELS),
    (Rule::References, &SESSION_FLOWS),
    (Rule::References, &SESSION_AGENTS),
    (Rule::References, &SESSION_GROUPS),
    (Rule::References, &MEMBERS),
    (Rule::References, &VISITOR_CHANNELS),
    (Rule::References, &VISITOR_TOKENS),
    (Rule::References, &LOGINS),
    (Rule::References, &EVENTS),
    (Rule::References, &FILE_OWNERS),
    (Rule::References, &FILE_SESSIONS),
    (Rule::Audit, &AUDIT_TENANTS),
];

/// Everything that these statements find, at most two hundred of each.
///
/// # Errors
/// When the database fails.
pub async fn all<Q: Query>(q: &mut Q) -> Result<Vec<Fault>, StoreError> {
    let mut faults = Vec::new();
    for (rule, sql) in ASKED {
        let found = q.all::<(String, String)>(sql, params![MOST]).await?;
        faults.extend(found.into_iter().map(|(place, what)| Fault::new(*rule, place, what)));
    }
    let ceiling = params![MOST, domain::agent::HARD_LIMIT];
    let above = q.all::<(String, String)>(&ABOVE_CEILING, ceiling).await?;
    faults.extend(
        above
            .into_iter()
            .map(|(place, what)| Fault::new(Rule::Loads, place, what)),
    );
    Ok(faults)
}
