//! Pictures from strangers: looked at within bounds, and made small.

use std::io::{BufRead, Cursor, Seek};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// Most memory that decoding one picture may take, in bytes.
const DECODE_MEMORY: u64 = 256 * 1024 * 1024;

/// How large a picture may be, and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most pixels.
    pub pixels: u64,
    /// Longest side of the small picture, in pixels.
    pub side: u32,
}

/// What looking at a picture gave.
#[derive(Debug)]
pub enum Picture {
    /// A picture.
    Good {
        /// As it is to be shown.
        width: u32,
        /// As it is to be shown.
        height: u32,
        /// The same, small, without any of the original's metadata: JPEG, or PNG where something shines through.
        small: Vec<u8>,
    },
    /// More than is decoded.
    TooLarge,
    /// No picture, or none of a kind that is known.
    None,
}

/// Media type of a small picture.
#[must_use]
pub fn media_type_of_small(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(&[0xff, 0xd8]) {
        "image/jpeg"
    } else {
        "image/png"
    }
}

/// Reads the size from the header first, so that a small file cannot unpack into a huge picture (T605). It takes time: not for
/// the threads that answer people.
pub fn decode(bytes: impl BufRead + Seek, bounds: Bounds) -> Picture {
    let Some(mut decoder) = ImageReader::new(bytes)
        .with_guessed_format()
        .ok()
        .and_then(|reader| reader.into_decoder().ok())
    else {
        return Picture::None;
    };
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > bounds.pixels {
        return Picture::TooLarge;
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODE_MEMORY);
    if decoder.set_limits(limits).is_err() {
        return Picture::TooLarge;
    }
    let turn = decoder.orientation();
    let Ok(mut picture) = DynamicImage::from_decoder(decoder) else {
        return Picture::None;
    };
    if let Ok(turn) = turn {
        picture.apply_orientation(turn);
    }
    match shrink(&picture, bounds.side) {
        Some(small) => Picture::Good {
            width: picture.width(),
            height: picture.height(),
            small,
        },
        None => Picture::None,
    }
}

fn shrink(picture: &DynamicImage, side: u32) -> Option<Vec<u8>> {
    let small = if picture.width().max(picture.height()) > side {
        picture.thumbnail(side, side)
    } else {
        picture.clone()
    };
    let mut bytes = Cursor::new(Vec::new());
    if small.color().has_alpha() {
        small.to_rgba8().write_to(&mut bytes, ImageFormat::Png).ok()?;
    } else {
        small.to_rgb8().write_to(&mut bytes, ImageFormat::Jpeg).ok()?;
    }
    Some(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T605: a picture that claims to be huge is refused from its header, without unpacking it.
    #[test]
    fn huge_pictures_are_refused_by_their_header() {
        let small = DynamicImage::new_rgb8(2, 2);
        let mut bytes = Cursor::new(Vec::new());
        small.write_to(&mut bytes, ImageFormat::Png).expect("encodes");
        let mut bytes = bytes.into_inner();
        bytes[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        let checksum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
        let bounds = Bounds {
            pixels: 40_000_000,
            side: 480,
        };
        assert!(matches!(decode(Cursor::new(bytes), bounds), Picture::TooLarge));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 {
                    (crc >> 1) ^ 0xedb8_8320
                } else {
                    crc >> 1
                }
            })
        })
    }
}
