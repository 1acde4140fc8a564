import CZlib

/// A picture of dots, written as PNG.
struct Canvas {
    let width: Int
    let height: Int
    /// Three bytes a dot, row by row.
    private var dots: [UInt8]

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        dots = Array(repeating: 0xFF, count: width * height * 3)
    }

    mutating func draw(_ shape: Shape) {
        switch shape {
        case .area(let x, let y, let x2, let y2, let color): fill(dot(x), dot(y), dot(x2), dot(y2), color)
        case .line(let x, let y, let x2, let y2, let color):
            let (left, right, top, bottom) = (dot(min(x, x2)), dot(max(x, x2)), dot(min(y, y2)), dot(max(y, y2)))
            fill(left, top, right + 2, bottom + 2, color)
        case .text(let x, let y, let text, let color, let anchor, let size):
            let letters = Array(text.unicodeScalars)
            let start = dot(x) - (anchor == .middle ? letters.count * BitmapFont.advance * size / 2 : 0)
            for (place, letter) in letters.enumerated() {
                let left = start + place * BitmapFont.advance * size
                for (row, column) in BitmapFont.dots(letter) {
                    let (x, y) = (left + column * size, dot(y) + (row - BitmapFont.height) * size)
                    fill(x, y, x + size, y + size, color)
                }
            }
        }
    }

    /// What lies beyond the picture is not drawn.
    private mutating func fill(_ left: Int, _ top: Int, _ right: Int, _ bottom: Int, _ color: Color) {
        let (columns, rows) = (
            max(0, left)..<max(0, left, min(width, right)), max(0, top)..<max(0, top, min(height, bottom))
        )
        for row in rows where row < height {
            for column in columns where column < width {
                let place = (row * width + column) * 3
                (dots[place], dots[place + 1], dots[place + 2]) = (color.red, color.green, color.blue)
            }
        }
    }

    private func dot(_ value: Double) -> Int { Int(min(max(value, -10_000), 10_000).rounded()) }

    /// The picture as a file (PNG, third edition: signature, IHDR, IDAT, IEND).
    var png: [UInt8] {
        var rows: [UInt8] = []
        for row in 0..<height {
            rows.append(0)  // no filter
            rows += dots[row * width * 3..<(row + 1) * width * 3]
        }
        let head = Canvas.bytes(UInt32(width)) + Canvas.bytes(UInt32(height)) + [8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Canvas.chunk("IHDR", head)
            + Canvas.chunk("IDAT", Canvas.packed(rows)) + Canvas.chunk("IEND", [])
    }

    private static func chunk(_ name: StaticString, _ content: [UInt8]) -> [UInt8] {
        let body = Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) + content
        let sum = body.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return bytes(UInt32(content.count)) + body + bytes(UInt32(truncatingIfNeeded: sum))
    }

    private static func packed(_ content: [UInt8]) -> [UInt8] {
        var size = compressBound(UInt(content.count))
        var packed = [UInt8](repeating: 0, count: Int(size))
        let result = compress2(&packed, &size, content, UInt(content.count), Z_BEST_COMPRESSION)
        precondition(result == Z_OK, "zlib has as much room as it asked for")
        return Array(packed[..<Int(size)])
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
