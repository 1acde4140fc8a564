/// Bounds of what a PMML document may hold and ask for.
package enum PMMLLimits {
    /// How deep elements may stand inside each other; each node of a tree is one.
    package static let depthMax = 2048
    /// Attributes of one element.
    package static let attributesMax = 256
    /// Elements of one document.
    package static let elementsMax = 1 << 25
    /// How deep expressions, predicates and models may stand inside each other, functions' bodies included.
    package static let nestingMax = 96
    /// Parts of all expressions of one document, after the bodies of its own functions took the place of their calls:
    /// so many for each element, and so many however few elements there are.
    package static let expressionPartsPerElementMax = 16
    package static let expressionPartsFree = 1 << 15
    /// Numbers of all matrices, sets and tables of one document.
    package static let numbersMax = 1 << 26
    /// Bytes of texts that a row may bring or make.
    package static let rowTextBytesMax = 1 << 22
    /// Largest power of the same factor that a whole exponent may ask for.
    package static let exponentMax = 1 << 20
}
