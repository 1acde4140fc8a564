/// The fields of a kind: where it came from does not matter once it is read.
package indirect enum Schema: Sendable {
    /// Anything goes (`x-kubernetes-preserve-unknown-fields`, RawExtension).
    case any
}
