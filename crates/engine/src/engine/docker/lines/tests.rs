//! Frames to whole lines.

use super::*;

const TIME: &str = "2026-11-21T01:02:03.123456789Z";

fn frame(stream: u8, content: &[u8]) -> Vec<u8> {
    let payload = [TIME.as_bytes(), b" ", content].concat();
    let length = u32::try_from(payload.len()).unwrap();
    [&[stream, 0, 0, 0], length.to_be_bytes().as_slice(), &payload].concat()
}

/// The lines of a log that arrives in chunks of this size.
fn lines(terminal: bool, log: &[u8], chunk: usize) -> Vec<(Stream, Vec<u8>)> {
    let (mut pieces, mut lines, mut read) = (Pieces::new(terminal), Lines::default(), Vec::new());
    for bytes in log.chunks(chunk) {
        pieces.receive(bytes);
        while let Some(piece) = pieces.next().unwrap() {
            read.extend(lines.accept(piece));
        }
    }
    read.extend(pieces.rest().and_then(|piece| lines.accept(piece)));
    read.extend(lines.rest());
    assert!(read.iter().all(|line| line.timestamp == TIME));
    read.into_iter().map(|line| (line.stream, line.bytes)).collect()
}

#[test]
fn frames_become_lines_however_they_are_cut() {
    let log = [frame(1, b"out\n"), frame(2, b"err\n"), frame(1, b"a "), frame(2, b"\n"), frame(1, b"b\n")].concat();
    for chunk in [1, 7, 8, 9, 50, 4096] {
        let expected: Vec<(Stream, Vec<u8>)> = vec![
            (Stream::Stdout, b"out".to_vec()),
            (Stream::Stderr, b"err".to_vec()),
            (Stream::Stderr, Vec::new()),
            (Stream::Stdout, b"a b".to_vec()),
        ];
        assert_eq!(lines(false, &log, chunk), expected, "{chunk}");
    }
}

#[test]
fn a_long_line_in_many_frames_is_one_line() {
    let content = vec![b'x'; 100_000];
    let mut log: Vec<u8> = content.chunks(PIECE).flat_map(|piece| frame(1, piece)).collect();
    log.extend(frame(1, b"\n"));
    assert_eq!(lines(false, &log, 1000), [(Stream::Stdout, content)]);
}

#[test]
fn a_line_beyond_the_limit_comes_in_pieces_and_loses_nothing() {
    let content: Vec<u8> = (0..3 * LONGEST_LINE).map(|index| b'a' + u8::try_from(index % 23).unwrap()).collect();
    let mut log: Vec<u8> = content.chunks(PIECE).flat_map(|piece| frame(1, piece)).collect();
    log.extend(frame(1, b"end\n"));
    let read = lines(false, &log, 64 << 10);
    assert_eq!(read.len(), 4);
    let joined: Vec<u8> =
        read.iter().flat_map(|(_, line)| line.strip_suffix(GOES_ON).unwrap_or(line).to_vec()).collect();
    assert_eq!(joined, [content, b"end".to_vec()].concat());
}

#[test]
fn a_tail_without_a_line_break_is_not_lost() {
    let log = [frame(1, b"one\n"), frame(1, b"tail")].concat();
    assert_eq!(lines(false, &log, 3)[1], (Stream::Stdout, b"tail".to_vec()));
    let bare = format!("{TIME} one\r\n{TIME} tail");
    assert_eq!(lines(true, bare.as_bytes(), 3)[1], (Stream::Stdout, b"tail".to_vec()));
}

#[test]
fn bytes_that_are_not_text_are_kept() {
    let log = frame(1, b"\xff\x00\x1b[31m\n");
    assert_eq!(lines(false, &log, 5), [(Stream::Stdout, b"\xff\x00\x1b[31m".to_vec())]);
}

#[test]
fn a_terminal_log_has_no_frames_and_its_long_lines_a_time_in_each_piece() {
    let piece = "y".repeat(PIECE);
    let log = format!("{TIME} \u{1}short\r\n{TIME} {piece}{TIME} {piece}{TIME} rest\r\n{TIME} {piece}\n{TIME} z\n");
    for chunk in [1000, 1 << 20] {
        let read = lines(true, log.as_bytes(), chunk);
        assert_eq!(read[0].1, b"\x01short");
        assert_eq!(read[1].1.len(), 2 * PIECE + 4);
        assert_eq!(read[2].1.len(), PIECE);
        assert_eq!(read[3].1, b"z");
    }
}

#[test]
fn what_is_no_frame_is_an_error_and_not_a_hang() {
    for bytes in [b"plain text".as_slice(), b"\x01\0\0\0\xff\xff\xff\xff", b"\x07\0\0\0\0\0\0\x01x"] {
        let mut pieces = Pieces::new(false);
        pieces.receive(bytes);
        assert!(pieces.next().is_err(), "{bytes:?}");
    }
}

#[test]
fn text_that_only_looks_like_a_time_is_text() {
    assert_eq!(split_time(b"no time"), ("", b"no time".as_slice()));
    assert_eq!(split_time(b"2026-11-21T01:02:03Z x"), ("2026-11-21T01:02:03Z", b"x".as_slice()));
}
