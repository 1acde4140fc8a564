/// Elements in memory that never moves nor changes, for loops that cannot afford an array's checks.
///
/// Safe: written once before anybody else sees it, freed when nobody holds it any more.
package final class FixedMemory<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    /// The elements. Follow it only while this object is held.
    package let start: UnsafePointer<Element>
    /// How many elements there are.
    package let count: Int

    /// Copies the elements.
    package init(_ elements: [Element]) {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
        _ = memory.initialize(fromContentsOf: elements)
        count = elements.count
        // Safe: a buffer of at least one element has an address.
        start = UnsafePointer(memory.baseAddress!)
    }

    deinit { start.deallocate() }
}
