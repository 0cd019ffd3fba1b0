//! What an ELF file says of itself: processor, libraries it needs, symbol versions, and what a loader would miss.

use object::elf::{self, DynamicTag};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, ReadRef};

use std::ops::Range;

use crate::platform::targets::{Arch, Libc, OpenSsl};

type Result<T> = std::result::Result<T, Unreadable>;

/// Which part of a file could not be understood.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// A header, in the words of the parser.
    #[error("{0}")]
    Header(#[from] object::Error),
    /// A table that a header points to.
    #[error("the {0} lies outside the file")]
    Table(&'static str),
}

/// Facts of one ELF file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ElfFacts {
    pub(super) arch: Option<Arch>,
    pub(super) shared_object: bool,
    pub(super) interpreter: Option<String>,
    pub(super) needed: Vec<String>,
    pub(super) libc: Option<Libc>,
    pub(super) openssl: Option<OpenSsl>,
    pub(super) glibc_need: Option<(u32, u32)>,
    pub(super) exports_napi: bool,
    pub(super) strippable: u64,
    pub(super) truncated: bool,
}

/// Engines need ten libraries; a file that claims more than this lies.
const MOST_NEEDED: usize = 256;
const MOST_VERSIONS: usize = 4096;
/// No dynamic section of an engine comes near this.
const MOST_BYTES: u64 = 4 << 20;

/// The function that Node calls in a Node-API library.
const NAPI: &[u8] = b"napi_register_module_v1\0";

/// Reads the facts.
///
/// # Errors
/// Any header that cannot be understood.
pub(super) fn read<'d, R: ReadRef<'d>>(data: R) -> Result<ElfFacts> {
    if is_64(data) {
        read_class::<elf::FileHeader64<Endianness>, R>(data)
    } else {
        read_class::<elf::FileHeader32<Endianness>, R>(data)
    }
}

/// The ranges beyond the head that [`read`] will ask for, as far as the head tells.
pub(super) fn plan<'d, R: ReadRef<'d>>(head: R) -> Vec<Range<u64>> {
    let ranges = if is_64(head) {
        plan_class::<elf::FileHeader64<Endianness>, R>(head)
    } else {
        plan_class::<elf::FileHeader32<Endianness>, R>(head)
    };
    ranges.unwrap_or_default()
}

fn is_64<'d, R: ReadRef<'d>>(data: R) -> bool {
    data.read_bytes_at(4, 1) == Ok(&[2])
}

fn plan_class<'d, E: FileHeader<Endian = Endianness>, R: ReadRef<'d>>(data: R) -> Result<Vec<Range<u64>>> {
    let header = E::parse(data)?;
    let endian = header.endian()?;
    let sections = header.e_shoff(endian).into();
    let count = u64::from(header.e_shnum(endian)) * u64::from(header.e_shentsize(endian));
    let mut ranges = Vec::new();
    ranges.push(sections..sections.saturating_add(count));
    for segment in header.program_headers(endian, data)? {
        if matches!(segment.p_type(endian), elf::PT_DYNAMIC | elf::PT_INTERP) {
            let (start, size) = segment.file_range(endian);
            ranges.push(start..start.saturating_add(size.min(MOST_BYTES)));
        }
    }
    Ok(ranges)
}

fn read_class<'d, E: FileHeader<Endian = Endianness>, R: ReadRef<'d>>(data: R) -> Result<ElfFacts> {
    let header = E::parse(data)?;
    let endian = header.endian()?;
    let mut facts = ElfFacts {
        arch: arch(header.e_machine(endian)),
        shared_object: header.e_type(endian) == elf::ET_DYN,
        ..ElfFacts::default()
    };
    let segments = header.program_headers(endian, data)?;
    let len = data.len().unwrap_or(0);
    for segment in segments {
        let (start, size) = segment.file_range(endian);
        facts.truncated |= segment.p_type(endian) == elf::PT_LOAD && start.saturating_add(size) > len;
    }
    // What follows lies in the missing part of a file that was cut off.
    match sections(header, endian, data) {
        Ok(strippable) => facts.strippable = strippable,
        Err(_) => facts.truncated |= Into::<u64>::into(header.e_shoff(endian)) >= len,
    }
    if facts.truncated {
        return Ok(facts);
    }
    for segment in segments {
        if let Some(interpreter) = segment.interpreter(endian, data)? {
            facts.interpreter = Some(String::from_utf8_lossy(interpreter).into_owned());
        }
        if let Some(dynamic) = segment.dynamic(endian, data)? {
            Dynamic::<E, R> { endian, data, segments }.read(dynamic, &mut facts)?;
        }
    }
    facts.openssl = facts.needed.iter().find_map(|soname| OpenSsl::of_soname(soname));
    facts.libc = libc(&facts);
    Ok(facts)
}

fn arch(machine: elf::Machine) -> Option<Arch> {
    match machine {
        elf::EM_X86_64 => Some(Arch::X86_64),
        elf::EM_AARCH64 => Some(Arch::Aarch64),
        elf::EM_ARM => Some(Arch::Arm),
        elf::EM_386 => Some(Arch::X86),
        _ => None,
    }
}

fn libc(facts: &ElfFacts) -> Option<Libc> {
    let needs = |matches: fn(&str) -> bool| facts.needed.iter().any(|soname| matches(soname));
    let musl_loader = facts.interpreter.as_ref().is_some_and(|path| path.contains("ld-musl"));
    if musl_loader || needs(|soname| soname.starts_with("libc.musl-")) {
        Some(Libc::Musl)
    } else if needs(|soname| soname == "libc.so.6") {
        Some(Libc::Glibc)
    } else {
        (facts.needed.is_empty() && facts.interpreter.is_none()).then_some(Libc::Static)
    }
}

/// The bytes that `strip` removes: sections that are not loaded.
fn sections<'d, E: FileHeader<Endian = Endianness>, R: ReadRef<'d>>(
    header: &E,
    endian: Endianness,
    data: R,
) -> Result<u64> {
    let mut strippable = 0u64;
    for section in header.section_headers(endian, data)? {
        let loaded = section.sh_flags(endian).contains(elf::SHF_ALLOC);
        let in_file = !matches!(section.sh_type(endian), elf::SHT_NOBITS | elf::SHT_NULL);
        if in_file && !loaded {
            strippable = strippable.saturating_add(section.sh_size(endian).into());
        }
    }
    Ok(strippable)
}

struct Dynamic<'d, E: FileHeader<Endian = Endianness>, R: ReadRef<'d>> {
    endian: Endianness,
    data: R,
    segments: &'d [E::ProgramHeader],
}

impl<'d, E: FileHeader<Endian = Endianness>, R: ReadRef<'d>> Dynamic<'d, E, R> {
    fn read(&self, entries: &[E::Dyn], facts: &mut ElfFacts) -> Result<()> {
        let value = |wanted: DynamicTag| {
            let entry = entries.iter().find(|entry| entry.tag(self.endian) == wanted);
            entry.map(|entry| entry.d_val(self.endian).into())
        };
        let Some(strings) = value(elf::DT_STRTAB).and_then(|address| self.offset(address)) else {
            return Ok(());
        };
        let size = value(elf::DT_STRSZ).unwrap_or(0);
        let table = self.data.read_bytes_at(strings, size).map_err(|()| Unreadable::Table("string table"))?;
        facts.exports_napi = memchr::memmem::find(table, NAPI).is_some();
        let names = entries.iter().filter(|entry| entry.tag(self.endian) == elf::DT_NEEDED);
        facts.needed =
            names.take(MOST_NEEDED).filter_map(|entry| string(table, entry.d_val(self.endian).into())).collect();
        if let Some(versions) = value(elf::DT_VERNEED).and_then(|address| self.offset(address)) {
            facts.glibc_need = self.glibc_need(versions, table)?;
        }
        Ok(())
    }

    /// Where the byte of that address stands in the file.
    fn offset(&self, address: u64) -> Option<u64> {
        self.segments.iter().find_map(|segment| {
            let (start, size) = segment.file_range(self.endian);
            let into = address.checked_sub(segment.p_vaddr(self.endian).into())?;
            (segment.p_type(self.endian) == elf::PT_LOAD && into < size).then_some(start.saturating_add(into))
        })
    }

    /// The highest `GLIBC_x.y` among the versions that the file needs.
    fn glibc_need(&self, table: u64, strings: &[u8]) -> Result<Option<(u32, u32)>> {
        let mut highest = None;
        let (mut at, mut left) = (table, MOST_VERSIONS);
        while left > 0 {
            let need: &elf::Verneed<Endianness> =
                self.data.read_at(at).map_err(|()| Unreadable::Table("version needs"))?;
            let mut aux_at = at.saturating_add(need.vn_aux.get(self.endian).into());
            for _ in 0..need.vn_cnt.get(self.endian) {
                left = left.saturating_sub(1);
                if left == 0 {
                    break;
                }
                let aux: &elf::Vernaux<Endianness> =
                    self.data.read_at(aux_at).map_err(|()| Unreadable::Table("version needs"))?;
                let name = string(strings, aux.vna_name.get(self.endian).into());
                highest = highest.max(name.as_deref().and_then(glibc_version));
                aux_at = aux_at.saturating_add(aux.vna_next.get(self.endian).into());
            }
            match need.vn_next.get(self.endian) {
                0 => break,
                next => at = at.saturating_add(next.into()),
            }
            left = left.saturating_sub(1);
        }
        Ok(highest)
    }
}

/// `GLIBC_2.14` and `GLIBC_2.2.5`; `GLIBC_PRIVATE` and other families are nothing.
fn glibc_version(name: &str) -> Option<(u32, u32)> {
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn string(table: &[u8], offset: u64) -> Option<String> {
    let bytes = table.get(usize::try_from(offset).ok()?..)?;
    let end = memchr::memchr(0, bytes)?;
    Some(String::from_utf8_lossy(bytes.get(..end)?).into_owned())
}
