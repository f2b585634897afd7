//! Session rows: one open at a time, saved only by who saw the newest, in order of their numbers.

use domain::entry::Author;
use domain::flow::RunState;
use domain::ids::{Id, SessionId, SkillGroupId, TenantId};
use domain::message::Content;
use domain::session::{EndedBy, Session, Stage};
use store::session_list::{self, Wanted};
use store::sessions::{self, Blocked};
use store::testing::for_each_engine;
use store::{StoreError, entries, reception};

use crate::world::{NOW, World, id, keep, stamp, stamp_at, write};

fn text(text: &str) -> Content {
    Content::Text { text: text.to_owned() }
}

fn says(session: &mut Session, author: Author, words: &str) {
    session
        .post(stamp(), author, None, text(words))
        .expect("an open session");
}

/// I14, U3: a visitor has one open session in a channel; another channel and the time after its end are free.
#[tokio::test]
async fn a_second_open_session_is_refused() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let visitor = world.visitor("Vera").await;
        let first = world.session(visitor).await;
        let second = world.unsaved(visitor);
        let refused = store.write(async move |tx| keep(tx, second.clone(), None).await).await;
        assert_eq!(refused.err(), Some(StoreError::Stale));

        let mut elsewhere = world.unsaved(visitor);
        elsewhere.channel = world.another_channel().await;
        let elsewhere = write(&store, async move |tx| keep(tx, elsewhere.clone(), None).await).await;
        world
            .change(first.id, |session| {
                session.end(stamp(), EndedBy::Visitor).expect("open")
            })
            .await;
        let third = world.session(visitor).await;

        let reader = &mut store.reader();
        let open = sessions::find_open(reader, visitor, world.channel)
            .await
            .expect("a row");
        assert_eq!(open, Some(third));
        let open = sessions::find_open(reader, visitor, elsewhere.channel)
            .await
            .expect("a row");
        assert_eq!(open, Some(elsewhere));
    })
    .await;
}

/// I14: of two that begin at the same time one is kept, whichever comes first.
#[tokio::test]
async fn two_that_begin_at_once_are_one() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let visitor = world.visitor("Vera").await;
        let begin = |session: Session| store.write(async move |tx| keep(tx, session.clone(), None).await);
        let (one, two) = tokio::join!(begin(world.unsaved(visitor)), begin(world.unsaved(visitor)));
        let kept = [&one, &two].into_iter().filter_map(|done| done.as_ref().ok()).count();
        assert_eq!(kept, 1, "{one:?} {two:?}");
    })
    .await;
}

/// C05: who saved an older version saves nothing, lines included.
#[tokio::test]
async fn a_stale_version_is_refused_with_its_lines() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        let mut late = session.clone();
        let newest = world
            .change(session.id, |session| says(session, Author::Visitor, "first"))
            .await;
        says(&mut late, Author::Visitor, "late");
        let refused = store.write(async move |tx| keep(tx, late.clone(), Some(0)).await).await;
        assert_eq!(refused.err(), Some(StoreError::Stale));
        assert_eq!(world.stored(session.id).await, newest);
        let place = (world.tenant, session.id);
        let lines = entries::after(&mut store.reader(), place, 0, 100, entries::View::Desk).await;
        assert_eq!(lines.expect("lines").len(), 2, "the beginning and the first message");
    })
    .await;
}

/// C05: a body that is late runs again on the newest row, so two changes at once both stay.
#[tokio::test]
async fn changes_at_once_follow_each_other() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        let one = world.change(session.id, |session| says(session, Author::Visitor, "one"));
        let two = world.change(session.id, |session| says(session, Author::Visitor, "two"));
        tokio::join!(one, two);
        let stored = world.stored(session.id).await;
        assert_eq!((stored.last_seq, stored.unread, stored.version), (3, 2, 3));
    })
    .await;
}

/// C18: what is read is what was saved, in every stage and with every field set.
#[tokio::test]
async fn a_session_reads_back_as_it_was_saved() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let begun = world.session(world.visitor("Vera").await).await;
        assert_eq!(world.stored(begun.id).await, begun);
        let asked = world
            .change(begun.id, |session| {
                session.run.state = RunState::InQueue;
                session
                    .run
                    .variables
                    .insert("name".to_owned(), "Véra \"汉\"".to_owned());
                says(session, Author::Visitor, "hello");
            })
            .await;
        assert_eq!(world.stored(begun.id).await, asked);
        let waiting = world.enqueue(begun.id).await;
        assert!(matches!(waiting.stage, Stage::Waiting(place) if place.number == 1 && place.since == NOW));
        assert_eq!(world.stored(begun.id).await, waiting);
        let active = world.active(world.visitor("Wim").await, agent).await;
        let active = world
            .change(active.id, move |session| {
                says(session, Author::Agent { agent_id: agent }, "hello");
                assert!(session.read_by_visitor(i64::MAX));
            })
            .await;
        assert_eq!(
            (active.silent_since, active.visitor_read, active.agent_read),
            (Some(NOW), 4, 4)
        );
        assert_eq!(world.stored(active.id).await, active);
        let ended = world
            .change(active.id, move |session| {
                session.end(stamp(), EndedBy::Timer).expect("open");
                session.complete(agent).expect("its own");
            })
            .await;
        assert_eq!(
            ended.stage,
            Stage::Ended {
                by: EndedBy::Timer,
                at: NOW,
                last_agent: Some(agent)
            }
        );
        assert_eq!(world.stored(active.id).await, ended);
    })
    .await;
}

/// DATA-02: through which group a session went, and since when its agent had it, can be told after its end.
#[tokio::test]
async fn place_and_time_of_assignment_stay_after_the_end() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let session = world.active(world.visitor("Vera").await, agent).await;
        world
            .change(session.id, |session| {
                session
                    .end(stamp_at(NOW.plus_seconds(60)), EndedBy::Agent)
                    .expect("open");
            })
            .await;
        let listed = session_list::find(&mut store.reader(), world.tenant, session.id, NOW).await;
        let listed = listed.expect("a row").expect("the session");
        assert_eq!(listed.stage, "ended");
        assert_eq!(listed.skill_group_id, Some(world.group));
        assert_eq!(listed.skill_group_name.as_deref(), Some("Service"));
        assert_eq!(listed.assigned_at, Some(NOW.0));
        assert_eq!(listed.ended_at, Some(NOW.0 + 60_000));
        assert_eq!(listed.agent_id, Some(agent));
    })
    .await;
}

/// U6, ROUTE-01: a queue goes by number, not by age or id; who is put back stands at the old place (R18).
#[tokio::test]
async fn a_queue_goes_by_number() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let mut begun = Vec::new();
        for name in ["a", "b", "c"] {
            begun.push(world.session(world.visitor(name).await).await.id);
        }
        // The youngest joins first.
        for id in begun.iter().rev() {
            world.enqueue(*id).await;
        }
        let served = world.active(world.visitor("d").await, agent).await;
        let late = world.waiting(world.visitor("e").await).await;
        world
            .change(served.id, |session| {
                assert!(
                    session
                        .requeue(stamp(), domain::session::RequeueReason::ForcedOffline)
                        .is_some()
                )
            })
            .await;

        let reader = &mut store.reader();
        let order = [begun[2], begun[1], begun[0], served.id, late.id];
        let queue = sessions::queue(reader, world.group).await.expect("a queue");
        assert_eq!(queue, order.into_iter().zip(1..).collect::<Vec<_>>());
        let first = sessions::waiting(reader, world.group, 2).await.expect("a queue");
        assert_eq!(first.iter().map(|row| row.id).collect::<Vec<_>>(), order[..2]);
        assert_eq!(sessions::ahead(reader, world.group, 4).await.expect("a count"), 3);
        assert_eq!(
            sessions::ahead(reader, world.group, i64::MAX).await.expect("a count"),
            5
        );
        assert_eq!(
            sessions::ahead(reader, world.another_group(1).await, i64::MAX)
                .await
                .expect("a count"),
            0
        );
        assert_eq!(
            sessions::groups_with_waiting(reader).await.expect("groups"),
            [world.group]
        );
    })
    .await;
}

/// U6, C08: numbers given at the same time are dense and never the same.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_queue_are_dense_under_load() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let group = world.group;
        let given = (0..20).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .write(async move |tx| reception::next_number(tx, group).await)
                    .await
            })
        });
        let mut numbers = Vec::new();
        for task in given.collect::<Vec<_>>() {
            numbers.push(task.await.expect("a task").expect("a write").expect("a group"));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
        let unknown: SkillGroupId = id();
        assert_eq!(
            write(&store, async move |tx| reception::next_number(tx, unknown).await).await,
            None
        );
    })
    .await;
}

/// ROUTE-02: routing learns who served the visitor the last time, and only for this visitor.
#[tokio::test]
async fn routing_learns_the_last_agent() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (ann, _) = world.agent("Ann").await;
        let (bob, _) = world.agent("Bob").await;
        let visitor = world.visitor("Vera").await;
        for agent in [bob, ann] {
            let session = world.active(visitor, agent).await;
            world
                .change(session.id, |session| {
                    session.end(stamp(), EndedBy::Visitor).expect("open")
                })
                .await;
        }
        let again = world.waiting(visitor).await;
        let stranger = world.waiting(world.visitor("Wim").await).await;
        let queue = sessions::waiting(&mut store.reader(), world.group, 10)
            .await
            .expect("a queue");
        let last = queue.iter().map(|row| (row.id, row.last_agent)).collect::<Vec<_>>();
        assert_eq!(last, [(again.id, Some(ann)), (stranger.id, None)]);
    })
    .await;
}

/// ROUTE-18, WORK-06: the newest session of a visitor, and those before it, newest first.
#[tokio::test]
async fn earlier_sessions_come_newest_first() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let visitor = world.visitor("Vera").await;
        let mut begun = Vec::new();
        for _ in 0..3 {
            let session = world.active(visitor, agent).await;
            begun.push(session.id);
            world
                .change(session.id, |session| {
                    session.end(stamp(), EndedBy::Agent).expect("open")
                })
                .await;
        }
        let last = world.session(visitor).await;
        world.session(world.visitor("Wim").await).await;
        let reader = &mut store.reader();
        let latest = sessions::find_latest(reader, visitor, world.channel)
            .await
            .expect("a row");
        assert_eq!(latest.map(|session| session.id), Some(last.id));
        let rows = sessions::earlier(reader, world.tenant, visitor, last.id, 2)
            .await
            .expect("rows");
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [begun[2], begun[1]]);
        assert_eq!(rows[0].agent_nickname.as_deref(), Some("Ann"));
        let rows = sessions::earlier(reader, world.tenant, visitor, begun[1], 10)
            .await
            .expect("rows");
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [begun[0]]);
    })
    .await;
}

/// R19: whoever deletes an agent, a channel or a group is told which open sessions stand in the way.
#[tokio::test]
async fn open_sessions_stand_in_the_way() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let active = world.active(world.visitor("Vera").await, agent).await;
        let waiting = world.waiting(world.visitor("Wim").await).await;
        let over = world.active(world.visitor("Xu").await, agent).await;
        world
            .change(over.id, |session| session.end(stamp(), EndedBy::Agent).expect("open"))
            .await;
        let other = world.another_group(1).await;
        let elsewhere = world.another_channel().await;
        for (what, expected) in [
            (Blocked::Agent(agent), vec![active.id]),
            (Blocked::Channel(world.channel), vec![active.id, waiting.id]),
            (Blocked::SkillGroup(world.group), vec![active.id, waiting.id]),
            (Blocked::SkillGroup(other), vec![]),
            (Blocked::Channel(elsewhere), vec![]),
        ] {
            let rows = sessions::blocking(&mut store.reader(), world.tenant, what)
                .await
                .expect("rows");
            assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{what:?}");
            assert!(rows.first().is_none_or(|row| row.visitor == "Vera"));
        }
    })
    .await;
}

/// WORK-21: putting all away leaves open sessions and those of others.
#[tokio::test]
async fn putting_all_away_takes_own_ended_ones() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (ann, _) = world.agent("Ann").await;
        let (bob, _) = world.agent("Bob").await;
        let open = world.active(world.visitor("a").await, ann).await;
        let mut ended = Vec::new();
        for (name, agent) in [("b", ann), ("c", ann), ("d", bob)] {
            let session = world.active(world.visitor(name).await, agent).await;
            ended.push(session.id);
            world
                .change(session.id, |session| {
                    session.end(stamp(), EndedBy::Agent).expect("open")
                })
                .await;
        }
        let tenant = world.tenant;
        let away = async || {
            let mut ids = write(&store, async move |tx| sessions::complete_all(tx, tenant, ann).await).await;
            ids.sort_unstable();
            ids
        };
        assert_eq!(away().await, ended[..2]);
        assert_eq!(away().await, [] as [SessionId; 0]);
        for (id, expected) in [(open.id, false), (ended[0], true), (ended[1], true), (ended[2], false)] {
            assert_eq!(world.stored(id).await.is_completed, expected);
        }
        assert_eq!(
            sessions::active_of(&mut store.reader(), ann).await.expect("rows"),
            [open]
        );
    })
    .await;
}

/// WORK-02, WORK-03: the list shows sessions in service, then ended ones that are not put away.
#[tokio::test]
async fn the_list_shows_what_is_in_service_first() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (ann, _) = world.agent("Ann").await;
        let (bob, _) = world.agent("Bob").await;
        let vera = world.visitor("Vera").await;
        let over = world.active(world.visitor("a").await, ann).await;
        world
            .change(over.id, |session| session.end(stamp(), EndedBy::Agent).expect("open"))
            .await;
        let away = world.active(world.visitor("b").await, ann).await;
        world
            .change(away.id, move |session| {
                session.end(stamp(), EndedBy::Agent).expect("open");
                session.complete(ann).expect("its own");
            })
            .await;
        let active = world.active(vera, ann).await;
        world
            .change(active.id, |session| says(session, Author::Visitor, "are you there?"))
            .await;
        world.active(world.visitor("c").await, bob).await;
        let waiting = world.waiting(world.visitor("d").await).await;
        world.connect(vera.uuid()).await;

        let reader = &mut store.reader();
        let list = session_list::of_agent(reader, ann, NOW).await.expect("a list");
        assert_eq!(list.iter().map(|row| row.id).collect::<Vec<_>>(), [active.id, over.id]);
        assert_eq!((list[0].unread, list[0].is_online, list[1].is_online), (1, true, false));
        assert!(
            list[0]
                .last_message
                .as_deref()
                .is_some_and(|text| text.contains("are you there?"))
        );
        let gone = NOW.plus_seconds(3601);
        let list = session_list::of_agent(reader, ann, gone).await.expect("a list");
        assert!(
            !list[0].is_online,
            "U9: the node of the visitor's page does not sign any more"
        );
        let queues = session_list::queues_of(reader, ann).await.expect("queues");
        assert_eq!(queues, [(world.group, "Service".to_owned(), 1)]);
        let public = session_list::public_agent(reader, ann)
            .await
            .expect("a row")
            .expect("an agent");
        assert_eq!(public.0, "Ann");
        assert!(waiting.agent().is_none());
    })
    .await;
}

/// WORK-05, T807: ended sessions come in pages, and what is looked for is looked for literally.
#[tokio::test]
async fn ended_sessions_come_in_pages_and_by_name() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let mut ended = Vec::new();
        for (seconds, name) in [(5, "100%"), (5, "1000"), (3, "a_b"), (9, "aXb!")] {
            let session = world.active(world.visitor(name).await, agent).await;
            let at = NOW.plus_seconds(seconds);
            world
                .change(session.id, move |session| {
                    session.end(stamp_at(at), EndedBy::Agent).expect("open")
                })
                .await;
            ended.push(session.id);
        }
        let newest_first = [ended[3], ended[1], ended[0], ended[2]];
        let own = (world.tenant, agent);
        let mut seen = Vec::new();
        let mut after = (i64::MAX, SessionId::from_uuid(uuid::Uuid::max()));
        loop {
            let wanted = Wanted {
                nickname: None,
                limit: 2,
            };
            let page = session_list::ended(&mut store.reader(), own, after, &wanted, NOW)
                .await
                .expect("a page");
            let Some(last) = page.last() else { break };
            after = (last.ended_at.expect("ended"), last.id);
            seen.extend(page.iter().map(|row| row.id));
        }
        assert_eq!(seen, newest_first);

        let top = (i64::MAX, SessionId::from_uuid(uuid::Uuid::max()));
        for (look_for, expected) in [
            ("0%", vec!["100%"]),
            ("A_B", vec!["a_b"]),
            ("!", vec!["aXb!"]),
            ("100", vec!["1000", "100%"]),
            ("' OR 1=1 --", vec![]),
        ] {
            let wanted = Wanted {
                nickname: Some(look_for.to_owned()),
                limit: 10,
            };
            let rows = session_list::ended(&mut store.reader(), own, top, &wanted, NOW)
                .await
                .expect("rows");
            let names = rows.iter().map(|row| row.nickname.as_str()).collect::<Vec<_>>();
            assert_eq!(names, expected, "{look_for:?}");
        }
    })
    .await;
}

/// WORK-05: sessions in service come in pages too, and by name.
#[tokio::test]
async fn served_sessions_come_in_pages_and_by_name() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let one = world.active(world.visitor("Vera").await, agent).await;
        let two = world.active(world.visitor("Wim").await, agent).await;
        let top = SessionId::from_uuid(uuid::Uuid::max());
        let found = async |after, nickname: Option<&str>, limit| {
            let wanted = Wanted {
                nickname: nickname.map(str::to_owned),
                limit,
            };
            let own = (world.tenant, agent);
            let rows = session_list::served(&mut store.reader(), own, after, &wanted, NOW)
                .await
                .expect("rows");
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(found(top, None, 1).await, [two.id]);
        assert_eq!(found(two.id, None, 1).await, [one.id]);
        assert_eq!(found(top, Some("VER"), 9).await, [one.id]);
        assert_eq!(found(one.id, None, 9).await, [] as [SessionId; 0]);
    })
    .await;
}

/// ADM-15, T503, I21: whoever asks for another tenant finds nothing, whatever ids are known.
#[tokio::test]
async fn a_foreign_tenant_finds_nothing() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let foreign: TenantId = World::new(&store).await.tenant;
        let (agent, _) = world.agent("Ann").await;
        let visitor = world.visitor("Vera").await;
        let over = world.active(visitor, agent).await;
        world
            .change(over.id, |session| session.end(stamp(), EndedBy::Agent).expect("open"))
            .await;
        let open = world.active(visitor, agent).await;
        let reader = &mut store.reader();

        for tenant in [world.tenant, foreign] {
            let is_own = tenant == world.tenant;
            let found = sessions::find(reader, tenant, open.id).await.expect("a row");
            assert_eq!(found.is_some(), is_own);
            let rows = sessions::earlier(reader, tenant, visitor, open.id, 9)
                .await
                .expect("rows");
            assert_eq!(rows.len(), usize::from(is_own));
            assert_eq!(
                sessions::has_served(reader, tenant, agent, visitor)
                    .await
                    .expect("a flag"),
                is_own
            );
            for what in [
                Blocked::Agent(agent),
                Blocked::Channel(world.channel),
                Blocked::SkillGroup(world.group),
            ] {
                let rows = sessions::blocking(reader, tenant, what).await.expect("rows");
                assert_eq!(rows.len(), usize::from(is_own), "{what:?}");
            }
            assert_eq!(
                session_list::find(reader, tenant, open.id, NOW)
                    .await
                    .expect("a row")
                    .is_some(),
                is_own
            );
            let wanted = Wanted {
                nickname: None,
                limit: 9,
            };
            let top = SessionId::from_uuid(uuid::Uuid::max());
            let rows = session_list::ended(reader, (tenant, agent), (i64::MAX, top), &wanted, NOW).await;
            assert_eq!(rows.expect("rows").len(), usize::from(is_own));
            let rows = session_list::served(reader, (tenant, agent), top, &wanted, NOW)
                .await
                .expect("rows");
            assert_eq!(rows.len(), usize::from(is_own));
        }
        let away = write(&store, async move |tx| sessions::complete_all(tx, foreign, agent).await).await;
        assert_eq!(away, []);
        assert!(!world.stored(over.id).await.is_completed);
    })
    .await;
}
