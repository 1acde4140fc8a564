import Base

/// What goes between the server and a worker, both ways: a head in JSON, then raw bytes.
///
/// On the wire both are preceded by their lengths, 4 and 8 bytes of them, little-endian.
struct WorkerFrame: Equatable {
    /// What is asked or told.
    var head: JSON
    /// What belongs to it: a body, or the elements of tensors.
    var data: [UInt8] = []

    /// Bytes of the two lengths.
    static let prefixBytes = 12

    /// How long the parts of a frame are.
    struct Lengths: Equatable {
        let head: Int
        let data: Int

        init(head: Int, data: Int) {
            self.head = head
            self.data = data
        }

        /// Reads the lengths; throws where they are beyond the limits.
        init(_ prefix: [UInt8]) throws(WorkerFault) {
            func number(_ range: Range<Int>) -> UInt64 {
                prefix[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            let (head, data) = (number(0..<4), number(4..<12))
            guard head <= PythonLimits.headBytesMax, data <= PythonLimits.answerBytesMax else {
                throw .malformed("an answer of \(head) and \(data) bytes is longer than is read")
            }
            (self.head, self.data) = (Int(head), Int(data))
        }

        /// The lengths as they go out.
        var bytes: [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: head >> (8 * $0)) }
                + (0..<8).map { UInt8(truncatingIfNeeded: data >> (8 * $0)) }
        }
    }
}
