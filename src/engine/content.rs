//! What the bytes of an engine file say.

use std::io::{self, Read};

use camino::Utf8Path;

use super::desktop;
use super::elf;
use super::scan::CommitScan;
use super::window::Window;
use crate::base::Fs;
use crate::base::fs::fill;
use crate::platform::targets::{Arch, Libc, OpenSsl};

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Linux and the BSDs.
    Elf,
    /// macOS, one processor or several.
    MachO,
    /// Windows.
    Pe,
    /// WebAssembly.
    Wasm,
    /// A download that was never unpacked.
    Gzip,
    /// Text under an engine's name.
    Text(TextKind),
    /// No byte at all.
    Empty,
    /// Something else.
    Unknown,
}

/// What kind of text stands where an engine should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// A Git LFS pointer: the real file was never fetched.
    LfsPointer,
    /// A page, such as a mirror's or proxy's error page.
    Html,
    /// Any other text.
    Other,
}

impl Format {
    /// The name in reports: `elf`, `macho`, `pe`, `wasm`, `gzip`, `text`, `empty`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Elf => "elf",
            Self::MachO => "macho",
            Self::Pe => "pe",
            Self::Wasm => "wasm",
            Self::Gzip => "gzip",
            Self::Text(_) => "text",
            Self::Empty => "empty",
            Self::Unknown => "unknown",
        }
    }
}

/// What an engine file is, by its bytes alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineContent {
    /// What kind of file.
    pub format: Format,
    /// The processors it runs on; several only in a universal macOS file.
    pub archs: Vec<Arch>,
    /// The C library, for ELF.
    pub libc: Option<Libc>,
    /// The OpenSSL line it needs from the system. `None` also where OpenSSL is linked in.
    pub openssl: Option<OpenSsl>,
    /// The shared libraries it needs, in its order (ELF).
    pub needed: Vec<String>,
    /// The highest `GLIBC_x.y` that it needs (ELF).
    pub glibc_need: Option<(u32, u32)>,
    /// Whether it is a shared object, dylib, bundle or DLL. True also for position-independent executables of Linux.
    pub is_shared: bool,
    /// The loader that a Linux executable asks for; libraries name none.
    pub interpreter: Option<String>,
    /// Whether it has the function that Node calls in a Node-API library. Proven for ELF; elsewhere the name was looked for in the bytes.
    pub exports_napi: bool,
    /// The commit of the engine's source, 40 hexadecimal digits, where one run of digits stands out.
    pub commit: Option<String>,
    /// Every run of digits that may hold the commit, likeliest first; neighbouring text may have added digits.
    pub commit_candidates: Vec<String>,
    /// How many bytes `strip` would take off: sections that are never loaded (ELF).
    pub strippable: u64,
    /// Length in bytes.
    pub bytes: u64,
    /// Permission bits.
    pub mode: u32,
    /// The headers speak of more bytes than the file has: an interrupted download or copy.
    pub truncated: bool,
    /// Why the headers could not be read, where they could not.
    pub unreadable: Option<String>,
}

impl EngineContent {
    /// The processor; for a universal file the first one.
    pub fn arch(&self) -> Option<Arch> {
        self.archs.first().copied()
    }

    /// Whether debug sections or a symbol table are worth stripping: over 64 KB that are never loaded.
    pub fn debug_sections(&self) -> bool {
        self.strippable > 64 * 1024
    }

    /// Whether `commit` (40 digits) stands in the file, as far as the candidates tell.
    pub fn carries_commit(&self, commit: &str) -> bool {
        commit.len() == 40 && self.commit_candidates.iter().any(|run| run.contains(commit))
    }

    fn new(bytes: u64, mode: u32) -> Self {
        Self {
            format: Format::Empty,
            archs: Vec::new(),
            libc: None,
            openssl: None,
            needed: Vec::new(),
            glibc_need: None,
            is_shared: false,
            interpreter: None,
            exports_napi: false,
            commit: None,
            commit_candidates: Vec::new(),
            strippable: 0,
            bytes,
            mode,
            truncated: false,
            unreadable: None,
        }
    }
}

const PIECE: usize = 256 * 1024;
/// No engine is nearly so large. A larger file is judged by its first bytes only.
const MOST_BYTES: u64 = 512 << 20;
const NAPI: &[u8] = b"napi_register_module_v1";

/// Reads a file once, in pieces, and tells what it is. A file that is broken is described, not refused.
///
/// Memory does not grow with the file, except for an ELF file whose tables lie in unusual places: it is read a second time, whole.
///
/// # Errors
/// What the file system reports; `InvalidInput` for a path that is no regular file.
pub fn inspect(fs: &dyn Fs, path: &Utf8Path) -> io::Result<EngineContent> {
    let metadata = fs.metadata(path)?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut content = EngineContent::new(metadata.len, metadata.mode);
    let mut window = Window::new(metadata.len, PIECE as u64);
    let read = stream(fs.open(path)?, &mut window, &mut content)?;
    content.bytes = content.bytes.max(read);
    describe(&mut content, &window);
    if content.format == Format::Elf {
        let mut facts = elf::read(&window);
        if window.missed() && content.bytes <= MOST_BYTES {
            facts = elf::read(fs.read(path)?.as_slice());
        }
        take_elf(&mut content, facts);
    }
    Ok(content)
}

/// Passes the file by the scan and the window; gives the number of bytes read.
fn stream(mut reader: Box<dyn Read + Send>, window: &mut Window, content: &mut EngineContent) -> io::Result<u64> {
    let mut scan = CommitScan::default();
    let mut buffer = vec![0; CommitScan::CARRY + PIECE];
    let (mut carried, mut offset) = (0, 0u64);
    loop {
        let filled = carried + fill(&mut *reader, buffer.get_mut(carried..).unwrap_or_default())?;
        let new = buffer.get(carried..filled).unwrap_or_default();
        window.see(offset, new);
        if offset == 0 {
            content.format = format(new);
            if content.format == Format::Elf {
                elf::plan(&*window).into_iter().for_each(|range| window.want(range));
                window.see(offset, new);
            }
        }
        offset += new.len() as u64;
        let last = filled < buffer.len() || offset >= MOST_BYTES;
        let piece = buffer.get(..filled).unwrap_or_default();
        scan.see(piece, last);
        if matches!(content.format, Format::MachO | Format::Pe) && !content.exports_napi {
            content.exports_napi = memchr::memmem::find(piece, NAPI).is_some();
        }
        if last {
            let found = scan.candidates();
            content.commit = found.commit;
            content.commit_candidates = found.runs;
            return Ok(offset);
        }
        carried = CommitScan::CARRY.min(filled);
        buffer.copy_within(filled - carried..filled, 0);
    }
}

fn format(head: &[u8]) -> Format {
    match head {
        [] => Format::Empty,
        [0x7f, b'E', b'L', b'F', ..] => Format::Elf,
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe | 0xbf, ..] => Format::MachO,
        [b'M', b'Z', ..] => Format::Pe,
        [0, b'a', b's', b'm', ..] => Format::Wasm,
        [0x1f, 0x8b, ..] => Format::Gzip,
        _ => text(head),
    }
}

fn text(head: &[u8]) -> Format {
    let sample = head.get(..1024).unwrap_or(head);
    let printable = |byte: &u8| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    if !sample.iter().all(printable) {
        return Format::Unknown;
    }
    let start = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample).trim_ascii_start();
    if start.starts_with(b"version https://git-lfs.github.com/spec/") {
        Format::Text(TextKind::LfsPointer)
    } else if start.starts_with(b"<") {
        Format::Text(TextKind::Html)
    } else {
        Format::Text(TextKind::Other)
    }
}

/// Everything but ELF, which may need more than the head.
fn describe(content: &mut EngineContent, window: &Window) {
    let head = window.head();
    let result = match content.format {
        Format::MachO => desktop::mach(content, head),
        Format::Pe => desktop::portable(content, head),
        _ => Ok(()),
    };
    if let Err(error) = result {
        content.unreadable = Some(error.to_string());
    }
}

fn take_elf(content: &mut EngineContent, facts: Result<elf::ElfFacts, elf::Unreadable>) {
    match facts {
        Ok(facts) => {
            content.archs = facts.arch.into_iter().collect();
            content.libc = facts.libc;
            content.openssl = facts.openssl;
            content.needed = facts.needed;
            content.glibc_need = facts.glibc_need;
            content.is_shared = facts.shared_object;
            content.interpreter = facts.interpreter;
            content.exports_napi = facts.exports_napi;
            content.strippable = facts.strippable;
            content.truncated = facts.truncated;
        }
        Err(error) => content.unreadable = Some(error.to_string()),
    }
}
