//! The token endpoint of the bursts: it answers each request a while after it came, any number of them at once on one thread,
//! so that the client's own time is what is added to the pause.

use crate::Result;
use crate::endpoint;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// No connection of a burst may have to wait for another one to be accepted.
const BACKLOG: u32 = 4096;

/// Longest request that is read.
const LONGEST: usize = 64 * 1024;

/// Serves on a free port, whose number it prints first, until standard input closes.
pub(crate) fn serve(pause: Duration) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(async {
        let socket = TcpSocket::new_v4()?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        socket.listen(BACKLOG)
    })?;
    writeln!(io::stdout(), "{}", listener.local_addr()?.port())?;
    // A thread that only waits: the runtime has none to spare.
    std::thread::spawn(move || runtime.block_on(accept(listener, pause)));
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

async fn accept(listener: TcpListener, pause: Duration) {
    loop {
        // An error is that of one connection, or a lack of descriptors that passes.
        if let Ok((stream, _)) = listener.accept().await {
            // A client that goes away ends its own task only.
            tokio::spawn(async move { answer(stream, pause).await.ok() });
        }
    }
}

async fn answer(stream: TcpStream, pause: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let reply = endpoint::reply();
    let mut read = Vec::with_capacity(2048);
    while let Some(length) = request(&stream, &mut read).await? {
        read.drain(..length);
        tokio::time::sleep(pause).await;
        let mut rest = reply.as_bytes();
        while !rest.is_empty() {
            stream.writable().await?;
            match stream.try_write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Reads until a whole request is there, and says how long it is; `None` once the client has closed.
async fn request(stream: &TcpStream, read: &mut Vec<u8>) -> io::Result<Option<usize>> {
    loop {
        if let Some(length) = length(read) {
            return Ok(Some(length));
        }
        if read.len() > LONGEST {
            return Err(ErrorKind::InvalidData.into());
        }
        stream.readable().await?;
        match stream.try_read_buf(read) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// How long the first request in these bytes is, if it is complete.
fn length(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let fields = std::str::from_utf8(read.get(..head)?).ok()?;
    let body = fields.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = head + body.unwrap_or(0);
    (read.len() >= whole).then_some(whole)
}
