//! Records of `.xls` files to their contents in processes of their own, which may run away or die without harm.
//!
//! The program starts itself again as such a process, and keeps one for each thread that reads `.xls` files: a file
//! costs a message there and back. Requests and answers are bytes behind their number.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zipingbiao::error::Cause;
use zipingbiao::reader::limits;
use zipingbiao::reader::xls::decode;

use crate::capped::{OUT_OF_MEMORY, cap};

/// The argument by which the program knows that it is such a process; the bytes it may use come behind.
pub const ARGUMENT: &str = "--decode-apart";
/// What a process may use of memory.
const MEMORY: usize = 192 << 20;
/// Time for any file, and for each MB of it; an ordinary form takes a thousandth.
const TIME: Duration = Duration::from_millis(1_500);
const TIME_A_MB: Duration = Duration::from_secs(1);

/// Has all `.xls` files of this program decoded apart.
pub fn begin() {
    let idle = Mutex::new(Vec::new());
    decode::delegate(move |request| ask(&idle, request));
}

/// Asks a process that waits, or a new one, and keeps it for the next if all went well.
fn ask(idle: &Mutex<Vec<Process>>, request: &[u8]) -> Result<Vec<u8>, Cause> {
    let waiting = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let Some(mut process) = waiting.or_else(|| Process::start(&mut again().ok()?).ok()) else {
        // A system that lets no program start another: the records were vetted, and no harm is known of them.
        return Ok(decode::answer(request));
    };
    let answer = process.ask(request)?;
    idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
    Ok(answer)
}

/// The command that starts this program once more.
fn again() -> io::Result<Command> {
    let memory = MEMORY.saturating_mul(limits::times());
    let mut command = Command::new(std::env::current_exe()?);
    command.args([ARGUMENT, &memory.to_string()]);
    Ok(command)
}

/// A process that decodes.
struct Process {
    child: Child,
    requests: ChildStdin,
    answers: Receiver<Vec<u8>>,
}

impl Process {
    fn start(command: &mut Command) -> io::Result<Self> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let (requests, answers) = (child.stdin.take(), child.stdout.take());
        let (Some(requests), Some(mut source)) = (requests, answers) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let (send, answers) = channel();
        // Only a thread can wait for a pipe with an end to its patience.
        std::thread::spawn(move || {
            while let Ok(Some(answer)) = receive(&mut source) {
                if send.send(answer).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, requests, answers })
    }

    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, Cause> {
        let mb = u32::try_from(request.len() >> 20).unwrap_or(u32::MAX);
        let times = u32::try_from(limits::times()).unwrap_or(u32::MAX);
        let time = TIME.saturating_add(TIME_A_MB.saturating_mul(mb)).saturating_mul(times);
        // Where it cannot be sent, there is no answer either, and the end of the process says why.
        let _ = send(&mut self.requests, request);
        match self.answers.recv_timeout(time) {
            Ok(answer) => Ok(answer),
            Err(RecvTimeoutError::Timeout) => {
                Err(limits::exceeded(format!("解码用了 {:.1} 秒还没有完", time.as_secs_f32())))
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.end()),
        }
    }

    /// Why it ended by itself.
    fn end(&mut self) -> Cause {
        let code = self.child.wait().ok().and_then(|status| status.code());
        if code == Some(OUT_OF_MEMORY) {
            let memory = MEMORY.saturating_mul(limits::times()) >> 20;
            return limits::exceeded(format!("解码要用的内存超过 {memory} MB"));
        }
        Cause::Corrupt("解码时中断".to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers requests until there are no more.
pub fn serve(memory: Option<OsString>) -> ExitCode {
    cap(memory.and_then(|memory| memory.to_str()?.parse().ok()).unwrap_or(MEMORY));
    let (hand_on, requests) = channel();
    std::thread::spawn(move || {
        while let Ok(Some(request)) = receive(&mut io::stdin().lock()) {
            if hand_on.send(request).is_err() {
                break;
            }
        }
        // Whoever asked is gone, killed perhaps while this process is caught in a file.
        std::process::exit(0);
    });
    for request in requests {
        if send(&mut io::stdout().lock(), &decode::answer(&request)).is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}

fn send(target: &mut impl Write, message: &[u8]) -> io::Result<()> {
    target.write_all(&u64::try_from(message.len()).unwrap_or(u64::MAX).to_le_bytes())?;
    target.write_all(message)?;
    target.flush()
}

/// A whole message; `None` where there are no more.
fn receive(source: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut number = [0; 8];
    match source.read_exact(&mut number) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let bytes = u64::from_le_bytes(number);
    let mut message = Vec::new();
    let read = source.take(bytes).read_to_end(&mut message)?;
    if u64::try_from(read).is_ok_and(|read| read < bytes) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_whole_or_not_at_all() {
        let mut pipe = Vec::new();
        send(&mut pipe, b"one").unwrap();
        send(&mut pipe, b"").unwrap();
        let mut source = &pipe[..];
        let messages = std::iter::from_fn(|| receive(&mut source).unwrap()).collect::<Vec<_>>();
        assert_eq!(messages, [&b"one"[..], b""]);
        assert!(receive(&mut &pipe[..10]).is_err(), "a message that breaks off is none");
    }

    /// What is said of a decoder that is this line of a shell.
    #[cfg(unix)]
    fn said_of(line: &str) -> String {
        let mut process = Process::start(Command::new("sh").args(["-c", line])).unwrap();
        let start = std::time::Instant::now();
        let said = process.ask(b"request").unwrap_err().to_string();
        assert!(start.elapsed() < Duration::from_secs(10), "{line} was waited for");
        said
    }

    #[test]
    #[cfg(unix)]
    fn a_decoder_that_hangs_or_dies_is_an_error_of_its_file() {
        assert!(said_of("exec sleep 60").contains("还没有完"));
        assert!(said_of("exit 77").contains("内存超过 192 MB"));
        assert!(said_of("kill -ABRT $$").contains("解码时中断"));
        assert!(said_of("printf 'no message'").contains("解码时中断"));
    }
}
