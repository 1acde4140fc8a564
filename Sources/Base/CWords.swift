import CLinux

/// A NULL-ended list of C strings, as exec reads it; owns their memory.
package final class CWords {
    private var pointers: [UnsafeMutablePointer<CChar>?]
    private let list: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

    package init(_ words: [String]) {
        pointers = words.map { strdup($0) }
        list = .allocate(capacity: pointers.count + 1)
        _ = list.initialize(from: pointers + [nil])
    }

    deinit {
        for pointer in pointers { free(pointer) }
        list.deallocate()
    }

    /// The list; valid as long as its owner lives.
    package var base: UnsafePointer<UnsafeMutablePointer<CChar>?>? { UnsafePointer(list.baseAddress) }
    /// The first of the strings.
    package var first: UnsafePointer<CChar>? { pointers.first.flatMap { $0.map { UnsafePointer($0) } } }
}
