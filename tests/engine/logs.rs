//! Logs: every byte once, in whole lines, across whatever happens to the stream.

use polytope::engine::{Engine, LogRequest, Stream};
use polytope::expand::{Restart, RestartPolicy};

use crate::proxy::{Manner, Proxy};
use crate::rig::Rig;

fn follow() -> LogRequest {
    LogRequest { follow: true, ..LogRequest::default() }
}

#[tokio::test]
async fn long_lines_binary_and_a_tail_without_a_break_arrive_whole() {
    let rig = Rig::new("log").await;
    let script = "head -c 100000 /dev/zero | tr '\\0' x; echo; printf 'a\\033[31mb\\n'; echo err >&2; printf tail";
    let name = rig.run_to_end(rig.script("x", script)).await;
    let lines = rig.log(&name, &LogRequest::default()).await;
    let of = |stream| lines.iter().filter(move |line| line.stream == stream);
    let out: Vec<&[u8]> = of(Stream::Stdout).map(|line| line.bytes.as_slice()).collect();
    assert_eq!(out, [vec![b'x'; 100_000].as_slice(), b"a\x1b[31mb", b"tail"]);
    assert_eq!(of(Stream::Stderr).next().unwrap().bytes, b"err");
    assert!(lines.iter().all(|line| line.timestamp.parse::<jiff::Timestamp>().is_ok()));
}

#[tokio::test]
async fn a_terminal_has_no_frames_and_its_log_is_read_all_the_same() {
    let rig = Rig::new("tty").await;
    let mut request =
        rig.script("x", "head -c 40000 /dev/zero | tr '\\0' y; echo; printf '\\001\\002z\\n'; printf tail");
    request.tty = true;
    let name = rig.run_to_end(request).await;
    let lines: Vec<Vec<u8>> = rig.log(&name, &LogRequest::default()).await.into_iter().map(|line| line.bytes).collect();
    assert_eq!(lines, [vec![b'y'; 40_000], b"\x01\x02z".to_vec(), b"tail".to_vec()]);
}

#[tokio::test]
async fn a_part_of_the_log_can_be_had() {
    let rig = Rig::new("tail").await;
    let name = rig.run_to_end(rig.script("x", "for i in 1 2 3 4 5; do echo $i; done")).await;
    let tail = LogRequest { tail: Some(2), ..LogRequest::default() };
    let texts = |lines: Vec<polytope::engine::LogLine>| -> Vec<String> {
        lines.into_iter().map(|line| String::from_utf8(line.bytes).unwrap()).collect()
    };
    assert_eq!(texts(rig.log(&name, &tail).await), ["4", "5"]);
    let later = LogRequest { since: Some(jiff::Timestamp::now().as_second() + 3600), ..LogRequest::default() };
    assert!(rig.log(&name, &later).await.is_empty());
    let earlier = LogRequest { until: Some(1), ..LogRequest::default() };
    assert!(rig.log(&name, &earlier).await.is_empty());
}

#[tokio::test]
async fn a_reader_that_has_enough_is_let_go() {
    let rig = Rig::new("enough").await;
    let name = rig.run(rig.script("x", "while :; do echo y; done")).await;
    let mut count = 0;
    let mut two = |_| {
        count += 1;
        count < 2
    };
    rig.engine.logs(&name, &follow(), &mut two).await.unwrap();
    assert_eq!(count, 2);
}

#[tokio::test]
async fn following_goes_on_over_restarts_of_the_container_and_ends_with_it() {
    let rig = Rig::new("follow").await;
    let mut request = rig.script("x", "echo begin; sleep 0.2; echo end; exit 1");
    request.restart = Some(Restart { policy: RestartPolicy::OnFailure, max_restarts: Some(2) });
    let name = rig.run(request).await;
    let lines = rig.log(&name, &follow()).await;
    let texts: Vec<String> = lines.into_iter().map(|line| String::from_utf8(line.bytes).unwrap()).collect();
    assert_eq!(texts, ["begin", "end", "begin", "end", "begin", "end"]);
}

#[tokio::test]
async fn following_goes_on_without_repeats_when_the_engine_comes_back() {
    let proxy = Proxy::new(Manner::Pass);
    let rig = Rig::on(Some(&proxy.host()), "back").await;
    let script = "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i; printf part; usleep 5000; echo; done";
    let name = rig.run(rig.script("x", script)).await;
    let mut texts = Vec::new();
    let mut interrupt = |line: polytope::engine::LogLine| {
        texts.push(String::from_utf8(line.bytes).unwrap());
        if texts.len() % 150 == 0 {
            proxy.down();
            proxy.up();
        }
        true
    };
    rig.engine.logs(&name, &follow(), &mut interrupt).await.unwrap();
    let expected: Vec<String> = (1..=300).flat_map(|number| [number.to_string(), "part".to_owned()]).collect();
    assert_eq!(texts, expected);
}

#[tokio::test]
async fn many_lines_are_all_there() {
    let rig = Rig::new("many").await;
    let name = rig.run_to_end(rig.script("x", "seq 20000")).await;
    let texts = rig.text(&name).await;
    assert_eq!(texts.len(), 20_000);
    assert!(texts.iter().enumerate().all(|(index, text)| *text == (index + 1).to_string()));
}
