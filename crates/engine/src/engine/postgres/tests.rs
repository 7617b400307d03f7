//! The messages of a server, over a real socket.

use super::*;

/// A server that hears the start-up packet, says these bytes and hears no more.
async fn answer(said: &[u8], login: Option<&Credentials>) -> io::Result<Answer> {
    let (mut ours, mut theirs) = tokio::io::duplex(4096);
    theirs.write_all(said).await.unwrap();
    let asking = async move { ask(&mut ours, login).await };
    let hearing = async move {
        let mut heard = [0; 512];
        assert!(theirs.read(&mut heard).await.unwrap() > 8);
        theirs.shutdown().await.unwrap();
        while theirs.read(&mut heard).await.unwrap() > 0 {}
    };
    tokio::join!(asking, hearing).0
}

fn message(letter: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    [&[letter], length.to_be_bytes().as_slice(), body].concat()
}

fn error(code: &str, words: &str) -> Vec<u8> {
    message(b'E', format!("SFATAL\0C{code}\0M{words}\0\0").as_bytes())
}

fn login(password: &str) -> Credentials {
    Credentials { user: "app".to_owned(), database: "shop".to_owned(), password: Zeroizing::new(password.to_owned()) }
}

#[tokio::test]
async fn a_server_that_asks_who_is_there_serves() {
    let asks = message(b'R', &[&10_u32.to_be_bytes(), b"SCRAM-SHA-256\0\0".as_slice()].concat());
    assert_eq!(answer(&asks, None).await.unwrap(), Answer::Ready);
    assert_eq!(answer(&message(b'R', &0_u32.to_be_bytes()), None).await.unwrap(), Answer::Ready);
}

#[tokio::test]
async fn a_server_that_starts_up_is_not_ready() {
    let starting = error("57P03", "the database system is starting up");
    assert_eq!(
        answer(&starting, None).await.unwrap(),
        Answer::Starting("the database system is starting up".to_owned())
    );
}

#[tokio::test]
async fn other_errors_come_from_a_server_that_serves() {
    assert_eq!(answer(&error("28000", "no pg_hba.conf entry for host"), None).await.unwrap(), Answer::Ready);
    assert_eq!(answer(&error("3D000", "database \"x\" does not exist"), None).await.unwrap(), Answer::Ready);
}

#[tokio::test]
async fn a_refused_password_is_told_apart() {
    let refusal = [message(b'R', &3_u32.to_be_bytes()), error("28P01", "password authentication failed")].concat();
    assert_eq!(answer(&refusal, Some(&login("x"))).await.unwrap(), Answer::Refused);
    let nobody = error("28000", "role \"app\" does not exist");
    assert_eq!(answer(&nobody, Some(&login("x"))).await.unwrap(), Answer::Refused);
}

#[tokio::test]
async fn md5_and_clear_text_logins_are_answered() {
    let accepts = |asks: Vec<u8>| [asks, message(b'R', &0_u32.to_be_bytes())].concat();
    let md5 = accepts(message(b'R', &[&5_u32.to_be_bytes(), b"salt".as_slice()].concat()));
    assert_eq!(answer(&md5, Some(&login("x"))).await.unwrap(), Answer::Ready);
    let clear = accepts(message(b'R', &3_u32.to_be_bytes()));
    assert_eq!(answer(&clear, Some(&login("x"))).await.unwrap(), Answer::Ready);
}

#[tokio::test]
async fn a_connection_that_closes_is_no_answer() {
    assert_eq!(answer(b"", None).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn somebody_else_on_the_port_is_not_taken_for_a_server() {
    for said in [b"SSH-2.0-OpenSSH_9.2\r\n".as_slice(), b"\0\0\0\0\0\0\0\0", b"R\xff\xff\xff\xffxxxxxxxx"] {
        assert_eq!(answer(said, None).await.unwrap_err().kind(), io::ErrorKind::InvalidData, "{said:?}");
    }
}

#[test]
fn messages_are_taken_whole() {
    let whole = message(b'R', &0_u32.to_be_bytes());
    for cut in 0..whole.len() {
        assert!(take_message(&mut BytesMut::from(&whole[..cut])).unwrap().is_none(), "{cut}");
    }
    assert!(take_message(&mut BytesMut::from(whole.as_slice())).unwrap().is_some());
}
