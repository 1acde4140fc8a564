package import Prediction

/// Unpacks files that are compressed in one of joblib's ways, within bounds.
package enum Inflate {
    /// A way to compress.
    package struct Method: Sendable {
        /// What people call it.
        package let name: String
        /// Whether a file that starts with these bytes is compressed so; no pickle starts like any of them.
        package let isBegunBy: @Sendable ([UInt8]) -> Bool
        /// Unpacks a file to at most so many bytes and a few more.
        let unpack: @Sendable ([UInt8], Int) throws(ModelDefect) -> [UInt8]
    }

    private static let methods: [Method] = [.zlib, .bzip2, .xz, .lz4]

    /// The bytes themselves, or what they unpack to where they are compressed.
    package static func plain(_ bytes: [UInt8]) throws(ModelDefect) -> [UInt8] {
        guard let method = methods.first(where: { $0.isBegunBy(bytes) }) else { return bytes }
        let bytesMax = min(
            ModelLimits.fileBytesMax,
            max(ModelLimits.unpackedBytesFree, bytes.count * ModelLimits.unpackingFactorMax)
        )
        let unpacked = try method.unpack(bytes, bytesMax)
        guard unpacked.count <= bytesMax else { throw tooLarge(bytesMax, at: bytes.count) }
        return unpacked
    }

    static func tooLarge(_ bytesMax: Int, at offset: Int) -> ModelDefect {
        ModelDefect(at: .byte(offset), what: "file unpacks to more than \(bytesMax) bytes")
    }

    /// The defect of compressed content that breaks off or makes no sense.
    package static func damaged(at offset: Int) -> ModelDefect {
        ModelDefect(at: .byte(offset), what: "compressed data is damaged or ends too early")
    }

    static func cannotStart(_ library: String) -> ModelDefect {
        ModelDefect(at: .byte(0), what: "\(library) cannot be started")
    }
}

// What the stream interfaces of C libraries have in common.
extension Inflate {
    /// What one call of a library came to.
    package struct Progress {
        /// Bytes of the input that it took.
        package let taken: Int
        /// Bytes that it wrote.
        package let made: Int
        /// Whether it goes on.
        package let state: State

        /// What became of a step.
        package enum State { case goesOn, ended, broken }
    }

    /// Calls `step` with the rest of the input and with room for what comes out, until it ends.
    package static func stream(
        _ bytes: [UInt8],
        bytesMax: Int,
        _ step: (UnsafeMutableBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> Progress
    ) throws(ModelDefect) -> [UInt8] {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        var source = bytes  // the libraries want a mutable pointer, they do not write
        var consumed = 0
        while output.count <= bytesMax {
            let progress = source.withUnsafeMutableBufferPointer { input in
                chunk.withUnsafeMutableBufferPointer { room in
                    step(UnsafeMutableBufferPointer(rebasing: input[consumed...]), room)
                }
            }
            consumed += progress.taken
            output.append(contentsOf: chunk[..<progress.made])
            switch progress.state {
            case .ended: return output
            case .goesOn where progress.taken > 0 || progress.made > 0: continue
            case .goesOn, .broken: throw damaged(at: consumed)
            }
        }
        throw tooLarge(bytesMax, at: consumed)
    }
}
