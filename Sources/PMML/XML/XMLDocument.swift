/// An XML document in four flat stores: elements know their names, lines, kin and attributes by index.
///
/// A file's bytes become about three times as many bytes here, whatever the file is.
final class XMLDocument: Sendable {
    struct Node {
        /// Index in `names`.
        var name: Int32
        var line: Int32
        /// Index of the element around it; -1 at the top.
        var parent: Int32
        /// Index of the first element inside it; -1 where there is none.
        var firstChild: Int32 = -1
        /// Index of the next element beside it; -1 where there is none.
        var next: Int32 = -1
        /// Its attributes in `attributes`.
        var attributes: Range<Int32>
        /// The text directly inside it, in `utf8`; only elements without elements inside keep any.
        var text: Range<Int32> = 0..<0
    }

    struct Attribute {
        /// Index in `names`.
        var name: Int32
        /// Its value in `utf8`.
        var value: Range<Int32>
    }

    let nodes: [Node]
    let attributes: [Attribute]
    let names: [String]
    let utf8: [UInt8]
    private let indices: [String: Int32]

    init(nodes: [Node], attributes: [Attribute], names: [String], indices: [String: Int32], utf8: [UInt8]) {
        self.nodes = nodes
        self.attributes = attributes
        self.names = names
        self.indices = indices
        self.utf8 = utf8
    }

    /// Index of a name; nil where no element and no attribute has it.
    func index(of name: String) -> Int32? { indices[name] }

    func text(_ range: Range<Int32>) -> String {
        String(decoding: utf8[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }
}
