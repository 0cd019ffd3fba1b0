//! Makes engine files: real ELF, Mach-O, PE and WebAssembly headers with the libraries, versions, symbol and commit that engines of that target have,
//! filled up with bytes that compress about as engines do.
//!
//! The libraries are those that a real engine of 4.7.1 names, and those that Prisma's staff reported for the other targets (4.8, 2023-01).

use nowcheck::engine::EngineKind;
use nowcheck::platform::targets::{self, Arch, Libc, OpenSsl, Os, Target};
use object::write::{elf as write_elf, macho as write_macho, pe as write_pe};
use object::{Endianness, elf, macho, pe};

/// The commit that [`engine`] puts into its files: that of 4.7.1.
pub(crate) const COMMIT: &str = "272861e07ab64f234d3ffc4094e32bd61775599c";
const RUSTC: &str = "a55dd71d5fb0ec5a6a3a9e8c27b2127ba491ce52";

/// How to make an engine.
#[derive(Clone)]
pub(crate) struct Recipe {
    pub(crate) target: Target,
    pub(crate) kind: EngineKind,
    /// Length of the file in bytes; never less than its headers need.
    pub(crate) size: usize,
    pub(crate) commit: String,
    /// OpenSSL linked in: no libssl among the libraries.
    pub(crate) vendored: bool,
    /// Adds that many bytes of debug sections, within `size`.
    pub(crate) debug: usize,
    /// The tables that usually stand at the beginning stand behind the code, as patchelf leaves them.
    pub(crate) patched: bool,
    /// The highest version of glibc it needs.
    pub(crate) glibc: &'static str,
    /// Without the function that Node calls in a library.
    pub(crate) no_napi: bool,
}

impl Recipe {
    pub(crate) fn new(target: &str, kind: EngineKind, size: usize) -> Self {
        let target = *targets::find(target).unwrap_or_else(|| panic!("no target {target}"));
        // Library engines for OpenSSL 1.0 have it linked in.
        let vendored = target.openssl == Some(OpenSsl::V1_0) && kind == EngineKind::Library;
        Self {
            target,
            kind,
            size,
            commit: COMMIT.to_owned(),
            vendored,
            debug: 0,
            patched: false,
            glibc: "GLIBC_2.17",
            no_napi: false,
        }
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        if self.kind == EngineKind::Wasm {
            return filled(b"\0asm\x01\0\0\0".to_vec(), self);
        }
        match self.target.os {
            Os::Darwin => mach(self),
            Os::Windows => portable(self),
            _ => elf(self),
        }
    }

    fn arch(&self) -> Arch {
        let by_name = if self.target.name.starts_with("linux-arm-") { Arch::Arm } else { Arch::X86_64 };
        self.target.arch.unwrap_or(by_name)
    }

    /// DT_NEEDED in the order of real files.
    pub(crate) fn needed(&self) -> Vec<&'static str> {
        let openssl: &[&str] = match (self.vendored, self.target.openssl) {
            (true, _) | (_, None) => &[],
            (_, Some(OpenSsl::V3_0)) => &["libz.so.1", "libssl.so.3", "libcrypto.so.3"],
            (_, Some(OpenSsl::V1_1)) => &["libz.so.1", "libssl.so.1.1", "libcrypto.so.1.1"],
            (_, Some(OpenSsl::V1_0)) if self.target.name.starts_with("debian") => {
                &["libz.so.1", "libssl.so.1.0.0", "libcrypto.so.1.0.0"]
            }
            (_, Some(OpenSsl::V1_0)) => &["libz.so.1", "libssl.so.10", "libcrypto.so.10"],
        };
        let system: &[&str] = match (self.target.libc, self.arch()) {
            (Some(Libc::Static), _) => return Vec::new(),
            (Some(Libc::Musl), Arch::Aarch64) => &["libgcc_s.so.1", "libc.musl-aarch64.so.1"],
            (Some(Libc::Musl), _) => &["libgcc_s.so.1", "libc.musl-x86_64.so.1"],
            (Some(Libc::Glibc), Arch::X86_64) => &[
                "libgcc_s.so.1",
                "librt.so.1",
                "libpthread.so.0",
                "libm.so.6",
                "libdl.so.2",
                "libc.so.6",
                "ld-linux-x86-64.so.2",
            ],
            (Some(Libc::Glibc), Arch::Arm | Arch::X86) => {
                &["libgcc_s.so.1", "libpthread.so.0", "libm.so.6", "libdl.so.2", "libc.so.6"]
            }
            (Some(Libc::Glibc), Arch::Aarch64) => {
                &["libgcc_s.so.1", "libpthread.so.0", "libm.so.6", "libdl.so.2", "libc.so.6", "ld-linux-aarch64.so.1"]
            }
            (None, _) => &["libc.so.7"],
        };
        [openssl, system].concat()
    }

    fn interpreter(&self) -> Option<&'static str> {
        if self.kind == EngineKind::Library {
            return None;
        }
        match (self.target.libc, self.arch()) {
            (Some(Libc::Static), _) => None,
            (Some(Libc::Musl), Arch::Aarch64) => Some("/lib/ld-musl-aarch64.so.1"),
            (Some(Libc::Musl), _) => Some("/lib/ld-musl-x86_64.so.1"),
            (Some(Libc::Glibc), Arch::Aarch64) => Some("/lib/ld-linux-aarch64.so.1"),
            (Some(Libc::Glibc), Arch::X86_64) => Some("/lib64/ld-linux-x86-64.so.2"),
            (Some(Libc::Glibc), Arch::Arm) => Some("/lib/ld-linux-armhf.so.3"),
            (Some(Libc::Glibc), Arch::X86) => Some("/lib/ld-linux.so.2"),
            (None, _) => Some("/libexec/ld-elf.so.1"),
        }
    }
}

/// An engine of that target and kind, `size` bytes long.
pub(crate) fn engine(target: &str, kind: EngineKind, size: usize) -> Vec<u8> {
    Recipe::new(target, kind, size).build()
}

/// The strings that stand in an engine's read-only data.
fn strings(recipe: &Recipe) -> Vec<u8> {
    format!(
        "library/core/src/slice/mod.rs/rustc/{RUSTC}/library/alloc/src/vec/mod.rs\
         query-engine-node-api/src/functions.rscommitversion{}0.1.0Failed to register function \
         rustc version 1.66.0 ({RUSTC} 2022-09-19)0001020304050607080910111213141516171819202122232425262728293031",
        recipe.commit
    )
    .into_bytes()
}

/// Half random bytes, half repeated ones: deflate leaves about as much of it as of an engine.
fn fill(bytes: &mut Vec<u8>, len: usize) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    bytes.reserve(len.saturating_sub(bytes.len()));
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
        bytes.extend_from_slice(&[0x48, 0x8b, 0x45, (state >> 60) as u8, 0, 0, 0, 0, 0, 0xff, 0xc3, 0x90]);
    }
    bytes.truncate(len);
}

fn filled(mut head: Vec<u8>, recipe: &Recipe) -> Vec<u8> {
    head.extend(strings(recipe));
    let len = recipe.size.max(head.len());
    fill(&mut head, len);
    head
}

const SEGMENTS: u64 = 3;

/// Addresses equal file offsets, so one segment loads it all.
fn elf(recipe: &Recipe) -> Vec<u8> {
    let (machine, is_64) = match recipe.arch() {
        Arch::X86_64 => (elf::EM_X86_64, true),
        Arch::Aarch64 => (elf::EM_AARCH64, true),
        Arch::Arm => (elf::EM_ARM, false),
        Arch::X86 => (elf::EM_386, false),
    };
    let encoder = write_elf::Encoder::new(Endianness::Little, is_64, machine);
    let head = encoder.file_header_size() + SEGMENTS * encoder.program_header_size();
    let mut body = Body { base: head, bytes: Vec::new() };

    let interpreter = recipe.interpreter().map(|path| body.push(format!("{path}\0").as_bytes()));
    let needed = recipe.needed();
    let mut names = vec![0];
    let mut name = |text: &str| {
        let at = names.len() as u64;
        names.extend(text.bytes().chain([0]));
        at
    };
    let needed_at: Vec<u64> = needed.iter().map(|library| name(library)).collect();
    if recipe.kind == EngineKind::Library && !recipe.no_napi {
        name("napi_register_module_v1");
    }
    let glibc = needed.iter().position(|library| *library == "libc.so.6").map(|at| needed_at[at]);
    let versions: Vec<(u32, u64)> =
        ["GLIBC_2.2.5", recipe.glibc].iter().map(|version| (elf::hash(version.as_bytes()), name(version))).collect();
    if recipe.patched {
        fill(&mut body.bytes, recipe.size / 2);
    }
    let strings_at = body.push(&names);
    let verneed = glibc.map(|file| {
        let mut table = Vec::new();
        let need = write_elf::Verneed { version: 1, aux_count: versions.len() as u16, file: file as u32 };
        encoder.gnu_verneed(&mut table, false, &need);
        for (at, (hash, version)) in versions.iter().enumerate() {
            let aux = write_elf::Vernaux {
                flags: elf::VersionFlags(0),
                index: elf::VersionIndex(at as u16 + 2),
                name: *version as u32,
                hash: *hash,
            };
            encoder.gnu_vernaux(&mut table, at + 1 < versions.len(), &aux);
        }
        body.push(&table)
    });
    body.push(&strings(recipe));
    // In a real file the dynamic section stands behind the code, far from the head.
    let sections = 2 * encoder.section_header_size();
    let tail = 4096 + recipe.debug as u64 + sections;
    let code = (recipe.size as u64).saturating_sub(tail).saturating_sub(head);
    if code > body.bytes.len() as u64 {
        fill(&mut body.bytes, code as usize);
    }
    let mut entries: Vec<(elf::DynamicTag, u64)> = needed_at.iter().map(|at| (elf::DT_NEEDED, *at)).collect();
    entries.extend([(elf::DT_STRTAB, strings_at.0), (elf::DT_STRSZ, strings_at.1)]);
    if let Some((at, _)) = verneed {
        entries.extend([(elf::DT_VERNEED, at), (elf::DT_VERNEEDNUM, 1)]);
    }
    entries.push((elf::DT_NULL, 0));
    let mut table = Vec::new();
    for (tag, value) in entries {
        encoder.dynamic(&mut table, tag, value).unwrap();
    }
    let dynamic = body.push(&table);
    let loaded = body.end();
    let wanted = (recipe.size as u64).saturating_sub(sections).saturating_sub(head) as usize;
    if wanted > body.bytes.len() {
        fill(&mut body.bytes, wanted);
    }
    let debug = recipe.debug as u64;
    let e_shoff = body.end();

    let mut file = Vec::new();
    let e_type = if recipe.kind == EngineKind::Library || interpreter.is_some() { elf::ET_DYN } else { elf::ET_EXEC };
    let header = write_elf::FileHeader {
        os_abi: if recipe.target.os == Os::FreeBsd { elf::ELFOSABI_FREEBSD } else { elf::ELFOSABI_NONE },
        abi_version: 0,
        e_type,
        e_machine: machine,
        e_entry: 0,
        e_flags: elf::FileFlags(0),
    };
    let layout = write_elf::FileHeaderLayout {
        e_phoff: encoder.file_header_size(),
        segment_num: SEGMENTS as u32,
        e_shoff,
        section_num: 2,
        shstrtab_index: 0,
    };
    encoder.file_header(&mut file, &header, &layout).unwrap();
    let segment = |p_type, (offset, size): (u64, u64)| write_elf::ProgramHeader {
        p_type,
        p_flags: elf::PF_R,
        p_offset: offset,
        p_vaddr: offset,
        p_paddr: offset,
        p_filesz: size,
        p_memsz: size,
        p_align: 8,
    };
    encoder.program_header(&mut file, &segment(elf::PT_LOAD, (0, loaded)));
    let dynamic_type = if needed.is_empty() { elf::PT_NULL } else { elf::PT_DYNAMIC };
    encoder.program_header(&mut file, &segment(dynamic_type, dynamic));
    let interp_type = if interpreter.is_some() { elf::PT_INTERP } else { elf::PT_NULL };
    encoder.program_header(&mut file, &segment(interp_type, interpreter.unwrap_or((0, 0))));
    file.extend(body.bytes);
    encoder.null_section_header(&mut file, &layout);
    let section = write_elf::SectionHeader {
        sh_type: elf::SHT_PROGBITS,
        sh_offset: e_shoff - debug,
        sh_size: debug,
        sh_addralign: 1,
        ..write_elf::SectionHeader::default()
    };
    encoder.section_header(&mut file, &section);
    file
}

struct Body {
    base: u64,
    bytes: Vec<u8>,
}

impl Body {
    /// Appends at the next multiple of eight; gives offset and length.
    fn push(&mut self, bytes: &[u8]) -> (u64, u64) {
        while !self.end().is_multiple_of(8) {
            self.bytes.push(0);
        }
        let at = self.end();
        self.bytes.extend_from_slice(bytes);
        (at, bytes.len() as u64)
    }

    fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }
}

fn mach(recipe: &Recipe) -> Vec<u8> {
    let encoder = write_macho::Encoder::new(Endianness::Little, true);
    let library = recipe.kind == EngineKind::Library;
    let commands = encoder.segment_command_size(0);
    let cputype = if recipe.arch() == Arch::Aarch64 { macho::CPU_TYPE_ARM64 } else { macho::CPU_TYPE_X86_64 };
    let mut file = Vec::new();
    let header = write_macho::MachHeader {
        cputype,
        cpusubtype: macho::CpuSubtype(0),
        filetype: if library { macho::MH_DYLIB } else { macho::MH_EXECUTE },
        ncmds: 1,
        sizeofcmds: commands as u32,
        flags: macho::FileFlags(0),
    };
    encoder.mach_header(&mut file, &header);
    let symbol: &[u8] = if library && !recipe.no_napi { b"\0_napi_register_module_v1\0" } else { b"\0_main\0" };
    let least = file.len() as u64 + commands + (strings(recipe).len() + symbol.len()) as u64;
    let size = least.max(recipe.size as u64);
    let mut segname = [0; 16];
    segname[..6].copy_from_slice(b"__TEXT");
    let segment = write_macho::SegmentCommand {
        segname,
        vmaddr: 0,
        vmsize: size,
        fileoff: 0,
        filesize: size,
        maxprot: macho::VmProt(5),
        initprot: macho::VmProt(5),
        nsects: 0,
        flags: macho::SegmentFlags(0),
    };
    encoder.segment_command(&mut file, &segment);
    file.extend_from_slice(symbol);
    filled(file, recipe)
}

/// A universal macOS file with a slice for each processor.
pub(crate) fn universal(kind: EngineKind, size: usize) -> Vec<u8> {
    let slices = [(0x0100_0007_u32, engine("darwin", kind, size)), (0x0100_000c, engine("darwin-arm64", kind, size))];
    let mut file = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2];
    let mut offset = 0x4000u32;
    for (cpu, slice) in &slices {
        for number in [*cpu, 0, offset, slice.len() as u32, 14] {
            file.extend(number.to_be_bytes());
        }
        offset += slice.len() as u32;
    }
    file.resize(0x4000, 0);
    slices.iter().for_each(|(_, slice)| file.extend(slice));
    file
}

fn portable(recipe: &Recipe) -> Vec<u8> {
    let library = recipe.kind == EngineKind::Library;
    let mut data = strings(recipe);
    if library && !recipe.no_napi {
        data.extend_from_slice(b"\0napi_register_module_v1\0");
    }
    let len = data.len().max(recipe.size.saturating_sub(1024));
    fill(&mut data, len);
    let mut file = Vec::new();
    let mut writer = write_pe::Writer::new(true, 4096, 512, &mut file);
    writer.reserve_dos_header();
    writer.reserve_nt_headers(0);
    writer.reserve_section_headers(1);
    let section = writer.reserve_rdata_section(data.len() as u32);
    writer.write_empty_dos_header().unwrap();
    let dll = if library { pe::IMAGE_FILE_DLL } else { pe::FileFlags(0) };
    writer.write_nt_headers(write_pe::NtHeaders {
        machine: if recipe.arch() == Arch::Aarch64 {
            pe::IMAGE_FILE_MACHINE_ARM64
        } else {
            pe::IMAGE_FILE_MACHINE_AMD64
        },
        time_date_stamp: 0,
        characteristics: pe::IMAGE_FILE_EXECUTABLE_IMAGE | dll,
        major_linker_version: 14,
        minor_linker_version: 0,
        address_of_entry_point: 0,
        image_base: 0x1_8000_0000,
        major_operating_system_version: 6,
        minor_operating_system_version: 0,
        major_image_version: 0,
        minor_image_version: 0,
        major_subsystem_version: 6,
        minor_subsystem_version: 0,
        subsystem: pe::IMAGE_SUBSYSTEM_WINDOWS_CUI,
        dll_characteristics: pe::DllFlags(0),
        size_of_stack_reserve: 0x10_0000,
        size_of_stack_commit: 0x1000,
        size_of_heap_reserve: 0x10_0000,
        size_of_heap_commit: 0x1000,
    });
    writer.write_section_headers();
    writer.write_section(section.file_offset, &data);
    file
}
