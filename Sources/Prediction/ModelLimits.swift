/// Bounds of what a model file may ask for.
package enum ModelLimits {
    /// Largest model file, and largest content of a compressed one.
    package static let fileBytesMax = 1 << 30
    /// How many times its own size a compressed file may unpack to, above `unpackedBytesFree`.
    package static let unpackingFactorMax = 64
    /// What any compressed file may unpack to, however small it is.
    package static let unpackedBytesFree = 16 << 20
    /// Memory that unpacking may take besides what it unpacks to.
    package static let unpackingMemoryMax = 128 << 20
    /// Bytes that the values of a pickle may take before they are copied out, for each byte of its file.
    package static let pickleMemoryPerByteMax = 64
    /// Bytes that the values of any pickle may take, however small its file is.
    package static let pickleMemoryFree = 32 << 20
    /// Bytes that the values of a pickle may take, however large its file is.
    package static let pickleMemoryMax = 8 << 30
    /// Values that a pickle may have on its stack at once.
    package static let pickleStackMax = 1 << 20
    /// Bytes of a module's name, and of the name of something in it.
    package static let nameBytesMax = 256
    /// Values that a loader may look at or copy out of a pickle, for each byte of its file: the same array can be named
    /// many times.
    package static let valuesPerByteMax = 16
    /// Values that a loader may look at or copy out of any pickle, however small its file is.
    package static let valuesFree = 2 << 20
    /// Estimators in one model, those inside others included.
    package static let estimatorsMax = 1000
    /// Numbers that a model works out for one request.
    package static let answerNumbersMax = 1 << 22
    /// Numbers that all rows of a request may have after a step of a model.
    package static let stepNumbersMax = 1 << 24
    /// Numbers that a step may make of one row, where it makes products or splines of its columns.
    package static let stepColumnsMax = 1 << 20
    /// Terms that the texts of one request may hold.
    package static let termsMax = 1 << 24
    /// How deep estimators may be nested.
    package static let nestingMax = 16
    /// Nodes of all trees of one model.
    package static let treeNodesMax = 1 << 27
    /// Words of 32 bits in all sets of categories of one model.
    package static let categoryWordsMax = 1 << 23
    /// How deep a tree may be.
    package static let treeDepthMax = 4096
}
