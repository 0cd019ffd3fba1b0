//! What Mach-O (macOS) and PE (Windows) headers say.

use object::read::macho::{FatArch, MachHeader, MachOFatFile32, MachOFatFile64, Segment};
use object::read::pe::ImageNtHeaders;
use object::{Endianness, LittleEndian, macho, pe};

use super::content::EngineContent;
use crate::platform::targets::Arch;

/// One processor, or several slices of one kind.
pub(super) fn mach(content: &mut EngineContent, head: &[u8]) -> object::Result<()> {
    let mut slices = Vec::new();
    match object::FileKind::parse(head)? {
        object::FileKind::MachOFat32 => {
            for slice in MachOFatFile32::parse(head)?.arches() {
                slices.push((slice.cputype(), u64::from(slice.offset()), u64::from(slice.size())));
            }
        }
        object::FileKind::MachOFat64 => {
            for slice in MachOFatFile64::parse(head)?.arches() {
                slices.push((slice.cputype(), slice.offset(), slice.size()));
            }
        }
        object::FileKind::MachO32 => mach_class::<macho::MachHeader32<Endianness>>(content, head, 0)?,
        _ => mach_class::<macho::MachHeader64<Endianness>>(content, head, 0)?,
    }
    for (cpu, start, size) in slices {
        content.truncated |= start.saturating_add(size) > content.bytes;
        // Only the first slice is sure to begin within the bytes that were kept.
        if content.archs.is_empty() && start < head.len() as u64 {
            mach_class::<macho::MachHeader64<Endianness>>(content, head, start)?;
        } else {
            content.archs.extend(mach_arch(cpu));
        }
    }
    Ok(())
}

fn mach_class<M: MachHeader<Endian = Endianness>>(
    content: &mut EngineContent,
    head: &[u8],
    start: u64,
) -> object::Result<()> {
    let header = M::parse(head, start)?;
    let endian = header.endian()?;
    content.archs.extend(mach_arch(header.cputype(endian)));
    content.is_shared = matches!(header.filetype(endian), macho::MH_DYLIB | macho::MH_BUNDLE);
    let mut commands = header.load_commands(endian, head, start)?;
    while let Some(command) = commands.next()? {
        if let Some((segment, _)) = command.segment_64()? {
            let end = segment.fileoff(endian).saturating_add(segment.filesize(endian));
            content.truncated |= start.saturating_add(end) > content.bytes;
        }
    }
    Ok(())
}

fn mach_arch(cpu: macho::CpuType) -> Option<Arch> {
    match cpu {
        macho::CPU_TYPE_X86_64 => Some(Arch::X86_64),
        macho::CPU_TYPE_ARM64 => Some(Arch::Aarch64),
        macho::CPU_TYPE_X86 => Some(Arch::X86),
        macho::CPU_TYPE_ARM => Some(Arch::Arm),
        _ => None,
    }
}

/// Processor, kind and length.
pub(super) fn portable(content: &mut EngineContent, head: &[u8]) -> object::Result<()> {
    match object::FileKind::parse(head)? {
        object::FileKind::Pe32 => portable_class::<pe::ImageNtHeaders32>(content, head),
        _ => portable_class::<pe::ImageNtHeaders64>(content, head),
    }
}

fn portable_class<H: ImageNtHeaders>(content: &mut EngineContent, head: &[u8]) -> object::Result<()> {
    let mut at = pe::ImageDosHeader::parse(head)?.nt_headers_offset().into();
    let (headers, _) = H::parse(head, &mut at)?;
    let header = headers.file_header();
    content.archs.extend(match header.machine.get(LittleEndian) {
        pe::IMAGE_FILE_MACHINE_AMD64 => Some(Arch::X86_64),
        pe::IMAGE_FILE_MACHINE_ARM64 => Some(Arch::Aarch64),
        pe::IMAGE_FILE_MACHINE_I386 => Some(Arch::X86),
        _ => None,
    });
    content.is_shared = header.characteristics.get(LittleEndian).contains(pe::IMAGE_FILE_DLL);
    content.truncated = headers.sections(head, at)?.iter().any(|section| {
        let start = u64::from(section.pointer_to_raw_data.get(LittleEndian));
        start + u64::from(section.size_of_raw_data.get(LittleEndian)) > content.bytes
    });
    Ok(())
}
