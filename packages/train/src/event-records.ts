/** Records of TensorBoard's event files: a length and bytes, each with a checksum (TFRecord). */

/** `data` framed: length (uint64), its masked CRC-32C, the data, its masked CRC-32C; little-endian. */
export function frame(data: Uint8Array): Uint8Array {
  const framed = new Uint8Array(headerBytes + data.length + checksumBytes);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(framed.subarray(0, 8)), true);
  framed.set(data, headerBytes);
  view.setUint32(headerBytes + data.length, maskedCrc32c(data), true);
  return framed;
}

/** The records of a file, each with the offset at which it ends, up to its end or to the first that is cut short or changed. */
export function* unframe(file: Uint8Array): Generator<{ data: Uint8Array; end: number }> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let start = 0; start + headerBytes <= file.length; ) {
    const length = Number(view.getBigUint64(start, true));
    const dataEnd = start + headerBytes + length;
    const end = dataEnd + checksumBytes;
    if (!(end <= file.length)) return;
    const data = file.subarray(start + headerBytes, dataEnd);
    if (view.getUint32(dataEnd, true) !== maskedCrc32c(data)) return;
    yield { data, end };
    start = end;
  }
}

const headerBytes = 12;
const checksumBytes = 4;

/** Rotated and shifted, so that data that hold checksums of their own are checked well. */
function maskedCrc32c(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Castagnoli's CRC (RFC 3720); zlib's has another polynomial. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});
