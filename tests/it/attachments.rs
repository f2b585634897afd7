//! Files: stored, shown and kept by what they are, to those whose conversation they belong to (OPS-05).

use serde_json::{Value, json};
use testkit::eventually;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::talk::{Answer, Caller, Desk, new_key};

/// A picture of one colour, as the PNG format writes it without compressing.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let row: Vec<u8> = [0].into_iter().chain((0..width).flat_map(|_| [200, 30, 60])).collect();
    let pixels = row.repeat(height as usize);
    let mut data = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = pixels.chunks(0xffff).collect();
    for (number, block) in blocks.iter().enumerate() {
        let size = u16::try_from(block.len()).expect("a block");
        data.push(u8::from(number + 1 == blocks.len()));
        data.extend(size.to_le_bytes());
        data.extend((!size).to_le_bytes());
        data.extend(*block);
    }
    let (one, two) = pixels.iter().fold((1_u32, 0_u32), |(one, two), byte| {
        let one = (one + u32::from(*byte)) % 65_521;
        (one, (two + one) % 65_521)
    });
    data.extend((two << 16 | one).to_be_bytes());
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", header), (b"IDAT", data), (b"IEND", vec![])] {
        file.extend(u32::try_from(content.len()).expect("a chunk").to_be_bytes());
        let body = [kind.as_slice(), &content].concat();
        file.extend(&body);
        file.extend(checksum(&body).to_be_bytes());
    }
    file
}

pub fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

async fn upload(http: &Caller, name: &str, bytes: &[u8]) -> Answer {
    http.upload("/visitor/attachments", name, "image/png", bytes.to_vec())
        .await
}

async fn post(http: &Caller, path: &str, kind: &str, id: &Value) -> Answer {
    let content = json!({"type": kind, "attachment_id": id});
    http.post(path, &json!({"client_id": new_key(), "content": content}))
        .await
}

/// WORK-07, CHAN-03, OPS-05: pictures and files go both ways; the other side gets the bytes, and of pictures a small one.
#[tokio::test]
async fn pictures_and_files_go_both_ways() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let mut page = guest.connect().await;
    let picture = png(1_000, 600);
    let uploaded = upload(&guest.http, "猫 1.png", &picture).await.ok();
    assert_eq!(
        (&uploaded["media_type"], &uploaded["name"]),
        (&json!("image/png"), &json!("猫 1.png"))
    );
    assert_eq!((&uploaded["width"], &uploaded["height"]), (&json!(1_000), &json!(600)));
    assert_eq!(uploaded["size"], picture.len());
    let posted = post(&guest.http, "/visitor/messages", "image", &uploaded["id"])
        .await
        .ok();
    let session = posted["session_id"].as_str().expect("an id").to_owned();
    let is_picture = |frame: &Value| {
        let entries = frame["entries"].as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .any(|entry| entry["body"]["content"]["attachment"]["id"] == uploaded["id"])
    };
    bench.has(is_picture).await;

    let id = uploaded["id"].as_str().expect("an id");
    for (http, path) in [
        (&ann.http, format!("/attachments/{id}")),
        (&guest.http, format!("/visitor/attachments/{id}")),
    ] {
        let whole = http.get(&path).await;
        assert_eq!((whole.status, whole.bytes.as_slice()), (200, picture.as_slice()));
        assert_eq!(whole.header("content-type"), Some("image/png"));
        assert!(
            whole
                .header("content-disposition")
                .is_some_and(|value| value.starts_with("inline"))
        );
        let small = http.get(&format!("{path}/thumbnail")).await;
        assert_eq!(small.status, 200);
        assert!(
            small.bytes.starts_with(&[0xff, 0xd8]) && small.bytes.len() < picture.len() / 4,
            "a small JPEG"
        );
        assert_eq!(small.header("content-type"), Some("image/jpeg"));
    }

    let path = format!("/sessions/{session}/attachments");
    let answer = ann
        .http
        .upload(&path, "plan.txt", "text/html", b"plain words".to_vec())
        .await
        .ok();
    assert_eq!(answer["media_type"], "text/plain");
    post(
        &ann.http,
        &format!("/sessions/{session}/messages"),
        "file",
        &answer["id"],
    )
    .await
    .ok();
    page.has(|frame| frame["entries"][0]["body"]["content"]["type"] == "file")
        .await;
    let id = answer["id"].as_str().expect("an id");
    let file = guest.http.get(&format!("/visitor/attachments/{id}")).await;
    assert_eq!(file.bytes, b"plain words");
    guest
        .http
        .get(&format!("/visitor/attachments/{id}/thumbnail"))
        .await
        .refused(404, "not_found");
}

/// T602, T603, T605: bytes decide what a file is; what a browser could run is only ever offered for download, under a
/// header that lets nothing run.
#[tokio::test]
async fn nothing_that_runs_is_shown() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let gif_that_is_script = b"GIF89a/*\x00\x00\x00*/=1;alert(1)//".to_vec();
    for (name, bytes) in [
        ("page.png", b"<!DOCTYPE html><script>alert(1)</script>".to_vec()),
        (
            "picture.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
        ),
        ("picture.png", b"<?xml version='1.0'?><svg onload='alert(1)'/>".to_vec()),
        ("both.gif", gif_that_is_script),
        ("a.html%00.png", b"<html><body onload=alert(1)>".to_vec()),
        ("paper.pdf", b"%PDF-1.7 /JS (app.alert(1))".to_vec()),
    ] {
        let uploaded = upload(&guest.http, name, &bytes).await.ok();
        assert!(uploaded.get("width").is_none(), "{name}");
        post(&guest.http, "/visitor/messages", "image", &uploaded["id"])
            .await
            .refused(400, "attachment_unknown");
        post(&guest.http, "/visitor/messages", "file", &uploaded["id"])
            .await
            .ok();
        let shown = guest
            .http
            .get(&format!(
                "/visitor/attachments/{}",
                uploaded["id"].as_str().expect("an id")
            ))
            .await;
        assert_eq!(shown.header("content-type"), Some("application/octet-stream"), "{name}");
        assert!(
            shown
                .header("content-disposition")
                .is_some_and(|value| value.starts_with("attachment;")),
            "{name}"
        );
        assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
        assert!(
            shown
                .header("content-security-policy")
                .is_some_and(|value| value.contains("sandbox"))
        );
        assert_eq!(shown.bytes, bytes, "kept as it came");
    }
}

/// T601, T604, T109: a name is for showing: no path, no second header, no hidden characters.
#[tokio::test]
async fn a_name_is_only_a_name() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    for (name, shown) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.txt", "y.txt"),
        ("gpj\u{202e}exe.txt", "gpjexe.txt"),
        ("\u{200b}.htaccess", "htaccess"),
        ("", "file"),
    ] {
        let uploaded = upload(&guest.http, name, b"words").await.ok();
        assert_eq!(uploaded["name"], shown, "{name:?}");
        let file = guest
            .http
            .get(&format!(
                "/visitor/attachments/{}",
                uploaded["id"].as_str().expect("an id")
            ))
            .await;
        let header = file.header("content-disposition").expect("a name").to_owned();
        assert!(header.is_ascii() && !header.contains(".."), "{header}");
    }
    let long = upload(&guest.http, &"汉".repeat(1_000), b"words").await.ok();
    assert!(long["name"].as_str().is_some_and(|name| name.len() <= 255));
}

/// T607, T608: too much is refused, announced or not, and nothing of it stays; an empty file is none.
#[tokio::test]
async fn too_much_is_refused_without_a_trace() {
    let desk = Desk::with(|config| config.files.upload_max_mib = 1).await;
    let guest = desk.guest().await;
    let limit = 1024 * 1024;
    let shown = desk.nobody().get("/visitor/channels/site").await.ok();
    assert_eq!(shown["upload_max_bytes"], limit);
    upload(&guest.http, "fits.bin", &vec![7; limit]).await.ok();
    let kept = desk.stored_files();
    upload(&guest.http, "large.bin", &vec![7; limit + 1])
        .await
        .refused(413, "file_too_large");
    upload(&guest.http, "huge.bin", &vec![7; 4 * limit])
        .await
        .refused(413, "file_too_large");
    upload(&guest.http, "empty.bin", b"").await.refused(400, "file_empty");
    let mut bomb = png(2, 2);
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let sum = checksum(&bomb[12..29]).to_be_bytes();
    bomb[29..33].copy_from_slice(&sum);
    upload(&guest.http, "bomb.png", &bomb)
        .await
        .refused(400, "image_too_large");
    for form in [
        "",
        "--B\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--B--\r\n",
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncut off",
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n\
         --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b\"\r\n\r\ny\r\n--B--\r\n",
    ] {
        guest
            .http
            .multipart("/visitor/attachments", form)
            .await
            .refused(400, "invalid_request");
    }
    assert_eq!(desk.stored_files(), kept, "nothing stays of what was refused");
}

/// T608: whoever goes away in the middle of an upload leaves nothing.
#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let mut stream = TcpStream::connect(desk.origin().trim_start_matches("http://"))
        .await
        .expect("a connection");
    let head = format!(
        "POST /api/v1/visitor/attachments HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 1000000\r\n\r\n\
         --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
        guest.token
    );
    stream.write_all(head.as_bytes()).await.expect("a connection");
    stream.write_all(&[7; 100_000]).await.expect("a connection");
    eventually("the upload has begun", async || !desk.stored_files().is_empty()).await;
    drop(stream);
    eventually("nothing is left", async || desk.stored_files().is_empty()).await;
}

/// T610, T609, C02: a file is posted once, by who uploaded it; a repeat with the same key is the same message.
#[tokio::test]
async fn a_file_is_posted_once_by_its_uploader() {
    let desk = Desk::start().await;
    let (vera, wim) = (desk.guest().await, desk.guest().await);
    let uploaded = upload(&vera.http, "a.png", &png(3, 3)).await.ok();
    post(&wim.http, "/visitor/messages", "image", &uploaded["id"])
        .await
        .refused(400, "attachment_unknown");
    assert!(
        wim.conversation().await.get("session").is_none(),
        "nothing half written"
    );
    let content = json!({"type": "image", "attachment_id": uploaded["id"]});
    let body = json!({"client_id": "k", "content": content});
    let first = vera.http.post("/visitor/messages", &body).await.ok();
    let again = vera.http.post("/visitor/messages", &body).await.ok();
    assert_eq!(
        (&again["entry_id"], &again["replayed"]),
        (&first["entry_id"], &json!(true))
    );
    post(&vera.http, "/visitor/messages", "image", &uploaded["id"])
        .await
        .refused(400, "attachment_unknown");
    let nothing = json!("att_00000000000000000000000000000000");
    post(&vera.http, "/visitor/messages", "file", &nothing)
        .await
        .refused(400, "attachment_unknown");
}

/// T312, T609, T522, I21: by somebody else's ids nobody reads a file, which looks as if there were none.
#[tokio::test]
async fn somebody_elses_file_is_not_there() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let mut bench = ann.ready().await;
    let (vera, wim) = (desk.guest().await, desk.guest().await);
    let unposted = upload(&vera.http, "draft.txt", b"canary").await.ok();
    let posted = upload(&vera.http, "sent.png", &png(3, 3)).await.ok();
    let message = post(&vera.http, "/visitor/messages", "image", &posted["id"]).await.ok();
    bench.until(|frame| frame["type"] == "session").await;
    let id = |uploaded: &Value| uploaded["id"].as_str().expect("an id").to_owned();
    for uploaded in [&unposted, &posted] {
        let id = id(uploaded);
        wim.http
            .get(&format!("/visitor/attachments/{id}"))
            .await
            .refused(404, "not_found");
        wim.http
            .get(&format!("/visitor/attachments/{id}/thumbnail"))
            .await
            .refused(404, "not_found");
        bob.http
            .get(&format!("/attachments/{id}"))
            .await
            .refused(404, "not_found");
        desk.nobody()
            .get(&format!("/visitor/attachments/{id}"))
            .await
            .refused(401, "not_signed_in");
        desk.nobody()
            .get(&format!("/attachments/{id}"))
            .await
            .refused(401, "not_signed_in");
    }
    ann.http.get(&format!("/attachments/{}", id(&posted))).await.ok_status();
    ann.http
        .get(&format!("/attachments/{}", id(&unposted)))
        .await
        .refused(404, "not_found");
    let session = message["session_id"].as_str().expect("an id");
    let path = format!("/sessions/{session}/attachments");
    bob.http
        .upload(&path, "x", "text/plain", b"x".to_vec())
        .await
        .refused(404, "not_found");
    let by_ann = ann
        .http
        .upload(&path, "x", "text/plain", b"not sent yet".to_vec())
        .await
        .ok();
    vera.http
        .get(&format!("/visitor/attachments/{}", id(&by_ann)))
        .await
        .refused(404, "not_found");
    ann.http
        .post(&format!("/sessions/{session}/end"), &json!({}))
        .await
        .ok();
    ann.http
        .upload(&path, "x", "text/plain", b"x".to_vec())
        .await
        .refused(409, "session_ended");
}

/// I20, T608: an upload that nobody posted is gone after an hour; a posted one stays.
#[tokio::test]
async fn unposted_uploads_are_forgotten() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let unposted = upload(&guest.http, "draft.txt", b"never sent").await.ok();
    let posted = upload(&guest.http, "sent.txt", b"sent").await.ok();
    post(&guest.http, "/visitor/messages", "file", &posted["id"]).await.ok();
    desk.advance(3_601);
    app::attachments::remove_unposted(desk.app()).await.expect("a clean-up");
    let path = |uploaded: &Value| format!("/visitor/attachments/{}", uploaded["id"].as_str().expect("an id"));
    guest.http.get(&path(&unposted)).await.refused(404, "not_found");
    guest.http.get(&path(&posted)).await.ok_status();
    assert_eq!(desk.stored_files().len(), 1);
}

/// The threat model's limit: ten uploads of one visitor in ten minutes.
#[tokio::test]
async fn uploads_are_limited() {
    let desk = Desk::with_default_limits().await;
    let guest = desk.guest().await;
    for _ in 0..10 {
        upload(&guest.http, "a.txt", b"x").await.ok();
    }
    let kept = desk.stored_files();
    upload(&guest.http, "a.txt", b"x").await.refused(429, "rate_limited");
    assert_eq!(desk.stored_files(), kept);
    desk.advance(600);
    upload(&guest.http, "a.txt", b"x").await.ok();
}
